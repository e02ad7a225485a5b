"""The simulated platform's publishing, mass sends and comments."""

from __future__ import annotations

from typing import Any

import pytest
from simulator_kit import Account, account

pytestmark = pytest.mark.one_database


def publish(wx: Account, **more: Any) -> Any:
    """Publish a new draft and return the answer of freepublish/get."""
    job = wx.post("freepublish/submit", {"media_id": wx.draft(**more)})
    wx.sim.advance(3)
    return wx.post("freepublish/get", {"publish_id": job["publish_id"]})


def send(wx: Account, **more: Any) -> Any:
    """Mass send a new draft to its end and return sendall's answer."""
    answer = wx.mass(wx.draft(**more), key="k" + str(len(wx.sim.log)))
    wx.sim.advance(5)
    return answer


def test_a_draft_is_under_way_for_some_seconds_and_then_public() -> None:
    with account() as wx:
        media_id = wx.draft()
        job = wx.post("freepublish/submit", {"media_id": media_id})
        assert {"errcode", "errmsg", "publish_id", "msg_data_id"} == set(job)
        under_way = wx.post("freepublish/get", {"publish_id": job["publish_id"]})
        assert under_way == {"publish_id": str(job["publish_id"]), "publish_status": 1, "fail_idx": []}
        wx.sim.advance(3)
        done = wx.post("freepublish/get", {"publish_id": str(job["publish_id"])})
        assert (done["publish_status"], done["article_detail"]["count"]) == (0, 1)
        assert f"mid={job['msg_data_id']}&idx=1&sn=" in done["article_detail"]["item"][0]["article_url"]
        assert wx.post("draft/get", {"media_id": media_id})["errcode"] == 40007
        assert wx.post("freepublish/submit", {"media_id": media_id})["errcode"] == 40007


def test_the_list_of_publications_shows_quiet_ones_newest_first_and_no_mass_send() -> None:
    with account() as wx:
        first, second = publish(wx, title="第一篇"), publish(wx, title="第二篇")
        send(wx, title="推送的")
        page = wx.post("freepublish/batchget", {"offset": 0, "count": 20, "no_content": 0})
        assert (page["total_count"], page["item_count"]) == (2, 2)
        assert [one["article_id"] for one in page["item"]] == [second["article_id"], first["article_id"]]
        shown = page["item"][0]["content"]["news_item"][0]
        assert (shown["title"], shown["is_deleted"]) == ("第二篇", False)
        assert wx.post("freepublish/getarticle", {"article_id": first["article_id"]})["news_item"]
        assert wx.post("freepublish/getarticle", {"article_id": "none"})["errcode"] == 53600


@pytest.mark.parametrize("status", [2, 3, 4, 5, 6])
def test_a_publication_can_end_badly(status: int) -> None:
    with account() as wx:
        wx.sim.fault("freepublish/submit", "outcome", extra={"publish_status": status})
        ended = publish(wx)
        assert ended["publish_status"] == status
        assert ended["fail_idx"] == ([1] if status in (2, 4) else [])
        assert "article_id" not in ended
        assert wx.get("draft/count")["total_count"] == (1 if status in (2, 3, 4) else 0)


def test_a_published_article_can_be_deleted_by_its_number_from_one() -> None:
    with account() as wx:
        article = wx.article()
        media_id = wx.post("draft/add", {"articles": [article, article]})["media_id"]
        job = wx.post("freepublish/submit", {"media_id": media_id})
        wx.sim.advance(3)
        done = wx.post("freepublish/get", {"publish_id": job["publish_id"]})
        one = {"article_id": done["article_id"], "index": 1}
        assert wx.post("freepublish/delete", one | {"index": 3})["errcode"] == 40114
        assert wx.post("freepublish/delete", one)["errcode"] == 0
        items = wx.post("freepublish/getarticle", one)["news_item"]
        assert [item["is_deleted"] for item in items] == [True, False]
        wx.post("freepublish/delete", one | {"index": 0})
        assert wx.post("freepublish/get", {"publish_id": job["publish_id"]})["publish_status"] == 5


def test_submit_can_write_its_ids_differently_and_keep_the_draft_until_it_is_done() -> None:
    with account(publish_id="string", msg_data_id=False, draft_leaves="success") as wx:
        media_id = wx.draft()
        job = wx.post("freepublish/submit", {"media_id": media_id})
        assert isinstance(job["publish_id"], str)
        assert "msg_data_id" not in job
        assert "news_item" in wx.post("draft/get", {"media_id": media_id})
        wx.sim.advance(3)
        assert wx.post("draft/get", {"media_id": media_id})["errcode"] == 40007


