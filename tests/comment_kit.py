"""Comments for tests: an article that is out under the simulator, and readers who write there."""

from __future__ import annotations

from typing import Any

from click.testing import CliRunner
from publishing_kit import PUSH, drafted, handed_over
from sqlalchemy import select
from stage import PEOPLE, Stage

from bot.cli import cli
from content.errors import OpsError
from content.models import Article, Post, State
from content.people import add_person, bind
from scheduler.comment_models import Comment, CommentThread
from scheduler.comments import begin_threads, pull
from scheduler.drafts import new_publication


def pushed(stage: Stage, name: str = "01-notice") -> int:
    """Push an article of ours with open comments and no made-up readers; return its number."""
    stage.sim.set(followers=0)
    number = drafted(stage, name, notify=PUSH, comments="是")
    handed_over(stage, number)
    stage.later(minutes=1)
    stage.sim.wait()
    stage.tick()
    assert stage.state(number) == State.PUBLISHED
    return number


def out(stage: Stage, title: str = "一则通知") -> int:
    """Have an article that is out with open comments, without the way there; return its number."""
    stage.sim.set(followers=0)
    made = stage.sim.backoffice("publish_new", title=title, need_open_comment=1)
    with stage.parts.store.transaction() as session:
        post = Post(state=State.PUBLISHED, state_since=stage.now, due_at=stage.now, notify=True)
        article = Article(slug=title, title=title, state=State.PUBLISHED, state_since=stage.now, post=post, position=1)
        session.add_all([post, article])
        session.flush()
        publication = new_publication(post)
        publication.msg_data_id, publication.published_at = str(made["msg_data_id"]), stage.now
        session.add(publication)
        number = article.id
    begin_threads(stage.parts.store, stage.now)
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
    pull(stage.parts.store, stage.ticks.wechat, stage.now)
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


def hired(stage: Stage) -> None:
    """Tie the people of the stage to their WeChat at once."""
    with stage.parts.store.transaction() as session:
        for name, (role, party) in PEOPLE.items():
            _, code = add_person(session, name, role, party=party, company="", now=stage.now)
            bind(session, code, f"openid-{name}", now=stage.now)


def terminal(stage: Stage, *words: str) -> tuple[int, str]:
    """Run a command in the stage's workspace; return its exit code and what it says."""
    done = CliRunner().invoke(cli, ["--workspace", str(stage.folder), *words], env=stage.environ)
    if isinstance(done.exception, OpsError):
        return done.exception.exit_code, str(done.exception)
    return done.exit_code, done.output
