"""The simulated platform's menu, customer messages, followers and codes."""

from __future__ import annotations

from simulator_kit import account


def test_a_menu_is_checked_kept_and_shown_to_readers() -> None:
    with account() as wx:
        sub = [{"type": "view", "name": "往期", "url": "https://mp.weixin.qq.com/s/x"}]
        menu = {"button": [{"type": "click", "name": "统计", "key": "STATS"}, {"name": "更多", "sub_button": sub}]}
        assert wx.get("menu/get")["errcode"] == 46003
        assert wx.post("menu/create", menu)["errcode"] == 0
        assert wx.get("menu/get")["menu"]["button"] == menu["button"]
        shown = wx.get("get_current_selfmenu_info")["selfmenu_info"]["button"]
        assert shown[1]["sub_button"] == {"list": sub}
        assert wx.post("menu/create", b'{"button":[{"name":"\\u7edf"}]}')["errcode"] == 40033
        assert wx.post("menu/create", {"button": menu["button"] * 2})["errcode"] == 40016
        assert (
            wx.post("menu/create", {"button": [{"type": "click", "name": "超过四个字了", "key": "K"}]})["errcode"]
            == 40018
        )
        assert wx.get("menu/delete")["errcode"] == 0
        assert wx.get("get_current_autoreply_info")["is_autoreply_open"] == 0


def test_a_reader_opens_the_window_for_five_messages_in_48_hours() -> None:
    with account() as wx:
        message = {"touser": "oReader", "msgtype": "text", "text": {"content": "你好"}}
        assert wx.post("message/custom/send", message)["errcode"] == 45015
        wx.sim.say("在吗", openid="oReader")
        codes = [wx.post("message/custom/send", message)["errcode"] for _ in range(6)]
        assert codes == [0, 0, 0, 0, 0, 45047]
        wx.sim.say("在吗", openid="oReader")
        wx.sim.advance(48 * 3600 + 1)
        wx.log_in()
        assert wx.post("message/custom/send", message)["errcode"] == 45015
        wx.sim.press("STATS", openid="oReader")
        wx.sim.advance(59)
        assert wx.post("message/custom/send", message)["errcode"] == 0
        wx.sim.advance(2)
        assert wx.post("message/custom/send", message)["errcode"] == 45015
        assert wx.post("message/custom/typing", {"touser": "oReader", "command": "Typing"})["errcode"] == 0
        assert len(wx.sim.stats["custom_messages"]) == 6


def test_followers_are_listed_known_and_tagged() -> None:
    with account(followers=3) as wx:
        wx.sim.say(event="subscribe", event_key="qrscene_poster", openid="oNew")
        page = wx.get("user/get")
        assert page["total"] == page["count"] == len(page["data"]["openid"]) == wx.sim.stats["followers"]
        assert "data" not in wx.get("user/get", next_openid=page["next_openid"])
        person = wx.get("user/info", openid="oNew")
        assert (person["subscribe"], person["qr_scene_str"]) == (1, "poster")
        assert "nickname" not in person
        tag = wx.post("tags/create", {"tag": {"name": "网格员"}})["tag"]["id"]
        assert wx.post("tags/create", {"tag": {"name": "网格员"}})["errcode"] == 45157
        wx.post("tags/members/batchtagging", {"openid_list": ["oNew"], "tagid": tag})
        assert wx.post("tags/getidlist", {"openid": "oNew"})["tagid_list"] == [tag]
        people = {"user_list": [{"openid": "oNew"}]}
        assert wx.post("user/info/batchget", people)["user_info_list"][0]["tagid_list"] == [tag]
        assert wx.get("user/info", openid="oNobody")["errcode"] == 40003
        wx.sim.say(event="unsubscribe", openid="oNew")
        assert wx.get("user/info", openid="oNew")["subscribe"] == 0


def test_a_service_account_gets_its_code_with_a_scene() -> None:
    with account(profile="service-verified") as wx:
        wanted = {"action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene": {"scene_str": "街道一"}}}
        assert set(wx.post("qrcode/create", wanted)) == {"ticket", "url"}


def test_the_back_offices_own_menu_and_replies_are_told_until_a_server_answers() -> None:
    menu = {"is_menu_open": 1, "selfmenu_info": {"button": [{"type": "text", "name": "地址", "value": "某街 1 号"}]}}
    replies = {"is_add_friend_reply_open": 1, "is_autoreply_open": 0, "add_friend_autoreply_info": {"type": "text"}}
    with account() as wx:
        wx.sim.backoffice("set_up", menu=menu, replies=replies)
        assert wx.get("get_current_selfmenu_info") == menu
        assert wx.get("get_current_autoreply_info") == replies
        wx.sim.set_callback("http://127.0.0.1:9/wechat")
        assert wx.get("get_current_selfmenu_info")["is_menu_open"] == 0
        assert wx.get("get_current_autoreply_info")["is_add_friend_reply_open"] == 0
        wx.sim.set_callback("")
        assert wx.get("get_current_selfmenu_info") == menu