def test_a_mass_send_goes_out_once_for_a_clientmsgid() -> None:
    with account() as wx:
        media_id = wx.draft()
        first = wx.mass(media_id, key="a" * 32)
        assert first["errmsg"] == "send job submission success"
        again = wx.mass(media_id, key="a" * 32)
        assert (again["errcode"], again["msg_id"]) == (45065, first["msg_id"])
        assert wx.post("message/mass/get", {"msg_id": first["msg_id"]})["msg_status"] == "SENDING"
        wx.sim.advance(5)
        assert wx.post("message/mass/get", {"msg_id": str(first["msg_id"])})["msg_status"] == "SEND_SUCCESS"
        assert wx.post("draft/get", {"media_id": media_id})["errcode"] == 40007
        assert wx.sim.stats["mass_sends"] == 1


def test_a_clientmsgid_is_forgotten_after_a_day_and_limited_to_32_bytes() -> None:
    with account() as wx:
        wx.mass(wx.draft())
        wx.sim.advance(24 * 3600)
        wx.log_in()
        assert wx.mass(wx.draft())["errcode"] == 0
        assert wx.mass(wx.draft(), key="a" * 33)["errcode"] == 45067


def test_a_repeat_within_a_minute_can_be_made_to_wait() -> None:
    with account(hasty_45066=True) as wx:
        media_id = wx.draft()
        wx.mass(media_id)
        assert wx.mass(media_id)["errcode"] == 45066
        wx.sim.advance(60)
        assert wx.mass(media_id)["errcode"] == 45065


def test_a_send_without_a_clientmsgid_is_recognised_by_its_content() -> None:
    with account() as wx:
        media_id = wx.draft()
        wx.mass(media_id, key="")
        assert wx.mass(media_id, key="")["errcode"] == 45065


def test_a_subscription_account_may_send_once_a_day_and_a_service_account_four_times_a_month() -> None:
    with account() as wx:
        send(wx)
        assert send(wx)["errcode"] == 45028
        wx.sim.set_clock("2026-12-02T00:00:01")
        wx.log_in()
        assert send(wx)["errcode"] == 0
    with account(profile="service-verified") as wx:
        codes = []
        for day in range(1, 6):
            wx.sim.set_clock(f"2026-12-0{day}T09:00:00")
            wx.log_in()
            codes.append(send(wx)["errcode"])
        assert codes == [0, 0, 0, 0, 45028]


def test_a_failed_send_gives_the_draft_and_the_quota_back() -> None:
    with account() as wx:
        wx.sim.fault("message/mass/sendall", "outcome", extra={"status": "err(20013)"})
        refused = send(wx)
        assert wx.post("message/mass/get", {"msg_id": refused["msg_id"]})["msg_status"] == "SEND_FAIL"
        assert wx.get("draft/count")["total_count"] == 1
        assert send(wx)["errcode"] == 0


@pytest.mark.parametrize(("action", "status"), [("confirm_mass", "SEND_SUCCESS"), ("refuse_mass", "SEND_FAIL")])
def test_a_protected_send_waits_for_the_administrator(action: str, status: str) -> None:
    with account(mass_protection=True) as wx:
        answer = send(wx)
        assert wx.post("message/mass/get", {"msg_id": answer["msg_id"]})["msg_status"] == "SENDING"
        assert wx.mass(wx.draft(), key="another")["errcode"] == 89504
        wx.sim.backoffice(action)
        assert wx.post("message/mass/get", {"msg_id": answer["msg_id"]})["msg_status"] == status


def test_a_protected_send_expires_after_half_an_hour() -> None:
    with account(mass_protection=True) as wx:
        answer = send(wx)
        wx.sim.release()
        assert wx.sim.stats["sends"][0]["waiting"]
        wx.sim.advance(30 * 60)
        assert wx.post("message/mass/get", {"msg_id": answer["msg_id"]})["msg_status"] == "SEND_FAIL"


