"""A file in the chat: WeChat gives nobody its bytes (wechat-api.md §2), so its sender gets the page to upload it on."""

from __future__ import annotations

from bot.commands.table import Ask, plain
from bot.links import login_link
from content import evidence
from content.assignments import FIELD
from content.logins import LINK_MINUTES
from content.models import Person

MARK = "[文件]"  # also what some clients send as the text of one
WRITERS = ("admin", "operator", "editor")  # who may hand in articles
CANNOT = "聊天里发的文件公众号取不到。"


def is_file(words: str) -> bool:
    """Say whether a message stands for a file."""
    return plain(words).strip().startswith(MARK)


def answer(ask: Ask) -> str:
    """Return what the sender of a file is told: where it can be uploaded, with a link that logs them in."""
    person = ask.person
    assert person is not None
    page, what = _where(ask, person)
    if not page:
        return f"{CANNOT}请把内容作为文字发来，或请运营在网页上交。"
    link = login_link(ask.session, ask.server, person, by=person.name, now=ask.now, to=page)
    return f"{CANNOT}请打开链接，按“登录”，{what}：\n{link}\n{LINK_MINUTES} 分钟内有效，只能用一次，请不要转给别人。"


def _where(ask: Ask, person: Person) -> tuple[str, str]:
    """Return the page for a person's file, and what to do there; "" where there is none for them."""
    wish = evidence.awaited(ask.session, person, now=ask.now)
    if wish and wish.subject.startswith("record:") and person.role in FIELD:
        return f"/console/records/{wish.subject.partition(':')[2]}/upload", f"上传到{wish.words}"
    if person.role in WRITERS:
        return "/console/hand-in", "在“交稿”页上交；走访、培训的材料在“走访和活动”里传"
    if person.role in FIELD:
        return "/console/records", "点开那一条记录再上传"
    return "", ""
