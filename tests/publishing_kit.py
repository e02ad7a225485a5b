"""What the tests of publishing share: approved posts at once, what went out by WeChat's own records, mortal children."""

from __future__ import annotations

import os
import shutil
import signal
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from days_of_tests import DAY, SOAK
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session
from stage import ANY_WARNING_PASSES, Stage, png

from bot.wiring import Parts, build_ticks
from content import library, reviews
from content.article import read_article
from content.clock import SHANGHAI
from content.models import Article, State
from content.workflow import move
from scheduler import settle, token, wechat
from scheduler.jobs import Ticks

NIGHT = datetime(2026, 12, 2, 1, 0, tzinfo=SHANGHAI)  # no figures are pulled before half past eight
PUSH, QUIET = "推送", "静默"
HAND_OVER = {PUSH: "message/mass/sendall", QUIET: "freepublish/submit"}
STATUS = {PUSH: "message/mass/get", QUIET: "freepublish/get"}


def night(number: int) -> datetime:
    """The n-th night on which a push goes out by itself: the 13th is a sensitive day."""
    return NIGHT + timedelta(days=number + (number >= 11))


def picture(seed: str) -> bytes:
    """A picture of its own for every seed."""
    return png(seed)


def write(stage: Stage, name: str, *, due: datetime | None, notify: str = QUIET, **facts: Any) -> None:
    """Write an article with pictures of its own."""
    folder = stage.write(name, due=due, notify=notify, **({"title": name} | facts))
    if "cover" not in facts:
        (folder / "cover.png").write_bytes(picture(f"cover {name}"))
    if "body.png" in str(facts.get("body", "")) and not (folder / "body.png").exists():
        (folder / "body.png").write_bytes(picture(f"body {name}"))


def approve(stage: Stage, *names: str) -> list[int]:
    """Have the texts that stand on the disk now approved, without three people's messages; return their numbers.

    Every warning passes with one reason.
    """
    parts, numbers = stage.parts, []
    library.scan(parts.store, parts.library, stage.now)
    for name in names:
        source = read_article(stage.folder / "2026-12" / name / "index.md", f"2026-12/{name}/index.md")
        with parts.store.reading() as session:
            number = session.scalars(select(Article.id).where(Article.path == source.name)).one()
        context = parts.check_context("2026-12")
        reviews.submit(
            parts.store, parts.library, number, source, context, by="编辑", now=stage.now, reasons=ANY_WARNING_PASSES
        )
        with parts.store.transaction() as session:
            move(session, session.get_one(Article, number), State.APPROVED, by="主任", now=stage.now, why="终审通过")
        numbers.append(number)
    return numbers


def approved(stage: Stage, name: str, *, due: datetime | None, notify: str = QUIET, **facts: Any) -> int:
    """Write an article and have it approved; return its number."""
    write(stage, name, due=due, notify=notify, **facts)
    return approve(stage, name)[0]


def drafted(stage: Stage, name: str = "01-notice", *, notify: str = QUIET, minutes: float = 10, **facts: Any) -> int:
    """Have an approved article drafted and scheduled, due in some minutes; return its number."""
    number = approved(stage, name, due=stage.now + timedelta(minutes=minutes), notify=notify, **facts)
    stage.ticks.slow_rest()
    assert stage.state(number) == State.SCHEDULED, stage.alarms()
    return number


def handed_over(stage: Stage, number: int) -> None:
    """Move the clock to a post's time and tick once."""
    due = stage.post(number).due_at
    assert due is not None
    stage.at(due)
    stage.tick()


def out(stage: Stage) -> Counter[str]:
    """How often each title went out or is on its way, by the simulator's own records alone."""
    stats = stage.sim.stats
    quiet = [job for job in stats["publications"] if job["status"] in (0, 1, 5, 6)]
    pushed = [job for job in stats["sends"] if job["status"] != "SEND_FAIL"]
    return Counter(title for job in quiet + pushed for title in job["titles"])


def pass_time(stage: Stage, *minutes: float) -> None:
    """Tick at each of these minutes from now, with WeChat's events delivered before each tick."""
    begin = stage.now
    for minute in minutes:
        stage.at(begin + timedelta(minutes=minute))
        stage.sim.wait()
        stage.tick()


def speaks_of(stage: Stage, number: int) -> bool:
    """Does an alarm ring that names this article?"""
    return any(f"文章{number}“" in text for text in stage.alarms())


@contextmanager
def deciding(stage: Stage, number: int) -> Iterator[tuple[Session, Article]]:
    """Open the transaction in which a person decides about an article."""
    with stage.parts.store.transaction() as session:
        yield session, session.get_one(Article, number)


def send_again(stage: Stage, number: int) -> str:
    with deciding(stage, number) as (session, article):
        return settle.send_again(session, article, by="运营", now=stage.now)


