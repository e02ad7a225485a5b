"""The simulated platform's tokens, quotas, permissions and error answers."""

from __future__ import annotations

import re

import pytest
from simulator_kit import Account, account

LOGIN = {"grant_type": "client_credential", "appid": "wx0000000000000001", "secret": "simulator-secret"}


def ordinary(wx: Account, **more: str) -> dict[str, object]:
    return dict(wx.raw("GET", "/cgi-bin/token", params=LOGIN | more).json())


def code_with(wx: Account, token: str) -> int:
    return int(wx.raw("GET", "/cgi-bin/draft/count", params={"access_token": token}).json().get("errcode", 0))


def test_an_error_is_a_200_with_errcode_and_a_rid() -> None:
    with account() as wx:
        answer = wx.raw("GET", "/cgi-bin/draft/count")
        assert answer.status_code == 200
        assert answer.json()["errcode"] == 41001
        assert re.search(r" rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$", answer.json()["errmsg"])


def test_a_success_that_lacks_an_errcode_lacks_it_here_too() -> None:
    with account() as wx:
        assert set(wx.log_in()) == {"access_token", "expires_in"}
        assert set(wx.upload("media/uploadimg")) == {"url"}
        assert set(wx.upload("material/add_material", type="image")) == {"media_id", "url"}
        assert set(wx.post("draft/add", {"articles": [wx.article()]})) == {"media_id"}
        assert "errcode" not in wx.post("draft/batchget", {"offset": 0, "count": 20, "no_content": 1})


def test_the_stable_token_stays_the_same_and_tells_what_remains_of_it() -> None:
    with account() as wx:
        first = wx.log_in()
        wx.sim.advance(6855)
        second = wx.log_in()
        assert second["access_token"] == first["access_token"]
        assert 340 <= second["expires_in"] <= 345
        wx.sim.advance(60)
        third = wx.log_in()
        assert third["access_token"] != first["access_token"]
        assert third["expires_in"] == 7200
        assert code_with(wx, first["access_token"]) == 0
        wx.sim.advance(400)
        assert code_with(wx, first["access_token"]) == 42001


def test_forcing_a_new_stable_token_kills_the_old_one_at_once_and_is_limited() -> None:
    with account() as wx:
        old = wx.token
        assert wx.log_in(force=True)["access_token"] != old
        assert code_with(wx, old) == 40001
        assert wx.log_in(force=True)["errcode"] == 45011
        for _ in range(19):
            wx.sim.advance(30)
            assert "access_token" in wx.log_in(force=True)
        wx.sim.advance(30)
        assert wx.log_in(force=True)["errcode"] == 45009


def test_an_ordinary_token_survives_the_next_one_by_five_minutes() -> None:
    with account() as wx:
        old, new = str(ordinary(wx)["access_token"]), str(ordinary(wx)["access_token"])
        assert (code_with(wx, old), code_with(wx, new)) == (0, 0)
        wx.sim.advance(301)
        assert (code_with(wx, old), code_with(wx, new)) == (40001, 0)


def test_both_kinds_of_token_leave_each_other_alone() -> None:
    with account() as wx:
        plain = str(ordinary(wx)["access_token"])
        wx.log_in(force=True)
        assert code_with(wx, plain) == 0
        ordinary(wx)
        wx.sim.advance(301)
        assert code_with(wx, wx.token) == 0


@pytest.mark.parametrize(
    ("wrong", "errcode"),
    [
        ({"appid": "wx1"}, 40013),
        ({"secret": "no"}, 40125),
        ({"grant_type": "x"}, 40002),
        ({"appid": ""}, 41002),
        ({"secret": ""}, 41004),
    ],
)
def test_wrong_credentials_have_their_own_codes(wrong: dict[str, str], errcode: int) -> None:
    with account() as wx:
        assert ordinary(wx, **wrong)["errcode"] == errcode
        assert wx.raw("POST", "/cgi-bin/stable_token", json=LOGIN | wrong).json()["errcode"] == errcode


def test_a_stable_token_needs_a_json_body_and_a_made_up_token_is_invalid() -> None:
    with account() as wx:
        assert wx.raw("POST", "/cgi-bin/stable_token", params=LOGIN).json()["errcode"] == 44002
        assert wx.raw("GET", "/cgi-bin/stable_token", params=LOGIN).json()["errcode"] == 43002
        assert code_with(wx, "made-up") == 40014


def test_a_caller_who_is_not_on_the_whitelist_reads_his_address() -> None:
    with account() as wx:
        wx.sim.set(ip_whitelist=["203.0.113.7"])
        answer = wx.log_in()
        assert answer["errcode"] == 40164
        assert "invalid ip 127.0.0.1" in answer["errmsg"]
        wx.sim.set(ip_whitelist=["127.0.0.1"])
        assert "access_token" in wx.log_in()


