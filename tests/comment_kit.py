"""Comments for tests: an article that is out under the simulator, and readers who write there."""

from __future__ import annotations

from typing import Any

from publishing_kit import PUSH, drafted, handed_over
from sqlalchemy import select
from stage import Stage

from content.models import State
from scheduler.comment_models import Comment, CommentThread


def out(stage: Stage, name: str = "01-notice") -> int:
    """Push an article with open comments and no made-up readers; return its number."""
    stage.sim.set(followers=0)
    number = drafted(stage, name, notify=PUSH, comments="是")
    handed_over(stage, number)
    stage.later(minutes=1)
    stage.sim.wait()
    stage.tick()
    assert stage.state(number) == State.PUBLISHED
    return number


def written(stage: Stage, number: int, *texts: str, **more: Any) -> list[int]:
    """Let readers write under an article; return WeChat's numbers of what they wrote."""
    mid = stage.publication(number).msg_data_id
    return [
        stage.sim.backoffice("write_comment", msg_data_id=mid, content=text, **more)["user_comment_id"]
        for text in texts
    ]


def changed(stage: Stage, number: int, comment: int, **more: Any) -> None:
    """Let a reader edit (content=) or delete (deleted=True) a comment."""
    mid = stage.publication(number).msg_data_id
    stage.sim.backoffice("edit_comment", msg_data_id=mid, user_comment_id=comment, **more)


def pulled(stage: Stage) -> list[Comment]:
    """Wait until WeChat was asked again; return all comments in the order of their numbers."""
    stage.later(minutes=31)
    stage.tick()
    return kept(stage)


def kept(stage: Stage) -> list[Comment]:
    with stage.parts.store.reading() as session:
        return list(session.scalars(select(Comment).order_by(Comment.id)))


def thread(stage: Stage) -> CommentThread:
    with stage.parts.store.reading() as session:
        return session.scalars(select(CommentThread)).one()


def there(stage: Stage, number: int) -> list[Any]:
    """What the platform holds under an article, by its own records."""
    world = stage.sim.world
    article = world.archive.find(int(stage.publication(number).msg_data_id or 0), 1)
    return sorted(world.comments.of(world, article), key=lambda one: one.number)
