"""留言: what readers write under an article (the comment pages); `index` counts from 0 here.

Comments come from the made-up readers, as many as the statistics say, each at its own
moment after publishing; there is no event about them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.simulator import chance
from bot.simulator.archive import Article
from bot.simulator.call import Call, Json
from bot.simulator.errors import ApiError
from bot.simulator.readers import days_of
from bot.simulator.routing import Access, Route

if TYPE_CHECKING:
    from bot.simulator.world import World

AT_MOST = 50  # count must stay below
ELECTED_AT_MOST = 100
REPLY_CHARACTERS = 1000
WRITTEN_FROM = 1_000_001  # the numbers of those that are no made-up reader's
WORDS = (
    "写得真好，已经转给邻居了。",
    "请问报名截止到哪一天？",
    "志愿者们辛苦了！",
    "希望这样的活动多办几次。",
    "我们小区什么时候也能有？",
    "地点能再写详细一点吗？",
    "收藏了，周末去看看。",
    "电话打不通，请问还有别的联系方式吗？",
    "点赞！",
    "谢谢小编整理，很有用。",
)


@dataclass
class Comment:
    """A reader's comment and what the account made of it."""

    number: int
    openid: str
    stamp: int
    content: str
    elected: bool = False
    deleted: bool = False
    reply: Json | None = None


class Comments:
    """The comments that were seen so far, by article."""

    def __init__(self) -> None:
        """Begin with none."""
        self._by_article: dict[str, list[Comment]] = {}
        self._written: dict[str, list[Comment]] = {}  # by somebody who is told to, beside the made-up readers

    def of(self, world: World, article: Article) -> list[Comment]:
        """Return an article's comments, newest first, up to now or to when they were closed."""
        known = self._by_article.setdefault(article.msgid, [])
        if article.has_comments:
            known.extend(_made_up(article)[len(known) :])
        known = known + self._written.get(article.msgid, [])
        until = (article.comments_closed or world.clock.now()).timestamp()
        return sorted((one for one in known if one.stamp <= until and not one.deleted), key=lambda one: -one.stamp)

    def write(self, article: Article, openid: str, content: str, stamp: int) -> Comment:
        """Let somebody write under an article."""
        written = self._written.setdefault(article.msgid, [])
        written.append(Comment(WRITTEN_FROM + len(written), openid, stamp, content))
        return written[-1]


def _made_up(article: Article) -> list[Comment]:
    comments: list[Comment] = []
    for age, day in enumerate(days_of(article)):
        for _ in range(day.counts["comment_count"]):
            number = len(comments) + 1
            seed = (article.msgid, number)
            moment = article.at + timedelta(days=age, minutes=chance.between(1, 300, "when", *seed))
            words = WORDS[int(chance.between(0, len(WORDS), "words", *seed))]
            openid = "o" + chance.name(27, "commenter", *seed)
            comments.append(Comment(number, openid, int(moment.timestamp()), words))
    return comments


def _article(world: World, call: Call) -> Article:
    if not world.may_comment:
        raise ApiError(88000)
    mid, index = call.number("msg_data_id"), call.number("index", 0)
    article = world.archive.find(mid, index + 1)
    if article is None or article.deleted:
        raise ApiError(88001)
    return article


def _comment(world: World, call: Call) -> Comment:
    number = call.number("user_comment_id")
    for comment in world.comments.of(world, _article(world, call)):
        if comment.number == number:
            return comment
    raise ApiError(88008)


def open_(world: World, call: Call) -> Json:
    """POST comment/open."""
    article = _article(world, call)
    article.has_comments, article.comments_closed = True, None
    return {"errcode": 0, "errmsg": "ok"}


def close(world: World, call: Call) -> Json:
    """POST comment/close: nobody can write any more."""
    article = _article(world, call)
    article.comments_closed = article.comments_closed or world.clock.now()
    return {"errcode": 0, "errmsg": "ok"}


def list_(world: World, call: Call) -> Json:
    """POST comment/list: begin, count (below 50), type 0 all, 1 normal, 2 elected."""
    article = _article(world, call)
    begin, count, kind = call.number("begin"), call.number("count"), call.number("type")
    if not 0 < count < AT_MOST:
        raise ApiError(88010)
    if begin < 0 or kind not in (0, 1, 2):
        raise ApiError(40097)
    found = world.comments.of(world, article)
    if kind:
        found = [one for one in found if one.elected == (kind == 2)]
    shown = [_shown(one) for one in found[begin : begin + count]]
    return {"errcode": 0, "errmsg": "ok", "total": len(found), "comment": shown}


def _shown(comment: Comment) -> Json:
    shown: Json = {
        "user_comment_id": comment.number,
        "create_time": comment.stamp,
        "content": comment.content,
        "comment_type": int(comment.elected),
    }
    if comment.number % 10:  # some readers have no WeChat identity
        shown["openid"] = comment.openid
    return shown | ({"reply": comment.reply} if comment.reply else {})


def markelect(world: World, call: Call) -> Json:
    """POST comment/markelect: 88003 beyond the most an article may have."""
    comment = _comment(world, call)
    if sum(one.elected for one in world.comments.of(world, _article(world, call))) >= ELECTED_AT_MOST:
        raise ApiError(88003)
    comment.elected = True
    return {"errcode": 0, "errmsg": "ok"}


def _changing(change: Callable[[Comment], None]) -> Callable[[World, Call], Json]:
    def endpoint(world: World, call: Call) -> Json:
        change(_comment(world, call))
        return {"errcode": 0, "errmsg": "ok"}

    return endpoint


def _unelect(comment: Comment) -> None:
    comment.elected = False


def _delete(comment: Comment) -> None:
    comment.deleted = True


def _unreply(comment: Comment) -> None:
    comment.reply = None


def reply_add(world: World, call: Call) -> Json:
    """POST comment/reply/add: one reply a comment (88005), of a length (88007)."""
    comment, content = _comment(world, call), call.text("content")
    if comment.reply:
        raise ApiError(88005)
    if not 0 < len(content) <= REPLY_CHARACTERS:
        raise ApiError(88007)
    comment.reply = {"content": content, "create_time": world.clock.stamp()}
    return {"errcode": 0, "errmsg": "ok"}


ROUTES = {
    f"comment/{name}": Route(endpoint, access=Access.VERIFIED)
    for name, endpoint in {
        "open": open_,
        "close": close,
        "list": list_,
        "markelect": markelect,
        "unmarkelect": _changing(_unelect),
        "delete": _changing(_delete),
        "reply/add": reply_add,
        "reply/delete": _changing(_unreply),
    }.items()
}
