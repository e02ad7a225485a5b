"""What a person decides about a post: it is out, it is not, send it now, send it again, another time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from content import control, posts
from content.clock import stamp
from content.errors import OpsError
from content.models import IN_WORDS, Article, Post, State
from content.workflow import in_words, move
from scheduler import alarm, hearsay
from scheduler.confirm import SILENT_FOR, confirm, fail
from scheduler.drafts import EDITED, live_publication, new_publication
from scheduler.held import held_back
from scheduler.models import Publication
from scheduler.outcomes import AGAIN
from scheduler.quota import forecast
from scheduler.ready import NOT_OUT, must_be_pressed
from scheduler.rules import Rules
from scheduler.sent import refuse_if_out
from scheduler.word_holds import why_held


def is_out(session: Session, article: Article, *, url: str, by: str, now: datetime) -> str:
    """Record that the post of an article is out, as a person has seen; return what people are told."""
    post = _post(article)
    if post.state == State.PUBLISHED:
        raise OpsError(f"{in_words(post)}早已记为发出。")
    if waiting := posts.waiting_for(post):
        names = "、".join(in_words(a) for a in waiting)
        raise OpsError(
            f"还没有通过审核，不能记为发出：{names}。它们不在发出的推文里的话，请先移出：移出 {waiting[0].id}"
        )
    publication = live_publication(session, post) or _publication(session, post)
    urls = [""] * ((article.position or 1) - 1) + [url] if url else []
    confirm(session, publication, urls=urls, article_id="", at=now, now=now, by=by, why=f"{by}核实：已发出")
    return f"已记下：{in_words(post)}已发出。"


def is_not_out(session: Session, article: Article, *, by: str, now: datetime) -> str:
    """Record that a post of unknown outcome is not out, as a person has seen; it waits until they say when.

    The key stays: should a push be out after all, WeChat would not send it twice.
    One that WeChat has taken and never spoken of again has failed; it gets a new key.
    Where a person had said that it is out, that word is taken back.
    """
    post = _post(article)
    if post.state == State.PUBLISHED:
        return hearsay.take_back(session, post, article, by=by, now=now)
    publication = live_publication(session, post)
    if post.state == State.PUBLISHING and publication and _is_silent(publication, now):
        fail(session, publication, f"{by}核实：没有发出", AGAIN, now=now)
        return f"已记下：{in_words(post)}没有发出。要重发请回复：重发 {article.id}"
    if post.state != State.UNSURE or publication is None:
        raise OpsError(f"{in_words(post)}现在是“{IN_WORDS[post.state]}”，只有“{IN_WORDS[State.UNSURE]}”的才用核实。")
    move(session, post, State.SCHEDULED, by=by, now=now, why=f"{by}核实：没有发出")
    move(session, post, State.OPEN, by=by, now=now, why="重新备好草稿")
    publication.tried_at = publication.retry_at = None
    publication.asked, publication.doubt = 0, NOT_OUT
    alarm.end(session, f"unsure:post:{post.id}", now=now)
    return f"已记下：{in_words(post)}没有发出。要现在发请回复：补发 {article.id}；要改时间：改期 {article.id} 时间"


def send_now(session: Session, article: Article, rules: Rules, *, by: str, now: datetime) -> str:
    """Let a post that waits for a person's word go out now."""
    post = _post(article)
    waiting = posts.waiting_for(post)
    if waiting:
        raise OpsError(f"还没有通过审核，不能发：{'、'.join(in_words(a) for a in waiting)}。")
    if must_be_pressed(session, post, rules):
        raise OpsError(f"{in_words(post)}要在后台按“发表”，接口发不了。")
    refuse_in_pause(session)
    if post.state not in posts.UNSENT:
        raise OpsError(f"{in_words(post)}现在是“{IN_WORDS[post.state]}”，不能确认发出。")
    if why := why_held(session, post):
        raise OpsError(f"{in_words(post)}{why}。")
    publication = live_publication(session, post)
    if publication and publication.doubt == EDITED:
        raise OpsError(f"{in_words(post)}：{EDITED}。发审过的稿子请回复：用原稿 {article.id}")
    if publication:
        publication.doubt, publication.retry_at, publication.refused = "", None, ""
    posts.confirm(session, post, by=by, now=now)
    if post.state == State.DRAFTED:
        move(session, post, State.SCHEDULED, by=by, now=now, why=f"{by}确认现在发出")
    _quiet(session, post, now)
    return f"{in_words(post)}马上发出。"


def send_again(session: Session, article: Article, *, by: str, now: datetime) -> str:
    """Let a failed post, or one whose draft was edited in the back office, go out now with the frozen texts."""
    post = _post(article)
    waiting = posts.waiting_for(post)
    if waiting:
        raise OpsError(f"还没有通过审核，不能重发：{'、'.join(in_words(a) for a in waiting)}。")
    publication = live_publication(session, post)
    edited = post.state == State.DRAFTED and publication is not None and publication.doubt == EDITED
    if publication is None or not (edited or post.state == State.FAILED):
        raise OpsError(
            f"{in_words(post)}现在是“{IN_WORDS[post.state]}”，不能重发。可能已发出的先核实：已发出 {article.id}，或：没发出 {article.id}"
        )
    refuse_in_pause(session)
    if edited:
        publication.drafted = ""  # write the frozen texts over what stands in the draft
    publication.doubt, publication.retry_at = "", None
    posts.confirm(session, post, by=by, now=now)
    move(session, post, State.OPEN, by=by, now=now, why=f"{by}要求重发")
    _quiet(session, post, now)
    return f"{in_words(post)}会重新备好草稿，马上发出。"


