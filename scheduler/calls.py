"""The named calls of WeChat: what each one sends, and what of the answer it returns.

How a call is made, and with which of the three refusals it may end, stands in wechat.py.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from scheduler.refusals import ALREADY_SENT, Answer, Refused, Unsure

DIGITS = 19  # of the largest number of 64 bits


@dataclass(frozen=True)
class Receipt:
    """What WeChat answers when it takes a post: an id to ask by, and the one that its statistics use, if said."""

    job: str
    msg_data_id: str = ""


@dataclass(frozen=True)
class Material:
    """A picture in the library: the id that a cover is named by, and the address it is shown from, if said."""

    media_id: str
    url: str = ""


class NamedCalls(ABC):
    """One account's calls by name; every method raises NotSent, Refused or Unsure, and nothing else."""

    @abstractmethod
    def _call(
        self,
        path: str,
        body: Mapping[str, object] | None = None,
        *,
        file: tuple[str, bytes] | None = None,
        query: Mapping[str, str] | None = None,
        method: str = "POST",
        harmless: bool = False,
        binary: bool = False,
    ) -> Answer:
        """Make one call of a path such as draft/add; a harmless one may be repeated after a doubt.

        binary: a file is wanted, and comes as {"bytes": …}.
        """

    def _read(self, path: str, body: Mapping[str, object] | None = None, *, method: str = "POST") -> Answer:
        return self._call(path, body, method=method, harmless=True)

    # drafts and pictures -------------------------------------------------------------------------------------

    def upload_body_picture(self, name: str, data: bytes) -> str:
        """Upload a body picture (JPG or PNG under 1 MB) and return its address."""
        return id_in(self._call("media/uploadimg", file=(name, data), harmless=True), "url")

    def add_picture_material(self, name: str, data: bytes) -> Material:
        """Add a permanent picture (under 10 MB) to the library."""
        answer = self._call("material/add_material", file=(name, data), query={"type": "image"})
        return Material(id_in(answer, "media_id"), id_in(answer, "url", needed=False))

    def add_moving_picture(self, name: str, data: bytes) -> str:
        """Add a GIF (10 MB at most) to the library and return its address: media/uploadimg takes none."""
        answer = self._call("material/add_material", file=(name, data), query={"type": "image"})
        return id_in(answer, "url")

    def temporary_media(self, media_id: str) -> bytes:
        """Return the file of a picture that somebody sent; Refused 40007 when it is older than 3 days."""
        query = {"media_id": media_id}
        answer = self._call("media/get", query=query, method="GET", harmless=True, binary=True)
        return bytes(answer["bytes"])

    def add_draft(self, articles: Sequence[Mapping[str, object]]) -> str:
        """Make a draft of 1 to 8 articles and return its media_id."""
        return id_in(self._call("draft/add", {"articles": list(articles)}), "media_id")

    def update_draft(self, media_id: str, index: int, article: Mapping[str, object]) -> None:
        """Replace one article (0-based) of a draft."""
        self._call("draft/update", {"media_id": media_id, "index": index, "articles": dict(article)})

    def get_draft(self, media_id: str) -> list[Answer]:
        """Return the articles of a draft; Refused 40007 when it is gone."""
        return articles_in(self._read("draft/get", {"media_id": media_id}))

    def list_drafts(self, offset: int = 0, count: int = 20) -> Answer:
        """Return a page of drafts with their contents, newest first."""
        return self._read("draft/batchget", {"offset": offset, "count": count, "no_content": 0})

    def delete_draft(self, media_id: str) -> None:
        """Delete a draft for good."""
        self._call("draft/delete", {"media_id": media_id})

    # 发布 (freepublish) -----------------------------------------------------------------------------------------

    def submit(self, media_id: str) -> Receipt:
        """Publish a draft quietly; the outcome comes by event or `publish_status`."""
        answer = self._call("freepublish/submit", {"media_id": media_id})
        return Receipt(id_in(answer, "publish_id"), id_in(answer, "msg_data_id", needed=False))

    def publish_status(self, publish_id: str) -> Answer:
        """Return publish_status 0 to 6 and what came of it (100 a day)."""
        return self._read("freepublish/get", {"publish_id": publish_id})

    def list_published(self, offset: int = 0, count: int = 20) -> Answer:
        """Return a page of what was published quietly, with its contents, newest first (100 a day)."""
        return self._read("freepublish/batchget", {"offset": offset, "count": count, "no_content": 0})

    def published_article(self, article_id: str) -> list[Answer]:
        """Return the articles of a quiet publication as they stand, each with `is_deleted`; 53600 when it is gone.

        100 a day (wechat-api.md §1). Whether an edit in the back office shows here is not documented.
        """
        return articles_in(self._read("freepublish/getarticle", {"article_id": article_id}))

    def delete_published(self, article_id: str, index: int = 0) -> None:
        """Delete a quiet publication for good; index is 1-based, 0 means all of its articles."""
        self._call("freepublish/delete", {"article_id": article_id, "index": index})

    # 群发 (mass send) -------------------------------------------------------------------------------------------

    def send_to_all(self, media_id: str, key: str) -> Receipt:
        """Push a draft to all followers under a key that WeChat remembers for 24 hours.

        45065 (this key was used) comes back as the receipt of the first send, or as Unsure when it names none.
        """
        body = {
            "filter": {"is_to_all": True},
            "msgtype": "mpnews",
            "mpnews": {"media_id": media_id},
            "send_ignore_reprint": 0,
            "clientmsgid": key,
        }
        try:
            answer = self._call("message/mass/sendall", body)
        except Refused as refusal:
            if refusal.errcode != ALREADY_SENT:
                raise
            answer = refusal.answer
        return Receipt(id_in(answer, "msg_id"), id_in(answer, "msg_data_id", needed=False))

    def preview(self, media_id: str, wxname: str) -> None:
        """Send a draft to one person's phone by their WeChat name (100 a day)."""
        body = {"towxname": wxname, "msgtype": "mpnews", "mpnews": {"media_id": media_id}}
        self._call("message/mass/preview", body)

    def mass_status(self, msg_id: str) -> str:
        """Return SEND_SUCCESS, SENDING, SEND_FAIL or DELETE."""
        return str(self._read("message/mass/get", {"msg_id": msg_id}).get("msg_status", ""))

    def delete_mass(self, msg_id: str, index: int = 0) -> None:
        """Delete a mass send for good; index is 1-based, 0 means all of its articles."""
        self._call("message/mass/delete", {"msg_id": msg_id, "article_idx": index})

    # comments; the index is 0-based here, unlike elsewhere ---------------------------------------------------------

    def comments(self, msg_data_id: str, index: int, begin: int = 0, count: int = 49) -> Answer:
        """Return total and a page of comments; WeChat refuses a count of 50 or more."""
        body = {"msg_data_id": int(msg_data_id), "index": index, "begin": begin, "count": count, "type": 0}
        return self._read("comment/list", body)

    def comment(self, action: str, msg_data_id: str, index: int, **more: object) -> None:
        """Act on comments: open, close, markelect, unmarkelect, delete, reply/add, reply/delete."""
        self._call(f"comment/{action}", {"msg_data_id": int(msg_data_id), "index": index, **more})

    # statistics: from 2025-11-01, to yesterday, ready after 08:00 -----------------------------------------------------

    def account_summary(self, first: date, last: date) -> Answer:
        """Return the account's reads, likes … for up to 30 days."""
        return self._datacube("getbizsummary", first, last)

    def article_totals(self, published_on: date) -> Answer:
        """Return, for the articles published on a day, each following day's cumulative figures, up to 30 days."""
        return self._datacube("getarticletotaldetail", published_on, published_on)

    def article_reads(self, day: date) -> Answer:
        """Return the readers of each article on a day, by where they came from."""
        return self._datacube("getarticleread", day, day)

    def article_shares(self, day: date) -> Answer:
        """Return who shared each article on a day, as a number."""
        return self._datacube("getarticleshare", day, day)

    def follower_changes(self, first: date, last: date) -> Answer:
        """Return new and lost followers by source for up to 7 days."""
        return self._datacube("getusersummary", first, last)

    def follower_totals(self, first: date, last: date) -> Answer:
        """Return the number of followers at the end of each day for up to 7 days."""
        return self._datacube("getusercumulate", first, last)

    def _datacube(self, name: str, first: date, last: date) -> Answer:
        return self._read(f"datacube/{name}", {"begin_date": str(first), "end_date": str(last)})

    # people and the account -----------------------------------------------------------------------------------

    def send_text(self, openid: str, text: str) -> None:
        """Write to a person as customer service; Refused 45015 when they have been silent for 48 hours."""
        self._call("message/custom/send", {"touser": openid, "msgtype": "text", "text": {"content": text}})

    def current_menu(self) -> Answer:
        """Return the menu that readers see, whoever made it: is_menu_open and selfmenu_info."""
        return self._read("get_current_selfmenu_info", method="GET")

    def current_replies(self) -> Answer:
        """Return the automatic replies of the back office: what is open, the greeting, the default, the keywords."""
        return self._read("get_current_autoreply_info", method="GET")

    def created_menu(self) -> Answer:
        """Return the menu that `create_menu` made, and conditional ones; Refused 46003 when there is none."""
        return self._read("menu/get", method="GET")

    def create_menu(self, buttons: Sequence[Mapping[str, object]]) -> None:
        """Make the menu anew; phones show it within about five minutes."""
        self._call("menu/create", {"button": list(buttons)})

    def delete_menu(self) -> None:
        """Delete the menu, and the conditional ones with it."""
        self._call("menu/delete", method="GET")

    def callback_addresses(self) -> list[str]:
        """Return the addresses WeChat calls from: the cheapest call that proves token and whitelist."""
        return list_in(self._read("getcallbackip", method="GET"), "ip_list")

    def check_callback(self) -> Answer:
        """Let WeChat test the callback's address (DNS and ping)."""
        return self._read("callback/check", {"action": "all", "check_operator": "DEFAULT"})

    def quota(self, path: str) -> Answer:
        """Return the day's limit, use and rest of one call, such as draft/add."""
        quota = self._read("openapi/quota/get", {"cgi_path": f"/cgi-bin/{path}"}).get("quota")
        return quota if isinstance(quota, dict) else {}


