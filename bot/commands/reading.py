"""Questions: articles, what waits for review, what would go out, what is due; 看 keeps what it showed."""

from __future__ import annotations

import re
from datetime import timedelta

from sqlalchemy import func, select

from bot.commands.fitting import LINES, MORE, MOST, Unfinished, cut, listed
from bot.commands.near import without_thanks
from bot.commands.table import Ask, command, plain, reference
from bot.links import READ_HOURS, read_link
from content import control, posts, reviews
from content.clock import local_day, stamp
from content.errors import OpsError
from content.library import article_by_number
from content.models import IN_WORDS, Article, Post, Revision, State
from content.more import Rest
from content.periods import day_in_words
from content.reasons import passed_warnings, words_of
from content.render import visible_text
from content.revisions import latest_revision
from content.seen import note_seen
from content.workflow import in_words
from scheduler import ledger, metrics, stats
from scheduler.outlook import Outlook, outlook

PART_BYTES = 1400  # of an article's text in one answer; the rest of 2,048 is for its title and the words to reply


@command("文章")
def articles(ask: Ask) -> str:
    """文章：最近的文章；文章 12：一篇的状态和数据；文章 养老：标题里有这个词的。"""
    words = without_thanks(ask.rest)
    if (named := reference(words)) and not named[2]:
        return _one_article(ask, named[0])
    wanted = [Article.title.icontains(words, autoescape=True)] if words else []
    found = ask.session.scalars(select(Article).where(*wanted).order_by(Article.id.desc()).limit(MOST)).all()
    if not found:
        return f"没有标题里有“{words[:20]}”的文章。" if words else "还没有文章。"
    lines = [f"{a.id} {a.title or a.slug}（{IN_WORDS[a.state]}）" for a in found]
    total = ask.session.scalar(select(func.count(Article.id)).where(*wanted)) or 0
    head = f"标题里有“{words[:20]}”的文章 {total} 篇：" if words else "最近的文章："
    return listed([head], lines, ["看一篇请发：文章 编号"], of=total)


@command("待审")
def waiting(ask: Ask) -> str:
    """待审：等着审核的文章，轮到您的排在前面。"""
    assert ask.person is not None
    found = reviews.in_review(ask.session, ask.chain)
    if not found:
        return "没有待审的文章。"
    mine = [pair for pair in found if reviews.is_turn_of(ask.session, pair[0], ask.person, ask.chain, now=ask.now)]
    others = [pair for pair in found if pair not in mine]
    lines = [f"{_ref(r)} {r.title}（{step.name}，轮到您）" for r, step in mine]
    lines += [f"{_ref(r)} {r.title}（等{step.name}）" for r, step in others]
    return listed([f"待审 {len(found)} 篇："], lines, [f"看稿请发：看 {(mine or others)[0][0].article_id}"])


@command("看", "查看", "预览", "看看", acts=True, aside=True, questions=True)
def show(ask: Ask) -> str:
    """看 12：将要发出的稿子，最后写明怎么回复；长文分几部分，看 12 2 是第 2 部分。"""
    number, part = _number_and_part(ask.rest)
    article = article_by_number(ask.session, number)
    revision = latest_revision(ask.session, article)
    if revision is None:
        raise OpsError(f"{in_words(article)}还没有送审，没有可看的稿子。")
    text = [_head(revision, article), visible_text(revision.html), *_passed(ask, revision), *_to_forward(ask, revision)]
    parts = cut("\n\n".join(text), PART_BYTES)
    if not 1 <= part <= len(parts):
        raise OpsError(f"{in_words(article)}只有 {len(parts)} 部分。")
    if part == len(parts) and ask.person:
        note_seen(ask.session, ask.person, revision, now=ask.now)
    title = [f"《{revision.title}》（{_ref(revision)}）"] if part > 1 else []
    said = "\n\n".join([*title, parts[part - 1], _foot(ask, revision, part, len(parts))])
    return Unfinished(said, Rest(words=f"看 {article.id} {part + 1}")) if part < len(parts) else said


@command("待发", by_scheduler=True)
def due(ask: Ask) -> str:
    """待发：排好时间的推文，最早的在前，为什么等着、还差什么。"""
    if without_thanks(ask.rest):
        raise OpsError("“待发”列出全部，后面不写别的；看一篇请发，例如：文章 12")
    found = [post for post in posts.unsent(ask.session) if post.due_at]
    if not found:
        return "没有待发的推文。"
    views = [(post, outlook(ask.session, post, ask.rules, ask.chain, ask.now)) for post in found[:MOST]]
    lines = [_due_line(post, view) for post, view in views]
    foot = ["按“发表”的步骤请发：文章 编号"] if any(view.steps for _, view in views) else []
    paused = control.paused_because(ask.session)
    return listed([*filter(None, [paused]), f"待发 {len(found)} 次："], lines, foot, of=len(found))