def confirm_now(stage: Stage, number: int) -> str:
    with deciding(stage, number) as (session, article):
        return settle.send_now(session, article, stage.parts.rules, by="运营", now=stage.now)


def is_out(stage: Stage, number: int) -> str:
    with deciding(stage, number) as (session, article):
        return settle.is_out(session, article, url="", by="运营", now=stage.now)


def is_not_out(stage: Stage, number: int) -> str:
    with deciding(stage, number) as (session, article):
        return settle.is_not_out(session, article, by="运营", now=stage.now)


def person_settles(stage: Stage, number: int, title: str) -> None:
    """Do what the alarm asks: look at the back office, say what is there, and let it go out if it is not."""
    if out(stage)[title]:
        is_out(stage, number)
        return
    if stage.state(number) == State.UNSURE:
        is_not_out(stage, number)
    confirm_now(stage, number)
    pass_time(stage, 1, 2, 5)


@pytest.fixture
def short_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait a second, not half a minute, for a token that a dead process was fetching."""
    monkeypatch.setattr(token, "LEASE_SECONDS", 1.0)


# children that may die ------------------------------------------------------------------------------------------------


def child(stage: Stage, act: Callable[[Parts, Ticks], object]) -> int:
    """Fork; act with ticks of the child's own; return its process id. What SQLAlchemy has compiled comes along."""
    with stage.door, warnings.catch_warnings():
        stage.parts.store.close()  # SQLite must not be open across a fork, in no thread
        warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12 warns that there are threads
        pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        act(stage.parts, build_ticks(stage.parts))
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


def died(pid: int) -> bool:
    """Wait for a child; say whether it was killed. It must not have failed otherwise."""
    _, status = os.waitpid(pid, 0)
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    assert killed or os.waitstatus_to_exitcode(status) == 0
    return killed


def kill_at_call(number: int, moment: str) -> None:
    """Die before or after the n-th call to WeChat leaves this process."""
    send, count = wechat._Http.send, 0

    def mortal(self: Any, *args: Any, **more: Any) -> Any:
        nonlocal count
        count += 1
        if count == number and moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        answer = send(self, *args, **more)
        if count == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    wechat._Http.send = mortal  # type: ignore[method-assign]


def kill_at_commit(number: int, moment: str) -> None:
    """Die before or after the n-th transaction of this process that changes something is committed."""
    count, wrote = 0, False

    def notice(connection: Any, cursor: Any, statement: str, *more: Any) -> None:
        nonlocal count, wrote
        wrote = wrote or statement.startswith(("INSERT", "UPDATE", "DELETE"))

    def mortal(connection: Any) -> None:
        nonlocal count, wrote
        count, wrote = count + wrote, False
        if count == number:
            if moment == "after":
                connection.connection.commit()
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", notice)
    event.listen(Engine, "commit", mortal)


Fuse = Callable[[int, str], None]
CRASH_MINUTES = (0.6, 2, 4, 12, 16, 30)
CRASH_BODY = "第一段。\n\n![图](body.png)\n\n第二段。"


def crash_everywhere(stage: Stage, fuse: Fuse, moment: str, notify: str) -> int:
    """Die at the n-th point of a publication, from its first picture to its status, for every n; return the last.

    Without `make soak` only each fifth n is tried, others on each day.

    After each death time passes with ticks. Then the post is out once, or an alarm
    names it and it is out once when a person has done what the alarm says.
    """
    stage.sim.set(pushes="lost")  # so that the status is asked, too
    step = 1 if SOAK else 5
    point, killed = DAY % step + 1 - step, True
    while killed:
        point += step
        name = f"crash-{point:02}"
        stage.at(night(point))  # one push a day
        number = approved(stage, name, due=stage.now + timedelta(minutes=1), notify=notify, body=CRASH_BODY)
        killed = died(child(stage, partial(_publication, stage, partial(fuse, point, moment))))
        assert killed or stage.state(number) == State.PUBLISHED
        pass_time(stage, *CRASH_MINUTES)
        if out(stage)[name] != 1 or stage.state(number) != State.PUBLISHED:
            assert speaks_of(stage, number), f"{point}: {stage.state(number)} {stage.alarms()}"
            person_settles(stage, number, name)
        assert (out(stage)[name], stage.state(number)) == (1, State.PUBLISHED), point
        assert not speaks_of(stage, number), stage.alarms()
        shutil.rmtree(stage.folder / "2026-12" / name)  # a long series stays fast
    return point - step


def _publication(stage: Stage, fuse: Callable[[], None], parts: Parts, ticks: Ticks) -> None:
    begin = stage.now
    fuse()
    for minutes in (0, 1, 2, 4):
        stage.at(begin + timedelta(minutes=minutes))
        ticks.publishing()
        ticks.slow_rest()
