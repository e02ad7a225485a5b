"""Ready to go out: a drafted post is set on its time, or a person is told what it waits for."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from content import control
from content.by_hand import checklist
from content.clock import stamp
from content.db import Store
from content.models import Post, State
from content.posts import approved_late
from content.workflow import in_words, move
from scheduler import alarm
from scheduler.drafts import EDITED, live_publication
from scheduler.edited import first_place, is_edited
from scheduler.hold import DRAFT_ONLY
from scheduler.quota import next_free
from scheduler.refusals import Refused, Trouble
from scheduler.rules import Rules
from scheduler.word_holds import why_held

# why a post must not go out by itself, beside LOST and EDITED
NOT_OUT = "已核实没有发出，等您决定什么时候再发"
RESTORED = "数据库是从旧备份恢复的，时间已过，可能早已发出"

ASK = "没有发出，现在发请回复：补发 {first}；发出了：已发出 {first}"
REMEDIES = {
    EDITED: "全部改动：wxops post edited {first}。发审过的稿子请回复：用原稿 {first}；要用改过的文字（重新审核以后再发）：用后台稿 {first}。",
    NOT_OUT: "现在发请回复：补发 {first}；改时间：改期 {first} 时间",
}
NO_RIGHT_NOW = "接口没有发布权限（48001，未认证或认证过期）；恢复后运行 wxops doctor，以后的推文就不再停在草稿。"
PRESS = "草稿已备好，请在后台按“发表”"
WHICH = "which-text"  # the kind of the alarm for an edited draft whose time has come
TOLD_AFTER = timedelta(minutes=5)  # how long a post may be late for want of a connection before a person hears


def schedule_drafted(store: Store, rules: Rules, now: datetime) -> None:
    """Set drafted posts on their time as soon as nothing asks for a person any more.

    A scheduled post that a person must press after all is taken back.
    """
    with store.transaction() as session:
        waiting = select(Post).where(Post.state.in_((State.DRAFTED, State.SCHEDULED)), Post.due_at.is_not(None))
        posts = session.scalars(waiting).all()
        for post in posts:
            if post.state == State.SCHEDULED and must_be_pressed(session, post, rules):
                move(session, post, State.DRAFTED, by="scheduler", now=now, why="要由人在后台发表")
            elif post.state == State.SCHEDULED and why_held(session, post):
                move(session, post, State.DRAFTED, by="scheduler", now=now, why="有新列入的词，停住等人决定")
            if post.state == State.DRAFTED and post.articles:
                schedule(session, post, rules, now)
        held = [f"{WHICH}:post:{post.id}" for post in posts if post.state == State.DRAFTED]
        alarm.end_others(session, (WHICH,), held, now=now)  # one that went another way asks for nothing any more


def schedule(session: Session, post: Post, rules: Rules, now: datetime) -> None:
    """Set a drafted post on its time, or ring and say what a person must do."""
    key = f"press:post:{post.id}"
    if text := must_be_pressed(session, post, rules):
        alarm.ring(session, key, text, now=now)
        return
    if is_edited(live_publication(session, post)):
        ring_for_edited(session, post, now)
        return
    if text := _asks(session, post, rules, now):
        alarm.ring(session, key, text, now=now)
        return
    alarm.end(session, key, f"{WHICH}:post:{post.id}", now=now)
    if not why_held(session, post):  # which rings by itself
        move(session, post, State.SCHEDULED, by="scheduler", now=now, why="到时间自动发出")


def must_be_pressed(session: Session, post: Post, rules: Rules) -> str:
    """Return what people are told when a person must press 发表 in the back office, or an empty text."""
    if not is_pressed(session, post, rules):
        return ""
    why = NO_RIGHT_NOW if control.is_on(session, DRAFT_ONLY) else ""
    if post.by_hand:
        why = f"有接口做不了的事（{post.by_hand}），请做完再发。"
    return "\n".join([f"{in_words(post)}：{PRESS}。{why}", *checklist(post)])


def is_pressed(session: Session, post: Post, rules: Rules) -> bool:
    """Say whether a person must press 发表: steps by hand, a draft-only account, or WeChat's 48001 of late."""
    return bool(post.by_hand) or rules.draft_only or control.is_on(session, DRAFT_ONLY)


def doubt_text(post: Post, doubt: str, more: str = "") -> str:
    """Return what people are told about a post that must not go out by itself, with what they can do at the end."""
    return f"{in_words(post)}：{doubt}。{more}{REMEDIES.get(doubt, ASK).format(first=post.articles[0].id)}"


def ring_for_edited(session: Session, post: Post, now: datetime) -> None:
    """Ring for a post that is held since its draft was edited: which text goes out is urgent once its time has come."""
    press, which = f"press:post:{post.id}", f"{WHICH}:post:{post.id}"
    is_due = post.due_at is not None and post.due_at <= now
    alarm.end(session, press if is_due else which, now=now)
    text = doubt_text(post, EDITED, first_place(session, post))
    alarm.ring(session, which if is_due else press, text, now=now)


def be_unsure(session: Session, post: Post, why: str, now: datetime) -> None:
    """Move a post to UNSURE and ring: it may be out, and is not sent again by itself unless WeChat can tell."""
    move(session, post, State.UNSURE, by="scheduler", now=now, why=why)
    first = post.articles[0].id
    text = (
        f"{in_words(post)}可能已经发出：{why} 请到后台“发表记录”看一看。发出了请回复：已发出 {first}；"
        f"没发出：没发出 {first}"
    )
    alarm.ring(session, f"unsure:post:{post.id}", text, now=now)


def tell_of_wait(session: Session, post: Post, trouble: Trouble, now: datetime) -> None:
    """Ring for a due post that waits: at once when WeChat refuses it, later when it is only not reached."""
    if isinstance(trouble, Refused) or now - (post.due_at or now) >= TOLD_AFTER:
        text = f"{in_words(post)}到点没有发出，会自动再试：{trouble}"
        alarm.ring(session, f"waits:post:{post.id}", text, now=now)


def _asks(session: Session, post: Post, rules: Rules, now: datetime) -> str:
    publication = live_publication(session, post)
    if publication and publication.doubt:
        return doubt_text(post, publication.doubt)
    return _late(session, post, rules, now) if approved_late(post) else ""


def _late(session: Session, post: Post, rules: Rules, now: datetime) -> str:
    """Return the three ways out of an approval that came too late: now, the next free slot, or without the article."""
    late = [article for article in post.articles if article.state_since > (post.due_at or now)]
    first = late[0].id
    free = next_free(session, post, rules, max(post.due_at or now, now), now) if post.notify else None
    when = f"改到最近的空档：改期 {first} {stamp(free)}" if free else f"改时间：改期 {first} 时间"
    without = (
        [f"不等它、其余照发：{'、'.join(f'移出 {article.id}' for article in late)}"]
        if len(late) < len(post.articles)
        else []
    )
    return (
        f"{in_words(post)}过了时间才通过审核（{'、'.join(str(article.id) for article in late)}），不会自动发出。"
        f"请回复其中一句。{'；'.join([f'现在就发：补发 {first}', when, *without])}"
    )