def _due_line(post: Post, view: Outlook) -> str:
    """Return a post with what keeps it; what is missing stands under it."""
    titles = "、".join(f"{a.id} {a.title or a.slug}" for a in post.articles)
    why = f"，{view.held}" if view.held else ""
    time = stamp(post.due_at) if post.due_at else ""
    line = f"{time} {'推送' if post.notify else '不推送'} {titles}（{IN_WORDS[post.state]}{why}）"
    return "\n".join([line, *(f"　差：{one}" for one in view.missing)])


def _one_article(ask: Ask, number: int) -> str:
    if (out := stats.published_article(ask.session, number)) is not None:
        when = [f"发布于 {stamp(out.at)}"] if out.at else []
        figures = _figures(ask, number) or "数据要到发布第二天早上 8 点半以后才有。"
        said = [f"文章{number}“{out.title}”：{IN_WORDS[State.PUBLISHED]}", *when, out.url, figures]
        return "\n".join(filter(None, said))
    article = article_by_number(ask.session, number)
    lines = [f"{in_words(article)}：{IN_WORDS[article.state]}"]
    revision = latest_revision(ask.session, article)
    if revision and article.state == State.IN_REVIEW:
        step = reviews.current_step(ask.session, revision, ask.chain)
        lines.append(f"修订 {_ref(revision)}，等{step.name if step else '定稿'}")
    if article.post:
        if article.post.due_at:
            lines.append(f"定在 {stamp(article.post.due_at)}，{'推送' if article.post.notify else '不推送'}")
            view = outlook(ask.session, article.post, ask.rules, ask.chain, ask.now)
            lines += [*([f"现在：{view.held}"] if view.held else []), *view.steps]
        at, urls = stats.out_at(ask.session, article.post)
        if at and article.state == State.WITHDRAWN:
            lines.append(f"发布于 {stamp(at)}")
            lines += [url for url in urls[(article.position or 1) - 1 : article.position or 1] if url]
    if figures := _figures(ask, number):
        lines.append(figures)
    return "\n".join(lines)


def _figures(ask: Ask, number: int) -> str:
    """Return an article's figures with the day they go to, which may be long ago; "" when none is known."""
    today = local_day(ask.now)
    values = ledger.latest(ask.session, metrics.ARTICLE_METRICS, f"article:{number}", today - timedelta(days=1))
    if not values:
        return ""
    known_to = max(day for _, day in values.values())
    told = [f"{metrics.METRICS[m].name} {v:,} {metrics.METRICS[m].unit}" for m, (v, _) in values.items()]
    until = day_in_words(known_to, year=known_to.year != today.year)
    return f"发布以来（数据到 {until}，最多 30 天）：{'，'.join(told)}"


def _head(revision: Revision, article: Article) -> str:
    lines = [f"《{revision.title}》（{_ref(revision)}）", f"作者：{revision.author}", f"摘要：{revision.digest}"]
    if article.post and article.post.due_at:
        lines.append(f"时间：{stamp(article.post.due_at)}，{'推送' if article.post.notify else '不推送'}")
    if revision.original_link:
        lines.append(f"阅读原文：{revision.original_link}")
    return "\n".join(lines)


def _passed(ask: Ask, revision: Revision) -> list[str]:
    """Return the warnings that the text was submitted in spite of, with their reasons, in one piece; none without any."""
    found = passed_warnings(ask.session, revision)
    lines = [words_of(passed) for passed in found[:LINES]]
    more = [f"还有 {len(found) - LINES} 条，请看核对清单。"] if len(found) > LINES else []
    return ["\n".join([f"送审时写了理由放行的警告（{len(found)} 条）：", *lines, *more])] if found else []


def _to_forward(ask: Ask, revision: Revision) -> list[str]:
    """Return the link that shows this revision to whoever has it; none where the pages are not set up."""
    link = read_link(ask.server, revision, now=ask.now)
    return [f"带图片的样子（只能看，{READ_HOURS} 小时内可以转给别人）：\n{link}"] if link else []


def _foot(ask: Ask, revision: Revision, part: int, parts: int) -> str:
    lines = []
    if part < parts:
        lines.append(
            f"（第 {part} 部分，共 {parts} 部分；下一部分请发：看 {revision.article_id} {part + 1} 或 {MORE}）"
        )
    step = reviews.current_step(ask.session, revision, ask.chain)
    if revision.article.state != State.IN_REVIEW or step is None:
        lines.append(f"现在是：{IN_WORDS[revision.article.state]}")
    else:
        lines.append(f"等{step.name}。同意请回复：同意 {_ref(revision)}\n退回请回复：退回 {_ref(revision)} 原因")
    return "\n".join(lines)


def _ref(revision: Revision) -> str:
    return f"{revision.article_id}-{revision.number}"


def _number(rest: str) -> int:
    return _number_and_part(rest)[0]


def _number_and_part(rest: str) -> tuple[int, int]:
    """Read 12, 12-3 (the newest is shown anyway) or 12 2 (its second part)."""
    found = reference(rest)
    if found is None:
        raise OpsError("请写文章编号，例如：看 12")
    part = re.match(r"[0-9]{1,4}", plain(found[2]))
    return found[0], int(part[0]) if part else 1
