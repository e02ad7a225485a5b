"""How Alembic reaches the database: over the connection that `scheduler.schema` hands it."""

from alembic import context

# what is imported fills the metadata
import content.after_models
import content.closing_models
import content.dialogue
import content.dossier_models
import content.guessing
import content.handover_models
import content.lineage_models
import content.more
import content.paper
import content.place_models
import content.record_models
import content.urgent
import content.visit_models  # noqa: F401
import scheduler.anomaly_models
import scheduler.gain_models
import scheduler.hand_models
import scheduler.late
import scheduler.models
import scheduler.obligation_models
import scheduler.report_models
import scheduler.sending_models  # noqa: F401
from content.db import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
