"""Pushes of unknown outcome, handed over again under the same key: WeChat sends a key only once.

WeChat remembers a clientmsgid for 24 hours and answers its repeat with 45065 and
the first msg_id; after 20 hours a person decides. Quiet publications have no key
and never come here.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from content import control
from content.db import Store
from content.models import Post, State
from scheduler.drafts import live_publication
from scheduler.held import held_back
from scheduler.models import Publication
from scheduler.publish import Claim, claim_of, record_receipt
from scheduler.ready import be_unsure
from scheduler.refusals import NotSent, Refused, Unsure
from scheduler.rules import Rules
from scheduler.wechat import WeChat
from scheduler.withdraw import being_withdrawn
from scheduler.word_holds import why_held

log = logging.getLogger(__name__)

SILENT_AFTER = timedelta(minutes=10)  # PUBLISHING without a receipt: the process died
REPEAT_AFTER = timedelta(seconds=70)  # WeChat answers a repeat within a minute with 45066
KEY_LASTS = timedelta(hours=20)


def repeat_silent(store: Store, wechat: WeChat, rules: Rules, now: datetime) -> None:
    """Hand pushes over again whose outcome is unknown, under the same key: WeChat sends a key only once.

    Also turns a post whose process died between claim and record into UNSURE.
    What is held back at this hour waits, since a repeat may be what sends it.
    A refusal settles nothing here: the first try may have used the quota up.
    """
    _give_up_waiting(store, now)
    for claim in _claims(store, rules, now):
        try:
            receipt = wechat.send_to_all(claim.media_id, claim.key)
        except (NotSent, Refused, Unsure) as trouble:
            log.warning("post %s is still unsure: %s", claim.post_id, trouble)
            with store.transaction() as session:
                session.get_one(Publication, claim.publication_id).last_error = str(trouble)
        else:
            record_receipt(store, claim.publication_id, True, receipt, now)


def _give_up_waiting(store: Store, now: datetime) -> None:
    with store.transaction() as session:
        for post in session.scalars(select(Post).where(Post.state == State.PUBLISHING)).all():
            publication = live_publication(session, post)
            if publication is None or publication.receipt:
                continue
            if now - (publication.tried_at or post.state_since) >= SILENT_AFTER:
                be_unsure(session, post, "交给微信后程序中断了，没有记下结果。", now)


def _claims(store: Store, rules: Rules, now: datetime) -> Sequence[Claim]:
    with store.transaction() as session:
        if control.is_on(session, control.PAUSE):
            return []
        claims = []
        for post in session.scalars(select(Post).where(Post.state == State.UNSURE, Post.notify.is_(True))).all():
            publication = live_publication(session, post)
            if being_withdrawn(session, post) or why_held(session, post):
                continue  # the repeat may be what sends it for the first time
            if publication and _may_repeat(publication, now) and not held_back(post, rules, now):
                publication.tried_at = now  # the intent, before the effect
                publication.attempts += 1
                claims.append(claim_of(post, publication))
        return claims


def _may_repeat(publication: Publication, now: datetime) -> bool:
    """Only a push that was handed over, lately enough for WeChat to remember its key, and not a moment ago."""
    if not publication.claimed_at or not publication.tried_at or publication.receipt or not publication.media_id:
        return False
    longer: timedelta = REPEAT_AFTER * (2 ** min(publication.attempts - 1, 6))
    pause = min(longer, timedelta(hours=1))
    return now - publication.claimed_at < KEY_LASTS and now - publication.tried_at >= pause