def test_an_interface_is_used_up_for_the_day_and_free_again_at_midnight_in_shanghai() -> None:
    with account(now="2026-12-01T23:30:00+08:00") as wx:
        for _ in range(99):
            assert wx.post("freepublish/get", {"publish_id": 1})["errcode"] == 40097
        wanted = {"cgi_path": "/cgi-bin/freepublish/get"}
        assert wx.post("openapi/quota/get", wanted)["quota"] == {"daily_limit": 100, "used": 99, "remain": 1}
        wx.post("freepublish/get", {"publish_id": 1})
        assert wx.post("freepublish/get", {"publish_id": 1})["errcode"] == 45009
        assert "errcode" not in wx.get("draft/count")
        wx.sim.advance(1801)
        assert wx.post("freepublish/get", {"publish_id": 1})["errcode"] == 40097
        assert wx.post("openapi/quota/get", {"cgi_path": "/cgi-bin/no/such"})["errcode"] == 76021


def test_clearing_the_quota_helps_ten_times_a_month() -> None:
    with account() as wx:
        wx.sim.backoffice("use_up_quota", path="draft/count")
        assert wx.get("draft/count")["errcode"] == 45009
        for _ in range(10):
            assert wx.post("clear_quota", {"appid": LOGIN["appid"]})["errcode"] == 0
        assert wx.get("draft/count")["total_count"] == 0
        again = wx.post("clear_quota/v2", {"appid": LOGIN["appid"], "appsecret": LOGIN["secret"]})
        assert again["errcode"] == 48006


def test_a_rid_tells_about_the_refused_call_without_its_token() -> None:
    with account() as wx:
        refused = wx.post("draft/get", {"media_id": "none"})
        rid = refused["errmsg"].rsplit(" ", 1)[1]
        told = wx.post("openapi/rid/get", {"rid": rid})["request"]
        assert "40007" in told["response_body"]
        assert told["request_body"] == '{"media_id": "none"}'
        assert wx.post("openapi/rid/get", {"rid": "0-0-0"})["errcode"] == 76001


CALLS = {  # path -> the code of a verified account that may call it with an empty body
    "draft/batchget": 40097,
    "material/batchget_material": 40097,
    "freepublish/batchget": 40097,
    "message/mass/get": 40097,
    "comment/open": 40097,
    "datacube/getbizsummary": 61500,
    "message/custom/send": 40097,
    "message/mass/send": 40130,
    "qrcode/create": 40097,
}
REFUSED = {
    "subscription-verified": {"message/mass/send", "qrcode/create"},
    "subscription-unverified": set(CALLS) - {"draft/batchget", "material/batchget_material"},
    "service-verified": set(),
    "service-unverified": set(CALLS) - {"draft/batchget", "material/batchget_material"},
}


@pytest.mark.parametrize("profile", REFUSED)
def test_the_kind_of_account_decides_what_it_may_call(profile: str) -> None:
    with account(profile=profile) as wx:
        codes = {path: wx.post(path)["errcode"] for path in CALLS}
        assert {path for path, errcode in codes.items() if errcode == 48001} == REFUSED[profile]
        assert wx.get("get_current_selfmenu_info")["is_menu_open"] == 0


def test_the_platforms_addresses_and_the_check_of_the_callback() -> None:
    with account() as wx:
        assert wx.get("getcallbackip")["ip_list"]
        assert wx.get("get_api_domain_ip")["ip_list"]
        wanted = {"action": "all", "check_operator": "DEFAULT"}
        assert wx.post("callback/check", wanted)["errcode"] == 40201
        wx.sim.set_callback("http://127.0.0.1:9/wechat")
        assert set(wx.post("callback/check", wanted)) == {"dns", "ping"}
        assert wx.post("callback/check", wanted | {"action": "x"})["errcode"] == 40202
        assert wx.post("callback/check", {"action": "dns"})["errcode"] == 40203


def test_the_log_shows_each_call_and_no_secret() -> None:
    with account() as wx:
        wx.draft(title="看得见的标题")
        wx.raw("POST", "/cgi-bin/stable_token", json=LOGIN)
        log = wx.sim.log
        assert [one["path"] for one in log[-3:]] == ["material/add_material", "draft/add", "stable_token"]
        assert log[-2]["body"]["articles"][0]["title"] == "看得见的标题"
        assert log[-2]["at"].startswith("2026-12-01T09:00:")
        assert log[-3]["body"]["files"]["media"]["filename"] == "a.png"
        assert LOGIN["secret"] not in str(log)
        assert wx.token not in str(log)
