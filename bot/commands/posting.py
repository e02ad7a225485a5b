"""Words about posts: another time or none, an article out of it, now, late or again, and what a person saw published."""

from __future__ import annotations

from datetime import date

from bot.commands.fitting import listed
from bot.commands.naming import article_in, only_article, person_of
from bot.commands.table import Ask, Facts, command, continuation, plain, reference
from content import dialogue
from content.clock import stamp
from content.errors import OpsError, WrongUse
from content.library import article_by_number
from content.models import IN_WORDS, Article, Post, State
from content.saying import EXAMPLES, day_alone, names_day, when
from content.workflow import in_words
from scheduler import joined, now, settle
from scheduler.hearsay import NotAwaited
from scheduler.sent import title_of

OPERATORS = ("admin", "operator")
SHARED = "https://mp.weixin.qq.com/s"  # how the link of every article begins that a person shares from WeChat
EXAMPLE = "排期 12 明天9点"


@command("排期", "定时", "改期", "改时间", "改到", roles=OPERATORS, acts=True)
def schedule(ask: Ask) -> str:
    """排期 12 时间：定时间或改时间，例如：排期 12 周五18:30；改期 12 明天9点"""
    article, words = article_in(ask, EXAMPLE, revision=False)  # 排期 12-05 20:00 has forgotten the article
    if words.strip():
        return _schedule(ask, article, words, {"article": article.id})
    dialogue.ask(ask.session, person_of(ask), "排期", {"article": article.id}, now=ask.now)
    return f"{in_words(article)}要定在什么时间？请直接回复，例如：{EXAMPLES}。"


@continuation("排期")
def schedule_at(ask: Ask, facts: Facts) -> str:
    """Take the time that was asked for; a day alone is kept, and its hour asked for.

    After an answer that was not understood, which may have named a day, an hour alone is not taken for one of today.
    """
    article = article_by_number(ask.session, int(facts["article"]))
    if facts.get("which_day") and not names_day(ask.rest):
        raise OpsError(f"{in_words(article)}要定在哪一天？请连同日子一起写，例如：{EXAMPLES}。")
    try:
        return _schedule(ask, article, ask.rest, facts)
    except WrongUse as unread:
        dialogue.ask(ask.session, person_of(ask), "排期", {**facts, "which_day": True}, now=ask.now)
        return str(unread)


@command("取消排期", "取消定时", "撤销排期", roles=OPERATORS, acts=True)
def cancel(ask: Ask) -> str:
    """取消排期 12：不再定时间，先不发；草稿留着。"""
    article = only_article(ask, "取消排期 12")
    return settle.cancel_time(ask.session, article, by=person_of(ask).name, now=ask.now)


@command("移出", roles=OPERATORS, acts=True)
def take_out(ask: Ask) -> str:
    """移出 12：把这一篇移出推文，其余照发。"""
    article = only_article(ask, "移出 12")
    return settle.take_out(ask.session, article, by=person_of(ask).name, now=ask.now)


@command("立即发布", "马上发布", "现在发布", roles=now.AUTHORISED, acts=True, by_scheduler=True)
def publish_now(ask: Ask) -> str:
    """立即发布 12：不等时间，现在就发；要另一位确认。"""
    article = only_article(ask, "立即发布 12")
    return now.publish_now(ask.session, article, person_of(ask), ask.rules, now=ask.now)


@command("确认", "确认发布", roles=now.AUTHORISED, acts=True, by_scheduler=True)
def confirm(ask: Ask) -> str:
    """确认 12：别人要求立即发布，您确认。"""
    article = only_article(ask, "确认 12")
    return now.confirm_now(ask.session, article, person_of(ask), ask.rules, now=ask.now)


@command("补发", "重发", "再发", roles=OPERATORS, acts=True, by_scheduler=True)
def send_late(ask: Ask) -> str:
    """补发 12：过了时间还没发的、发布失败的，现在发；也可以说：重发 12"""
    article = only_article(ask, "补发 12")
    return settle.send_late(ask.session, article, ask.rules, by=person_of(ask).name, now=ask.now)


@command("已发", "已发出", "发出了", "已发布", roles=OPERATORS, acts=True)
def is_out(ask: Ask) -> str:
    """已发 12 链接：已经在后台发表，或核实发出了，链接可以不写，例如：已发 12 https://mp.weixin.qq.com/s/AbCd1234"""
    article, words = article_in(ask, "已发 12 https://mp.weixin.qq.com/s/…")
    url = joined.link_in(plain(words))
    if plain(words).strip() and not url:
        raise OpsError("链接没有看懂，应以 https://mp.weixin.qq.com/s 开头。没有链接就不写。")
    return _published(ask, article, url)


