"""Every named call of WeChat: what it sends, byte for byte."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from gateway_kit import PNG, clock_at, gateway
from simulator_kit import Account, account

from content.db import Store
from scheduler.calls import NamedCalls
from scheduler.refusals import Refused
from scheduler.wechat import WeChat

TITLE = "“七月”🎉𠮷日"
FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)
WEEK = (date(2026, 11, 24), date(2026, 11, 30))
KEY = "0123456789abcdef0123456789abcdef"
MENU = [{"type": "click", "name": "办事", "key": TITLE}]
READER = "oSimReader0000000000000000001"


@dataclass(frozen=True)
class Case:
    """A call, what it needs beforehand, and what it must send."""

    path: str
    call: Callable[[WeChat, Any], object]
    body: Callable[[Any], Any]
    need: Callable[[Account], Any] = lambda account: None
    errcode: int = 0


def article(wanted: Account, **more: object) -> dict[str, Any]:
    return wanted.article(title=TITLE, **more)


def a_draft(wanted: Account) -> str:
    return wanted.draft(title=TITLE)


def a_publication(wanted: Account, **more: Any) -> dict[str, str]:
    job = wanted.post("freepublish/submit", {"media_id": wanted.draft(**more)})
    wanted.sim.advance(60)
    status = wanted.post("freepublish/get", {"publish_id": job["publish_id"]})
    return {"id": str(job["publish_id"]), "article": status["article_id"], "mid": str(job["msg_data_id"])}


def a_mass_send(wanted: Account) -> str:
    wanted.sim.advance(86400)
    wanted.log_in()
    sent = wanted.mass(wanted.draft(), key=f"k{wanted.sim.stats['mass_sends']}")
    wanted.sim.advance(60)
    return str(sent["msg_id"])


def a_draft_on_another_day(wanted: Account) -> str:
    wanted.sim.advance(86400)
    wanted.log_in()
    return a_draft(wanted)


def a_comment(wanted: Account) -> dict[str, Any]:
    out = a_publication(wanted, need_open_comment=1)
    wanted.sim.advance(86400 * 20)
    wanted.log_in()
    body = {"msg_data_id": int(out["mid"]), "index": 0, "begin": 0, "count": 49, "type": 0}
    return {**out, "comment": wanted.post("comment/list", body)["comment"][0]["user_comment_id"]}


def a_replied_comment(wanted: Account) -> dict[str, Any]:
    made = a_comment(wanted)
    wanted.post("comment/reply/add", commented(made, user_comment_id=made["comment"], content="好"))
    return made


def commented(ids: dict[str, Any], **more: object) -> dict[str, object]:
    return {"msg_data_id": int(ids["mid"]), "index": 0, **more}


def comment_case(action: str, need: Callable[[Account], Any] = a_comment, **more: object) -> Case:
    def told(ids: dict[str, Any]) -> dict[str, object]:
        named = {} if action in ("open", "close") else {"user_comment_id": ids["comment"]}
        return {**named, **more}

    return Case(
        f"comment/{action}",
        lambda w, ids: w.comment(action, ids["mid"], 0, **told(ids)),
        lambda ids: commented(ids, **told(ids)),
        need,
    )


def a_reader_who_wrote(wanted: Account) -> None:
    wanted.sim.say("你好", openid=READER)


def a_menu(wanted: Account) -> None:
    wanted.post("menu/create", {"button": MENU})


def days(first: date, last: date) -> dict[str, str]:
    return {"begin_date": str(first), "end_date": str(last)}


def pushed(media_id: str) -> dict[str, Any]:
    how = {"filter": {"is_to_all": True}, "msgtype": "mpnews", "send_ignore_reprint": 0, "clientmsgid": KEY}
    return how | {"mpnews": {"media_id": media_id}}


def page(**more: int) -> dict[str, int]:
    return {"offset": 0, "count": 20, "no_content": 0} | more


CASES = {
    "upload_body_picture": Case("media/uploadimg", lambda w, _: w.upload_body_picture("a.png", PNG), lambda _: "a.png"),
    "add_picture_material": Case(
        "material/add_material", lambda w, _: w.add_picture_material("b.png", PNG), lambda _: "b.png"
    ),
    "add_moving_picture": Case(
        "material/add_material", lambda w, _: w.add_moving_picture("c.gif", PNG), lambda _: "c.gif"
    ),
    "temporary_media": Case(
        "media/get",
        lambda w, media_id: w.temporary_media(media_id),
        lambda _: None,
        lambda account: account.upload("media/upload", type="image")["media_id"],
    ),
    "add_draft": Case("draft/add", lambda w, a: w.add_draft([a, a]), lambda a: {"articles": [a, a]}, article),
    "update_draft": Case(
        "draft/update",
        lambda w, i: w.update_draft(i, 0, {"title": TITLE + "改", "content": "<p>改</p>", "thumb_media_id": "T"}),
        lambda i: {
            "media_id": i,
            "index": 0,
            "articles": {"title": TITLE + "改", "content": "<p>改</p>", "thumb_media_id": "T"},
        },
        a_draft,
        errcode=40007,  # a cover that is not there
    ),
    "get_draft": Case("draft/get", lambda w, i: w.get_draft(i), lambda i: {"media_id": i}, a_draft),
    "list_drafts": Case("draft/batchget", lambda w, _: w.list_drafts(20), lambda _: page(offset=20)),
    "delete_draft": Case("draft/delete", lambda w, i: w.delete_draft(i), lambda i: {"media_id": i}, a_draft),
    "submit": Case("freepublish/submit", lambda w, i: w.submit(i), lambda i: {"media_id": i}, a_draft),
    "publish_status": Case(
        "freepublish/get", lambda w, i: w.publish_status(i["id"]), lambda i: {"publish_id": i["id"]}, a_publication
    ),
    "published_article": Case(
        "freepublish/getarticle",
        lambda w, i: w.published_article(i["article"]),
        lambda i: {"article_id": i["article"]},
        a_publication,
    ),
    "list_published": Case("freepublish/batchget", lambda w, _: w.list_published(), lambda _: page()),
    "delete_published": Case(
        "freepublish/delete",
        lambda w, i: w.delete_published(i["article"]),
        lambda i: {"article_id": i["article"], "index": 0},
        a_publication,
    ),
    "send_to_all": Case("message/mass/sendall", lambda w, i: w.send_to_all(i, KEY), pushed, a_draft_on_another_day),
    "preview": Case(
        "message/mass/preview",
        lambda w, i: w.preview(i, "小明"),
        lambda i: {"towxname": "小明", "msgtype": "mpnews", "mpnews": {"media_id": i}},
        a_draft,
    ),
    "mass_status": Case("message/mass/get", lambda w, i: w.mass_status(i), lambda i: {"msg_id": i}, a_mass_send),
    "delete_mass": Case(
        "message/mass/delete", lambda w, i: w.delete_mass(i), lambda i: {"msg_id": i, "article_idx": 0}, a_mass_send
    ),
    "comments": Case(
        "comment/list",
        lambda w, i: w.comments(i["mid"], 0),
        lambda i: commented(i, begin=0, count=49, type=0),
        a_publication,
    ),
    "comment": comment_case("open", a_publication),
    "comment close": comment_case("close", a_publication),
    "comment markelect": comment_case("markelect"),
    "comment unmarkelect": comment_case("unmarkelect"),
    "comment delete": comment_case("delete"),
    "comment reply/add": comment_case("reply/add", content="谢谢🎉"),
    "comment reply/delete": comment_case("reply/delete", a_replied_comment),
    "account_summary": Case(
        "datacube/getbizsummary", lambda w, _: w.account_summary(FIRST, LAST), lambda _: days(FIRST, LAST)
    ),
    "article_totals": Case(
        "datacube/getarticletotaldetail", lambda w, _: w.article_totals(LAST), lambda _: days(LAST, LAST)
    ),
    "article_reads": Case("datacube/getarticleread", lambda w, _: w.article_reads(LAST), lambda _: days(LAST, LAST)),
    "article_shares": Case("datacube/getarticleshare", lambda w, _: w.article_shares(LAST), lambda _: days(LAST, LAST)),
    "follower_changes": Case("datacube/getusersummary", lambda w, _: w.follower_changes(*WEEK), lambda _: days(*WEEK)),
    "follower_totals": Case("datacube/getusercumulate", lambda w, _: w.follower_totals(*WEEK), lambda _: days(*WEEK)),
    "send_text": Case(
        "message/custom/send",
        lambda w, _: w.send_text(READER, TITLE),
        lambda _: {"touser": READER, "msgtype": "text", "text": {"content": TITLE}},
        a_reader_who_wrote,
    ),
    "current_menu": Case("get_current_selfmenu_info", lambda w, _: w.current_menu(), lambda _: None),
    "current_replies": Case("get_current_autoreply_info", lambda w, _: w.current_replies(), lambda _: None),
    "create_menu": Case("menu/create", lambda w, _: w.create_menu(MENU), lambda _: {"button": MENU}),
    "created_menu": Case("menu/get", lambda w, _: w.created_menu(), lambda _: None, a_menu),
    "delete_menu": Case("menu/delete", lambda w, _: w.delete_menu(), lambda _: None, a_menu),
    "callback_addresses": Case("getcallbackip", lambda w, _: w.callback_addresses(), lambda _: None),
    "check_callback": Case(
        "callback/check",
        lambda w, _: w.check_callback(),
        lambda _: {"action": "all", "check_operator": "DEFAULT"},
        errcode=40201,  # the simulator has no callback here
    ),
    "quota": Case("openapi/quota/get", lambda w, _: w.quota("draft/add"), lambda _: {"cgi_path": "/cgi-bin/draft/add"}),
}


@pytest.fixture(scope="module")
def people() -> Iterator[Account]:
    with account(followers=300_000) as made:  # so many that some of them comment
        yield made


@pytest.fixture
def wechat(people: Account, store: Store, tmp_path: Path) -> WeChat:
    return gateway(people.sim.url, store, clock_at(tmp_path))


@pytest.mark.parametrize("name", CASES)
def test_a_call_sends_exactly_this(people: Account, wechat: WeChat, name: str) -> None:
    case = CASES[name]
    people.log_in()
    needed = case.need(people)
    people.sim.clear_log()
    if case.errcode:
        with pytest.raises(Refused):
            case.call(wechat, needed)
    else:
        case.call(wechat, needed)
    [logged] = people.sim.calls(case.path)
    assert logged["errcode"] == case.errcode
    if logged["method"] == "GET":
        assert case.body(needed) is None
    elif logged["content_type"].startswith("multipart/form-data"):
        assert logged["body"]["files"] == {"media": {"filename": case.body(needed), "size": len(PNG)}}
    else:
        assert logged["content_type"] == "application/json; charset=utf-8"
        sent = json.loads(logged["raw"])
        assert sent == case.body(needed)
        assert logged["raw"] == json.dumps(sent, ensure_ascii=False)  # raw UTF-8, no \\u escapes


def test_no_named_call_is_forgotten_here() -> None:
    named = {name for name, _ in inspect.getmembers(NamedCalls, inspect.isfunction) if not name.startswith("_")}
    assert named == {name.split()[0] for name in CASES}


def test_a_title_survives_the_way_to_the_draft_box(people: Account, wechat: WeChat) -> None:
    people.log_in()
    media_id = wechat.add_draft([article(people, author="𠮷", digest="“七月”")])
    [stored] = wechat.get_draft(media_id)
    assert (stored["title"], stored["author"], stored["digest"]) == (TITLE, "𠮷", "“七月”")


def test_the_token_is_asked_for_as_the_page_says(people: Account, wechat: WeChat) -> None:
    people.sim.clear_log()
    wechat.list_drafts()
    [asked] = people.sim.calls("stable_token")
    assert asked["query"] == {}
    assert asked["body"] == {
        "grant_type": "client_credential", "appid": "wx0000000000000001", "secret": "***", "force_refresh": False
    }  # fmt: skip
