"""急稿 by message: a title, the forwarded text, what cannot be read from it, 送审; and what follows when it is out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.commands.naming import article_in, only_article, person_of
from bot.commands.near import asks
from bot.commands.posting import OPERATORS
from bot.commands.small_talk import declines, is_courtesy
from bot.commands.table import EDITORIAL, SIGNS, Ask, Facts, command, continuation, plain
from content import dialogue
from content.clock import stamp
from content.errors import OpsError
from content.lint.front import TITLE_LIMIT
from content.saying import begins_with_time, when
from content.urgent import FOLLOW_UP, for_groups, read
from scheduler import submitting, urgent, urgent_after

MINUTES = 30  # for which 急稿 waits for the next message
FORWARDED = 30  # characters: nobody types so many to name who issued it, or when
LONG = 20  # characters: what is shorter is taken for a text, or goes on with one, only behind 正文
SHOWN = 300  # characters of a text that are shown before it is submitted
ANEW = ("正文", "原文")
GO = {"好", "是", "对", "好的", "可以", "没有了", "提交", "确定", "ok"}


@command("急稿", "紧急", roles=(*OPERATORS, "editor"), acts=True, by_scheduler=True, questions=True)
def begin(ask: Ask) -> str:
    """急稿 标题：预警、停水停电这类，再把原文转发过来，就建成文章送审，例如：急稿 大风蓝色预警"""
    title, _, text = ask.rest.strip().partition("\n")
    facts = {"title": title.strip()}
    return _next(ask, facts if is_courtesy(text) else _with_text(facts, text, ask.now))


@continuation("急稿", text=True)
def go_on(ask: Ask, facts: Facts) -> str:
    """Take what was asked for: the title, the text, who issued it, when, and the word to submit it."""
    words, wanted = ask.rest.strip(), _wanted(facts)
    if declines(words):
        return "好的，“急稿”就此作罢。"
    if wanted and (is_courtesy(words) or (asks(words) and not _is_forwarded(words, ask.now))):
        raise OpsError(f"没有看懂。{_question(facts, wanted)}")
    if wanted == "title":
        return _next(ask, {**facts, "title": words.partition("\n")[0].strip()})
    if (text := _anew(words)) is not None:
        return _next(ask, _with_text({"title": facts["title"]}, text, ask.now))
    if wanted == "text":
        _demand_text(words)
    if wanted == "text" or (wanted in ("issuer", "issued_at") and _is_forwarded(words, ask.now)):
        return _next(ask, _with_text(facts, words, ask.now))
    if wanted == "issuer":
        return _next(ask, {**facts, "issuer": words})
    if wanted == "issued_at":
        return _next(ask, {**facts, "issued_at": when(words, ask.now).isoformat()})
    return _changed(ask, facts, words)


def refuse_picture(ask: Ask) -> None:
    """Raise OpsError where a text is asked for and a picture comes."""
    question = dialogue.question_to(ask.session, person_of(ask))
    if question and question.kind == "急稿" and question.expires_at > ask.now and not question.facts.get("text"):
        raise OpsError("急稿要文字，图片没有收下。请把图上的字作为文字发来；不做了就回复：算了")


@command("送审", roles=(*OPERATORS, "editor"), acts=True, aside=True, by_scheduler=True)
def submit(ask: Ask) -> str:
    """送审 12：改好的稿子送审，有警告的写明理由：送审 12 理由；正在建的急稿只发：送审"""
    question = dialogue.question_to(ask.session, person_of(ask), hold=True)
    if not ask.rest.strip() and question and question.kind == "急稿" and question.expires_at > ask.now:
        return _next(ask, question.facts) if _wanted(question.facts) else _submitted(ask, question.facts)
    article, reason = article_in(ask, "送审 12，有警告要写理由：送审 12 已向街道核实")
    return submitting.wish(ask.session, article, reason, person_of(ask), now=ask.now)


@command("群文字", "转发文字", "群发文字", roles=EDITORIAL)
def group_text(ask: Ask) -> str:
    """群文字 12：急稿转发到社区群的文字，可以直接复制。"""
    article = only_article(ask, "群文字 12")
    return urgent.group_text(ask.session, article)


@command("已解除", "解除了", roles=(*OPERATORS, "editor"), acts=True)
def is_over(ask: Ask) -> str:
    """已解除 12：核实过，急稿里的预警解除了。"""
    article = only_article(ask, "已解除 12")
    return urgent_after.is_over(ask.session, article, by=person_of(ask).name, now=ask.now)


@command("顺延", roles=(*OPERATORS, "editor"), acts=True)
def lasts(ask: Ask) -> str:
    """顺延 12 时间：预警还没解除，到时间再提醒，例如：顺延 12 明天9点"""
    article, words = article_in(ask, "顺延 12 明天9点")
    until = when(words, ask.now)
    return urgent_after.lasts_until(ask.session, article, until, by=person_of(ask).name, now=ask.now)


@command("事后复审", "补审", acts=True)
def review_later(ask: Ask) -> str:
    """事后复审 12 意见：急稿发出后补审，写明意见，例如：事后复审 12 内容属实，时间无误"""
    article, opinion = article_in(ask, "事后复审 12 内容属实，时间无误")
    return urgent_after.reviewed(ask.session, article, person_of(ask), opinion, ask.chain, now=ask.now)


def _is_forwarded(words: str, now: datetime) -> bool:
    """Say whether words are a further part of the text, and not an answer to what was asked of it."""
    return (len(words) >= FORWARDED or "\n" in words) and begins_with_time(words, now) is None


def _anew(words: str) -> str | None:
    """Return the text that shall stand in the place of what there is, "" to wait for it; None for other words."""
    name = next((name for name in ANEW if words.startswith(name)), "")
    rest = words[len(name) :]
    is_meant = name and (not rest or rest[0].isspace() or plain(rest[0]) in SIGNS)
    return rest.lstrip(" \n:：,，、　") if is_meant else None


def _demand_text(words: str) -> None:
    """Raise OpsError for what is so short that it was hardly forwarded: small talk must not become an official notice."""
    if len(words) < LONG:
        raise OpsError(
            f"“{words}”只有 {len(words)} 个字，不像原文，没有收下。请把原文转发过来；"
            f"原文就这么短，请在前面加上“正文”再发，例如：正文 今晚8点停水。不做了就回复：算了"
        )


def _with_text(facts: Facts, text: str, now: datetime) -> dict[str, Any]:
    """Add a part of the text, and what can be read from all of it."""
    whole = f"{facts['text']}\n{text}" if facts.get("text") else text
    found = read(whole, now)
    return {
        **facts,
        "text": whole,
        "issuer": facts.get("issuer") or found.issuer,
        "issued_at": facts.get("issued_at") or (found.issued_at.isoformat() if found.issued_at else ""),
        "ends_at": facts.get("ends_at") or (found.ends_at.isoformat() if found.ends_at else ""),
    }


def _wanted(facts: Facts) -> str:
    return next((name for name in ("title", "text", "issuer", "issued_at") if not facts.get(name)), "")


def _next(ask: Ask, facts: Facts) -> str:
    """Ask for what is wanted next; when nothing is, show what there is."""
    if len(facts["title"]) > TITLE_LIMIT:
        raise OpsError(f"标题有 {len(facts['title'])} 个字，最多 {TITLE_LIMIT} 个字，请改短了重新发：急稿 标题")
    dialogue.ask(ask.session, person_of(ask), "急稿", facts, now=ask.now, minutes=MINUTES)
    if wanted := _wanted(facts):
        return _question(facts, wanted)
    issued, ends = datetime.fromisoformat(facts["issued_at"]), _ends(facts)
    return (
        f"《{facts['title']}》，正文 {len(''.join(facts['text'].split()))} 字。\n发布单位：{facts['issuer']}\n"
        f"发布时间：{stamp(issued)}\n{stamp(ends)} 提醒核实解除没有\n正文：{_shown(facts['text'])}\n"
        "对的请回复：送审。要改就回复：单位 名称、时间 今天8点、解除 明天8点；还有正文就接着发，"
        "正文不对请回复“正文”，再重新转发。"
    )


def _question(facts: Facts, wanted: str) -> str:
    return {
        "title": "急稿的标题是什么？请直接回复。",
        "text": f"《{facts.get('title')}》：请把原文转发过来，或直接粘贴。不做了就回复：算了",
        "issuer": "原文里没看出发布单位，是哪个单位？请直接回复，例如：市气象台",
        "issued_at": "原文里没看出发布时间，是什么时候发布的？请直接回复，例如：今天8点半",
    }[wanted]


def _shown(text: str) -> str:
    """Return a text as it is shown before it goes to be reviewed; of a long one its beginning and end."""
    whole = " ".join(text.split())
    half = SHOWN // 2
    return whole if len(whole) <= SHOWN else f"{whole[:half]}……{whole[-half:]}"


def _changed(ask: Ask, facts: Facts, words: str) -> str:
    key, _, rest = plain(words).partition(" ")
    if plain(words).strip(" 。.!").lower() in GO:
        return _submitted(ask, facts)
    if key == "单位" and rest.strip():
        return _next(ask, {**facts, "issuer": words[len(key) :].strip()})
    if key in ("时间", "解除") and begins_with_time(rest, ask.now):
        name = "issued_at" if key == "时间" else "ends_at"
        return _next(ask, {**facts, name: when(rest, ask.now).isoformat()})
    if len(words) >= LONG:
        return _next(ask, _with_text(facts, words, ask.now))
    raise OpsError(
        "没有看懂。没有要改的请回复：送审；要改就回复：单位 名称、时间 今天8点、解除 明天8点、正文 全文。不做了：算了"
    )


def _submitted(ask: Ask, facts: Facts) -> str:
    dialogue.end(ask.session, person_of(ask))
    made = urgent.begin(
        ask.session,
        person_of(ask),
        facts["title"],
        facts["text"],
        facts["issuer"],
        datetime.fromisoformat(facts["issued_at"]),
        _ends(facts),
        now=ask.now,
    )
    push = urgent.todays_push(ask.session, ask.rules, ask.now)
    return f"收到，马上建成文章送审，编号很快发给您，也可以发：待审。{push}\n社区群转发文字：\n{for_groups(made)}"


def _ends(facts: Facts) -> datetime:
    issued = datetime.fromisoformat(facts["issued_at"])
    return datetime.fromisoformat(facts["ends_at"]) if facts.get("ends_at") else issued + FOLLOW_UP