@continuation("已发", text=True)
def is_out_indeed(ask: Ask, facts: Facts) -> str:
    """Take the word that an article is out whose title was repeated."""
    return _published(ask, article_by_number(ask.session, int(facts["article"])), str(facts["url"]), title=ask.rest)


@command("没发出", "未发出", "没有发出", "没发", roles=OPERATORS, acts=True)
def is_not_out(ask: Ask) -> str:
    """没发出 12：到后台核实过，没有发出；“已发”记错了也这样改回。"""
    article = only_article(ask, "没发出 12")
    return settle.is_not_out(ask.session, article, by=person_of(ask).name, now=ask.now)


@command("链接", SHARED, f"{SHARED[:4]}{SHARED[5:]}", roles=OPERATORS, acts=True, questions=True)
def which(ask: Ask) -> str:
    """链接 文章链接：有一篇发出了，问您是哪一篇，只发链接也行，例如：https://mp.weixin.qq.com/s/AbCd1234"""
    url = joined.link_in(plain(ask.rest)) or joined.link_in(f"{SHARED}{plain(ask.rest)}")
    if not url:
        raise OpsError("请发文章的链接，以 https://mp.weixin.qq.com/s 开头。")
    if known := joined.known_as(ask.session, url):
        return f"这个链接是{known}，早已记下。"
    found = joined.candidates(ask.session)
    dialogue.ask(ask.session, person_of(ask), "链接", {"url": url}, now=ask.now)
    lines = [f"{a.id} {a.title or a.slug}（{_standing(post)}）" for post in found for a in post.articles]
    numbers = [a.id for post in found for a in post.articles]
    head = (
        f"这是哪一篇？请直接回复编号，例如：{numbers[0]}。"
        if lines
        else "这是哪一篇？没有等着发的文章；是已有的文章，请直接回复编号。"
    )
    return listed([head], lines, ["都不是就回复：算了"])


def link_amid(words: str) -> str:
    """Return the link of an article that stands amid other words, as one sends it alone; "" where there is none."""
    return joined.link_in(plain(words))


@continuation("链接")
def joins(ask: Ask, facts: Facts) -> str:
    """Join the address to the article that is named."""
    found = reference(ask.rest)
    if found is None or found[1] is not None or found[2].strip():
        raise OpsError("请只回复这一篇的编号，例如：12。都不是就回复：算了")
    article = article_by_number(ask.session, found[0])
    return _published(ask, article, str(facts["url"]))


def _published(ask: Ask, article: Article, url: str, *, title: str = "") -> str:
    """Record that an article is out; ask for its title where nothing waits for that word."""
    by = person_of(ask)
    try:
        return joined.published(ask.session, article, url, ask.rules, title=title, by=by.name, now=ask.now)
    except NotAwaited as doubt:
        facts = {"article": article.id, "url": url, "copied": title_of(ask.session, article)}
        dialogue.ask(ask.session, by, "已发", facts, now=ask.now)
        return f"{doubt}请核对编号。确实已经发出，请把文章{article.id} 的标题照抄发来；不是这一篇请发：算了"


def _standing(post: Post) -> str:
    when_ = f"，定在 {stamp(post.due_at)}" if post.due_at and post.state != State.PUBLISHED else ""
    return f"{IN_WORDS[post.state]}{when_}"


def _schedule(ask: Ask, article: Article, words: str, facts: Facts) -> str:
    """Set the time that words say, or ask for the hour of a day; `facts` may know the day already."""
    on = date.fromisoformat(facts["day"]) if facts.get("day") else None
    if alone := day_alone(words, ask.now, on=on):
        day, part = alone
        known = {"article": article.id, "day": day.isoformat(), "part": part}
        dialogue.ask(ask.session, person_of(ask), "排期", known, now=ask.now)
        example = "3点、3点半" if part else "9点、18:30"
        return f"{in_words(article)}要定在 {day:%m-%d} {part}几点？请直接回复，例如：{example}。"
    due = when(words, ask.now, on=on, part=facts.get("part", ""))
    by, push = person_of(ask).name, ask.rules.push
    return settle.change_time(ask.session, article, due, ask.rules, push=push, by=by, now=ask.now)