@pytest.mark.parametrize(
    ("more", "errcode"),
    [
        ({"filter": {"is_to_all": True, "tag_id": 2}}, 40152),
        ({"filter": {"is_to_all": False, "tag_id": 77}}, 40152),
        ({"filter": {"is_to_all": False, "tag_id": 2}}, 0),
        ({"msgtype": "wxcard"}, 45113),
        ({"msgtype": "text", "text": {"content": "见 https://example.com"}}, 40066),
        ({"mpnews": {"media_id": "none"}}, 40007),
        ({"mpnews": "x"}, 40008),
    ],
)
def test_a_mass_send_is_checked(more: dict[str, Any], errcode: int) -> None:
    with account() as wx:
        assert wx.mass(wx.draft(), **more)["errcode"] == errcode


def test_a_preview_keeps_the_draft_and_the_quota() -> None:
    with account() as wx:
        media_id = wx.draft()
        body = {"touser": "o1", "msgtype": "mpnews", "mpnews": {"media_id": media_id}}
        assert wx.post("message/mass/preview", body)["errcode"] == 0
        assert wx.mass(media_id)["errcode"] == 0


def test_a_preview_goes_to_people_who_are_there_and_follow() -> None:
    with account(unknown_names=["nobody"], strangers=["stranger"]) as wx:
        body = {"msgtype": "mpnews", "mpnews": {"media_id": wx.draft()}}
        for name, errcode in (("somebody", 0), ("nobody", 40132), ("stranger", 43004), ("", 40003)):
            assert wx.post("message/mass/preview", body | {"towxname": name})["errcode"] == errcode


def test_a_sent_article_can_be_deleted_and_the_speed_be_set() -> None:
    with account() as wx:
        sent = send(wx)
        assert wx.post("message/mass/delete", {"msg_id": sent["msg_id"], "article_idx": 1})["errcode"] == 0
        assert wx.post("message/mass/get", {"msg_id": sent["msg_id"]})["msg_status"] == "DELETE"
        assert wx.post("message/mass/speed/set", {"speed": 4})["errcode"] == 0
        assert wx.post("message/mass/speed/get")["realspeed"] == 10


def test_comments_come_with_time_and_are_counted_from_zero() -> None:
    with account(followers=60_000) as wx:
        sent = send(wx, need_open_comment=1)
        wx.sim.advance(10 * 86400)
        wx.log_in()
        article = {"msg_data_id": sent["msg_data_id"], "index": 0}
        page = {"begin": 0, "count": 49, "type": 0}
        found = wx.post("comment/list", article | page)
        assert found["total"] > 5
        assert wx.post("comment/list", article | page | {"index": 1})["errcode"] == 88001
        assert wx.post("comment/list", article | page | {"count": 50})["errcode"] == 88010
        one = article | {"user_comment_id": found["comment"][0]["user_comment_id"]}
        assert wx.post("comment/markelect", one)["errcode"] == 0
        assert wx.post("comment/list", article | page | {"type": 2})["total"] == 1
        assert wx.post("comment/unmarkelect", one)["errcode"] == 0
        assert wx.post("comment/reply/add", one | {"content": "谢谢。"})["errcode"] == 0
        assert wx.post("comment/reply/add", one | {"content": "谢谢。"})["errcode"] == 88005
        assert wx.post("comment/list", article | page)["comment"][0]["reply"]["content"] == "谢谢。"
        assert wx.post("comment/reply/delete", one)["errcode"] == 0
        assert wx.post("comment/delete", one)["errcode"] == 0
        assert wx.post("comment/delete", one)["errcode"] == 88008
        assert wx.post("comment/list", article | page)["total"] == found["total"] - 1


def test_comments_need_the_privilege() -> None:
    with account(comment_privilege=False) as wx:
        assert wx.post("comment/open", {"msg_data_id": 1, "index": 0})["errcode"] == 88000


def test_a_person_in_the_back_office_publishes_edits_and_deletes_by_hand() -> None:
    with account() as wx:
        media_id, other = wx.draft(), wx.draft()
        wx.sim.edit_draft(media_id, title="手工改的")
        assert wx.post("draft/get", {"media_id": media_id})["news_item"][0]["title"] == "手工改的"
        done = wx.sim.backoffice("publish", media_id=media_id)
        assert wx.post("freepublish/getarticle", {"article_id": done["article_id"]})["news_item"]
        wx.sim.delete_draft(other)
        assert wx.post("draft/get", {"media_id": other})["errcode"] == 40007
        wx.sim.backoffice("publish_new", title="后台直接发的", notify=True)
        assert wx.sim.stats["mass_sends"] == 1
        assert wx.mass(wx.draft())["errcode"] == 45028
        with pytest.raises(ValueError, match="40007"):
            wx.sim.delete_draft(other)