def change_time(
    session: Session, article: Article, due: datetime, rules: Rules, *, push: bool, by: str, now: datetime
) -> str:
    """Set another time for an article's post; it must lie ahead, and the quota must allow a push then.

    Return what people are told, with what is left of the quota.
    """
    refuse_if_out(session, article)
    if due <= now:
        raise OpsError(f"{stamp(due)} 已经过去了，请写以后的时间；要现在发请回复：立即发布 {article.id}")
    post = posts.plan_for(session, article, due, push=push, by=by, now=now)
    if post.state == State.FAILED:
        move(session, post, State.OPEN, by=by, now=now, why=f"{by}改了时间，重新备好草稿")
    publication = live_publication(session, post)
    if publication:
        publication.doubt = publication.doubt if publication.doubt == EDITED else ""
        publication.retry_at, publication.refused = None, ""
    _quiet(session, post, now)
    left, why = forecast(session, post, rules, now), held_back(post, rules, due)
    return f"{in_words(post)}改到 {stamp(due)} 发。{left}" + (f"{why}。" if why else "")


def cancel_time(session: Session, article: Article, *, by: str, now: datetime) -> str:
    """Take the time of an article's post; its draft stays, and nothing goes out until somebody sets another time."""
    refuse_if_out(session, article)
    post = _post(article)
    if post.due_at is None:
        raise OpsError(f"{in_words(post)}本来就没有定时间。要定请回复：排期 {article.id} 时间")
    was = stamp(post.due_at)
    posts.set_time(session, post, None, by=by, now=now)
    if post.state == State.SCHEDULED:
        move(session, post, State.DRAFTED, by=by, now=now, why=f"{by}取消排期")
    _quiet(session, post, now)
    return f"{in_words(post)}不再定在 {was}，不会自动发出。再排请回复：排期 {article.id} 时间"


def take_out(session: Session, article: Article, *, by: str, now: datetime) -> str:
    """Take an article out of its post, so that the others need not wait for it; return what becomes of them."""
    refuse_if_out(session, article)
    post = _post(article)
    posts.put_into(session, [article], None, by=by, now=now)
    alarm.end(session, f"missing:article:{article.id}", now=now)
    _quiet(session, post, now)
    if not post.articles:
        return f"{in_words(article)}已移出，没有别的文章要发。"
    rest, waiting = in_words(post), posts.waiting_for(post)
    if waiting:
        return f"{in_words(article)}已移出推文。其余的（{rest}）还等审核：{'、'.join(in_words(a) for a in waiting)}。"
    return f"{in_words(article)}已移出推文，其余照发：{rest}。"


def send_late(session: Session, article: Article, rules: Rules, *, by: str, now: datetime) -> str:
    """Let a post go out now that should be out already: failed, late, or held for a person's word since its time."""
    refuse_if_out(session, article)
    post = _post(article)
    publication = live_publication(session, post)
    if post.state == State.FAILED or (publication and publication.doubt == EDITED and post.state == State.DRAFTED):
        return send_again(session, article, by=by, now=now)
    if post.state in (State.UNSURE, State.PUBLISHING):
        raise OpsError(
            f"{in_words(post)}现在是“{IN_WORDS[post.state]}”，可能已经发出。请先到后台核实，"
            f"再回复：已发出 {article.id}，或：没发出 {article.id}"
        )
    asked = publication is not None and bool(publication.doubt)
    if post.state in posts.UNSENT and not asked and (post.due_at is None or post.due_at > now):
        when = f"定在 {stamp(post.due_at)}，还没到时间" if post.due_at else "还没有定时间"
        raise OpsError(f"{in_words(post)}{when}，不是补发。要提前发请回复：立即发布 {article.id}")
    return send_now(session, article, rules, by=by, now=now)


def refuse_in_pause(session: Session) -> None:
    """Raise OpsError while automatic publishing is paused: nothing goes out at once then, whoever says so."""
    if why := control.paused_because(session):
        raise OpsError(f"{why}现在不能发，请先恢复，回复：恢复")


def _post(article: Article) -> Post:
    if article.post is None:
        raise OpsError(f"{in_words(article)}还没有排期。")
    return article.post


def _publication(session: Session, post: Post) -> Publication:
    publication = new_publication(post)
    session.add(publication)
    session.flush()
    return publication


def _is_silent(publication: Publication, now: datetime) -> bool:
    """Say whether WeChat has said nothing for so long that nothing will come any more."""
    return now - (publication.receipt_at or now) >= SILENT_FOR


def _quiet(session: Session, post: Post, now: datetime) -> None:
    """End the alarms that this decision answers."""
    waiting = ("overdue", "sensitive", "press", "unpressed", "undrafted", "unapproved", "unapproved-soon", "waits")
    wrong = ("failed", "unsure", "draft", "changed-draft")
    alarm.end(session, *(f"{kind}:post:{post.id}" for kind in (*waiting, *wrong)), now=now)
