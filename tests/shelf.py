"""A shelf for tests: a content library and its database without any WeChat, with short words for what editors do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from stage import ANY_WARNING_PASSES, PNG, rights

from content import library, lint, posts, reviews
from content.article import read_article
from content.clock import SHANGHAI
from content.db import Store
from content.folders import month_of, name_of
from content.library import Library
from content.models import Article, Event, Post, Revision, Theme
from content.people import add_person, person_named
from content.steps import Step

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=SHANGHAI)
CHAIN = (Step("初审", "editor"), Step("复审", "reviewer"), Step("终审", "chief", "甲方"))
STAFF = {"编辑": "editor", "复审": "reviewer", "主任": "chief"}


def at(day: int, hour: int = 10, minute: int = 0) -> datetime:
    """A moment of December 2026 in Shanghai."""
    return datetime(2026, 12, day, hour, minute, tzinfo=SHANGHAI)


class Shelf:
    """A workspace's folder, its library and its database."""

    def __init__(self, store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        folder.mkdir()
        self.store, self.folder, self.now = store, folder, NOW
        self.library = Library(folder=folder, css="p { color: #333 }")
        self.between_looks: Callable[[], object] = lambda: None
        self.looks = 0
        monkeypatch.setattr("content.files.sleep", self._look_away)

    def _look_away(self, seconds: float) -> None:
        self.looks += 1
        self.between_looks()

    # editors ---------------------------------------------------------------------------------------------------------

    def write(
        self,
        name: str = "01-a",
        *,
        month: str = "2026-12",
        due: datetime | None = None,
        body: str = "",
        **facts: object,
    ) -> Path:
        """Write an article's folder with a cover, or with a name in .md one file; return the Markdown file."""
        place = self.folder / month / name
        file = place if name.endswith(".md") else place / "index.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        (file.parent / "cover.png").write_bytes(PNG)
        told = {
            "title": f"题{name}",
            "author": "编辑部",
            "digest": "摘要",
            "cover": "cover.png",
            "pictures": rights(body, "cover.png"),
            **facts,
        }
        if due:
            told["publish_at"] = f"{due.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
        lines = [f"{key}: {value}" for key, value in told.items()]
        file.write_text("\n".join(["---", *lines, "---", "", body or f"正文{name}。", ""]), encoding="utf-8")
        return file

    def scan(self) -> dict[str, str]:
        """Take the library in; return the notices by key."""
        self.now += timedelta(minutes=1)
        return {notice.key: notice.text for notice in library.scan(self.store, self.library, self.now)}

    def recheck(self, number: int) -> dict[str, str]:
        """Look at the files of an article's post again, as before a claim."""
        self.now += timedelta(seconds=1)
        post_id = self.article(number).post_id
        assert post_id is not None
        return {n.key: n.text for n in library.recheck(self.store, self.library, post_id, self.now)}

    def submit(self, file: Path, by: str = "撰稿", reasons: Mapping[str, str] = ANY_WARNING_PASSES) -> Revision:
        """Submit; every warning passes with one reason, unless the test is about warnings and gives its own."""
        self.scan()
        name = name_of(self.folder, file)
        context = lint.Context(now=self.now, month=month_of(name), css=self.library.css)
        source = read_article(file, name)
        number = self.number(name)
        return reviews.submit(self.store, self.library, number, source, context, by=by, now=self.now, reasons=reasons)

    # reviewers -------------------------------------------------------------------------------------------------------

    def hire(self, staff: dict[str, str] | None = None, party: str = "") -> None:
        with self.store.transaction() as session:
            for name, role in (staff or STAFF).items():
                add_person(session, name, role, party=party, company="", now=self.now)

    def judge(
        self,
        who: str,
        number: int,
        revision: int = 1,
        *,
        back: str = "",
        chain: Sequence[Step] = CHAIN,
        passed: bool = True,
    ) -> str:
        self.now += timedelta(seconds=1)
        with self.store.transaction() as session:
            return reviews.give_verdict(
                session,
                number,
                revision,
                person_named(session, who),
                chain,
                passed=passed and not back,
                comment=back,
                recorded_by=who,
                now=self.now,
            )

    def approved(self, name: str = "01-a", **facts: object) -> int:
        """Write, submit and pass an article; return its number."""
        revision = self.submit(self.write(name, **facts))  # type: ignore[arg-type]
        with self.store.reading() as session:
            hired = session.scalar(select(Event.id).where(Event.subject == "person:1"))
        if hired is None:
            self.hire()
        for who in STAFF:
            self.judge(who, revision.article_id, revision.number)
        return revision.article_id

    def person_moves(self, number: int, due: datetime) -> None:
        """Let the operator set the time of an article's post."""
        with self.store.transaction() as session:
            posts.plan_for(session, session.get_one(Article, number), due, push=True, by="运营", now=self.now)

    def person_takes_out(self, number: int) -> None:
        """Let the operator take an article out of its post."""
        with self.store.transaction() as session:
            posts.put_into(session, [session.get_one(Article, number)], None, by="运营", now=self.now)

    # what is true ------------------------------------------------------------------------------------------------------

    def number(self, name: str) -> int:
        with self.store.reading() as session:
            return session.scalars(select(Article.id).where(Article.path == name)).one()

    def articles(self) -> list[Article]:
        with self.store.reading() as session:
            return list(session.scalars(select(Article).order_by(Article.id)))

    def article(self, number: int) -> Article:
        with self.store.reading() as session:
            return session.get_one(Article, number)

    def post(self, number: int) -> Post:
        with self.store.reading() as session:
            return session.get_one(Post, session.get_one(Article, number).post_id)

    def posts(self) -> list[list[int]]:
        """The numbers of the articles of each post that has any, headline first, soonest post first."""
        with self.store.reading() as session:
            found = session.scalars(select(Post).order_by(Post.due_at, Post.id))
            return [[a.id for a in post.articles] for post in found if post.articles]

    def theme(self, month: str = "2026-12") -> Theme:
        with self.store.reading() as session:
            return session.scalars(select(Theme).where(Theme.month == month)).one()

    def trail(self, subject: str) -> list[str]:
        with self.store.reading() as session:
            return list(session.scalars(select(Event.why).where(Event.subject == subject).order_by(Event.id)))

    def set_post_state(self, number: int, *states: object) -> None:
        """Walk the post of an article through states as the scheduler does."""
        from content.workflow import move

        with self.store.transaction() as session:
            post = session.get_one(Article, number).post
            assert post is not None
            for state in states:
                move(session, post, state, by="scheduler", now=self.now)  # type: ignore[arg-type]
