"""Rights at the terminal: whoever is named with --by may do there what they may do by message, and nobody who has left does anything."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from report_kit import kept
from stage import Stage, png

from bot.cli import cli
from content.errors import OpsError
from content.people import add_person, person_named, revoke
from content.place_models import Place
from scheduler.hand_models import HandFigure

pytestmark = pytest.mark.one_database

LIAISON, GONE = "联络", "离职"
ONLY_SHOW = {"record list", "record show", "dossier list", "dossier show"}  # --by says with whose eyes
OF_LIAISONS = {  # whose places it is, the use case asks
    "record add", "record correct", "record export", "record import", "record prove", "record retire", "record void",
    "dossier correct", "dossier end", "dossier open", "dossier prove", "dossier step", "dossier void",
    "figure add", "figure prove", "figure show", "figure withdraw", "report sent", "report unsent",
}  # fmt: skip
BY_THE_USE_CASE = {  # what it needs, after which it refuses a liaison
    "review": ("1-1", "--pass"),
    "countersign": ("2026-11", "--signed", "{scan}"),
    "post now": ("1",),
    "withdraw": ("1", "--reason", "错了", "--title", "{title}"),
    "ticket reply": ("1", "您好"),
    "ticket close": ("1", "--reason", "办了"),
    "record close": ("2026-11",),
    "record reopen": ("2026-11", "--why", "补录"),
    "figure confirm": ("1",),
    "figure refuse": ("1", "--reason", "不对"),
    "anomalies explain": ("1", "清理"),
    "report acceptance": (),
    "report archive": ("--out", "{scan}.zip"),
    "report plan": (),
    "report monthly": ("2026-11",),
    "report quarterly": ("2026-Q3",),
    "report yearly": ("2025",),
    "report submit": ("1",),
    "report confirm": ("1",),
    "report return": ("1", "--reason", "不对"),
    "report scan": ("1", "{scan}"),
    "report file": ("1",),
    "report weekly": (),
}
CONTRACT = """
[contract]
from = 2026-11-01
to = 2027-10-31
[[target]]
id = "reports"
name = "社区周报"
value = 2
per = "week"
unit = "份"
count = "reports"
"""
REFUSED = re.compile("不归联络员|是联络员，|联络不能|您不能代审|由运营、主编|要由管理员")


def acting(group: click.Group = cli, path: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield the commands that take --by, such as post late."""
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        if isinstance(found, click.Group):
            yield from acting(found, (*path, name))
        elif found and any(option.name == "by" for option in found.params):
            yield " ".join((*path, name))


def said(stage: Stage, *words: str) -> str:
    """Return with what a command was refused, "" where it was not."""
    done = CliRunner().invoke(cli, ["--workspace", str(stage.folder), *words], env=stage.environ)
    return str(done.exception) if isinstance(done.exception, OpsError) else ""


@pytest.fixture
def staffed(stage: Stage, tmp_path: Path) -> Stage:
    """An article in review, a report, a figure and a ticket that wait, and a person who has left."""
    stage.hire()
    (tmp_path / "截图.png").write_bytes(png(LIAISON))
    with stage.parts.store.transaction() as session:
        for name in (LIAISON, GONE):
            add_person(session, name, "liaison", party="乙方", company="", now=stage.now)
        revoke(session, person_named(session, GONE), by="测试", now=stage.now)
        session.add(Place(code="1", level="district", name="长河区", parent=""))
        session.add(HandFigure(metric="registered", subject="place:1", day=stage.now.date(), value=1, state="proposed", by="运营", at=stage.now))  # fmt: skip
    (stage.folder / "contract.toml").write_text(CONTRACT, encoding="utf-8")
    stage.submit(stage.write())
    kept(stage.parts.store, stage.folder, '{"final": true}')
    stage.sim.say("楼道漏水没人管，电话13800012345", openid="openid-居民")
    return stage


def test_whoever_has_left_or_is_not_known_does_nothing_at_the_terminal(staffed: Stage) -> None:
    shown = ("1",)  # record show and dossier show name with whose eyes
    let = [
        name
        for name in acting()
        if f"没有名叫{GONE}的人"
        not in said(staffed, *name.split(), "--by", GONE, *(shown if name.endswith(" show") else ()))
    ]
    assert let == []


def test_a_liaison_does_at_the_terminal_only_what_is_a_liaisons(staffed: Stage, tmp_path: Path) -> None:
    values = {"scan": str(tmp_path / "截图.png"), "title": staffed.article(1).title}
    let = {}
    for name in acting():
        given = [word.format(**values) for word in BY_THE_USE_CASE.get(name, ())]
        words = said(staffed, *name.split(), "--by", LIAISON, *given)
        if not REFUSED.search(words):
            let[name] = words
    assert set(let) == ONLY_SHOW | OF_LIAISONS, let


WORDS = (  # command, who, with which words it is refused
    (("post", "late", "1"), "编辑", "“补发”不归编辑用。编辑没有办。"),
    (("pause",), "编辑", "“暂停”不归编辑用。编辑没有办。"),
    (("pause",), "主任", ""),
    (("menu", "push"), "编辑", "“menu push”由管理员、运营来办，编辑是编辑，没有办。"),
    (("ticket", "reply", "1", "您好"), "复审", "复审，工单由运营或管理员答复，不归复审人。"),
    (("ticket", "close", "1", "--reason", "已电话答复"), "运营", ""),
)


def test_the_terminal_uses_the_words_of_the_messages(staffed: Stage) -> None:
    for words, who, refused in WORDS:
        assert said(staffed, *words, "--by", who) == refused