def id_in(answer: Answer, key: str, *, needed: bool = True) -> str:
    """Return an id as text (WeChat gives a number or a string); Unsure when a needed one is not there."""
    value = answer.get(key)
    if isinstance(value, int | str) and not isinstance(value, bool) and value:
        return str(value)
    if needed:
        raise Unsure(f"微信的回答里没有 {key}，不知道它做了没有。")
    return ""


def list_in(answer: Answer, key: str) -> list[Any]:
    """Return what an answer lists; Unsure when there is no list, since an empty one would say something else."""
    value = answer.get(key)
    if not isinstance(value, list):
        raise Unsure(f"微信的回答里没有 {key}，读不懂。")
    return value


def articles_in(answer: Answer) -> list[Answer]:
    """Return the articles of a draft or publication; Unsure when one is without fields, since its place counts."""
    found = list_in(answer, "news_item")
    if not all(isinstance(article, dict) for article in found):
        raise Unsure("微信的回答里有一篇文章读不懂。")
    return found


def number_in(answer: Mapping[str, Any], key: str) -> int:
    """Return a whole number from 0 to the largest of 64 bits, written as number or text; 0 for anything else."""
    text = str(answer.get(key))
    return int(text) if text.isdecimal() and len(text) <= DIGITS and int(text) < 2**63 else 0


def moment_in(answer: Mapping[str, Any], key: str) -> datetime | None:
    """Return the moment that seconds since 1970 tell, as WeChat writes its times; None when they tell none."""
    seconds = number_in(answer, key)
    return datetime.fromtimestamp(seconds, UTC) if 0 < seconds < 2**33 else None


def says(answer: Answer, key: str) -> bool:
    """Say whether a field says yes, written as truth, number or text."""
    return str(answer.get(key)).lower() in ("true", "1")
