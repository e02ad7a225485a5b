"""Words that record what somebody said elsewhere, and that ask for the picture which proves it."""

from __future__ import annotations

import re

from bot.commands.near import asks
from bot.commands.table import Ask, command, plain, reference
from content import evidence, recorded
from content.errors import OpsError
from content.recorded import RECORDERS, WAYS, Recorded, Spoken

AGREED = ("同意", "通过")
SPOKEN = re.compile(
    rf"(?P<word>同意|通过|退回|打回|不同意)\s*(?P<name>\S.*?)\s+(?P<way>{'|'.join(WAYS)})(?![^\s,.:;、。])[\s,.:;、。]*(?P<note>.*)",
    re.DOTALL,
)
EXAMPLE = "代录 12-3 同意 姓名 电话（或微信、纸质）；代录 12-3 退回 姓名 电话 原因"


@command("代录", roles=RECORDERS, acts=True, proves=True)
def record(ask: Ask) -> str:
    """代录 12-3 同意 姓名 电话：替没有上网审的人记下意见（电话、微信、纸质），再发截图，例如：代录 12-3 同意 王主任 电话"""
    assert ask.person is not None
    number, revision, rest = reference(ask.rest) or (0, None, "")
    said = SPOKEN.fullmatch(plain(rest))
    if revision is None or said is None or asks(said["note"]):
        raise OpsError(f"请写全：稿号、意见、姓名、怎么来的，例如：{EXAMPLE}")
    name = " ".join(said["name"].split())
    spoken = Spoken(said["word"] in AGREED, name, said["way"], rest[said.start("note") :].strip())
    following, made = recorded.record(
        ask.session, number, revision, spoken, ask.chain, recorder=ask.person, now=ask.now
    )
    return f"{following}\n{_asked(ask, made)}"


@command("凭证", roles=RECORDERS, acts=True, proves=True)
def prove(ask: Ask) -> str:
    """凭证 12-3：给代录的意见补截图或扫描件；几步都是代录的，写明哪一步：凭证 12-3 终审。"""
    number, revision, rest = reference(ask.rest) or (0, None, "")
    if revision is None:
        raise OpsError("请写是哪一稿的代录，例如：凭证 12-3")
    assert ask.person is not None
    return _asked(ask, recorded.to_prove(ask.session, number, revision, plain(rest).strip(), recorder=ask.person))


def _asked(ask: Ask, made: Recorded) -> str:
    assert ask.person is not None
    return evidence.wanted(ask.session, ask.person, made.subject, words=made.words, again=made.again, now=ask.now)
