"""Rules for the rights in pictures: nothing goes out of which it is not known who allows it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from content.article import Level, PictureFacts, Problem, local_reference
from content.licences import BODY, consent_is_open, facts_of, is_told, is_used, missing, used_pictures
from content.lint.look import Look, Rule

_ASKED = {"来源": "source: 谁拍的或从哪里来", "许可": "licence: 自有、CC BY 4.0 或购买的授权"}
_PLAIN = re.compile(r"[\w.（][\w./() \-（）]*")


def licences_are_known(look: Look) -> Iterator[Problem]:
    """A picture without a source or a licence is not submitted: its use may be somebody's right (contract, 三(二))."""
    for name, use in used_pictures(look.source, look.pictures).items():
        facts = facts_of(look.source, name)
        if lacks := missing(facts):
            lines = _lines(name, facts, lacks)
            where = "这一项里写" if facts else f"文件开头的 pictures{'' if look.facts.pictures else ':'} 下面写"
            told = " ".join(f"“{line.strip()}”" for line in lines)
            message = f"没有写图片 {name} 的{'和'.join(lacks)}。请在{where} {told}。"
            line = look.line_of(name) if use == BODY else look.at("cover")
            yield look.problem(line, "LICENCE_UNKNOWN", Level.ERROR, message, fix="\n".join(lines))


def _lines(name: str, facts: PictureFacts | None, lacks: tuple[str, ...]) -> list[str]:
    """Return the lines to write into the front matter, with its indents."""
    quoted = name if _PLAIN.fullmatch(name) else json.dumps(name, ensure_ascii=False)
    asked = [f"    {_ASKED[what]}" for what in lacks]
    return asked if facts else [f"  - file: {quoted}", *asked]


def listed_pictures_are_used(look: Look) -> Iterator[Problem]:
    """A picture that is listed and not used is a name mistyped, or a line forgotten."""
    used = used_pictures(look.source, look.pictures)
    for facts in look.facts.pictures:
        if not is_used(facts, used):
            name = local_reference(facts.file) or "（没有写文件名）"
            message = f"pictures 里写了 {name}，文章却没有用到这张图，请核对文件名，或删去这一项。"
            yield look.problem(look.at("pictures"), "PICTURE_UNUSED", Level.INFO, message)


def consents_are_there(look: Look) -> Iterator[Problem]:
    """People who can be recognised must have agreed; whether there are any, only the editor knows."""
    used = used_pictures(look.source, look.pictures)
    for facts in look.facts.pictures:
        if is_used(facts, used) and consent_is_open(facts):
            message = (
                f"图片 {local_reference(facts.file)} 的肖像同意写的是“{facts.consent}”："
                "画面里有可识别的人，发出前要取得本人（未成年人为监护人）同意，再改成“已取得”；没有人物的请写“无可识别人物”。"
            )
            yield look.problem(look.at("pictures"), "CONSENT_MISSING", Level.WARN, message)


def licences_are_said_once(look: Look) -> Iterator[Problem]:
    """Of two entries for one picture the first counts; where they differ, one of them is wrong."""
    seen: dict[str, PictureFacts] = {}
    for facts in look.facts.pictures:
        name = local_reference(facts.file)
        if name in seen and is_told(facts.licence) and facts != seen[name]:
            message = f"pictures 里 {name} 写了两次，内容不同，现在按第一次算。请只留一处。"
            yield look.problem(look.at("pictures"), "LICENCE_TWICE", Level.WARN, message)
        seen.setdefault(name, facts)


RULES: tuple[Rule, ...] = (
    licences_are_known,
    listed_pictures_are_used,
    consents_are_there,
    licences_are_said_once,
)
