"""Checking settings: each wrong setting gets one line, with its key and what to write."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.config import Config, ConfigWrong, load
from bot.wiring import channels_of

AES_KEY = "zH0DJT2jH5kvdrGhuZ8+AyTFySbUpI7sKKkqTMw+1V8"
SMALLEST = """
[account]
appid = "wx0000000000000001"
secret = "s3cret-of-the-account"
[callback]
token = "aTokenOfOurs"
"""

Loader = Callable[..., Config]


def added(more: str, last: str = "people = 1") -> str:
    """Two steps of review, with more settings for each."""
    return f'steps = [{{name = "加审", role = "reviewer", {more}}}, {{name = "终审", role = "chief", party = "甲方", {last}}}]'


@pytest.fixture
def loaded(tmp_path: Path) -> Loader:
    """Load a text as config.toml, with environment variables."""

    def load_text(text: str = SMALLEST, /, **environ: str) -> Config:
        file = tmp_path / "config.toml"
        file.write_text(text, encoding="utf-8")
        return load(file, environ)

    return load_text


@pytest.fixture
def refused(loaded: Loader) -> Callable[..., dict[str, str]]:
    """Load a text that must be refused, and return each key with its advice."""

    def refused_text(text: str = SMALLEST, /, **environ: str) -> dict[str, str]:
        with pytest.raises(ConfigWrong) as caught:
            loaded(text, **environ)
        head, *lines = str(caught.value).splitlines()
        assert f"{len(lines)} 处要改" in head
        return dict(line.split("：", 1) for line in lines)

    return refused_text


def with_line(section: str, line: str) -> str:
    """Return the smallest configuration with one more line in a section."""
    if f"[{section}]" in SMALLEST:
        return SMALLEST.replace(f"[{section}]", f"[{section}]\n{line}")
    return f"{SMALLEST}\n[{section}]\n{line}\n"


def replaced(key: str, value: str) -> str:
    """Return the smallest configuration with one of its values replaced."""
    return re.sub(rf"^{key} = .*$", lambda _: f"{key} = {value}", SMALLEST, flags=re.M)


@pytest.mark.parametrize(
    ("section", "line", "key", "word"),
    [
        ("account", 'kind = "x"', "account.kind", "subscription"),
        ("account", 'verified = "yes"', "account.verified", "true 或 false"),
        ("account", "verified = 1", "account.verified", "整数"),
        ("account", 'original_id = "wx1"', "account.original_id", "gh_"),
        ("account", 'api_base = "https://api.weixin.qq.com/"', "account.api_base", "协议"),
        ("account", 'api_base = "https://api.weixin.qq.com/cgi-bin"', "account.api_base", "协议"),
        ("account", 'api_base = "https://user@api.weixin.qq.com"', "account.api_base", "协议"),
        ("account", 'api_base = "https://api.weixin.qq.com:0"', "account.api_base", "协议"),
        ("account", 'api_base = "https://api.weixin.qq.com:65536"', "account.api_base", "协议"),
        ("account", 'api_base = "https://api.weixin.qq.com\\n"', "account.api_base", "协议"),
        ("account", 'api_base = "ftp://127.0.0.1"', "account.api_base", "协议"),
        ("account", 'api_base = "api.weixin.qq.com"', "account.api_base", "协议"),
        ("account", 'api_base = "http://api.weixin.qq.com"', "account.api_base", "本机"),
        ("account", 'api_base = "http://127.0.0.1.example.cn"', "account.api_base", "本机"),
        ("account", 'api_base = "http://192.168.0.1:8080"', "account.api_base", "本机"),
        ("account", 'token = "abc"', "account.token", "callback.token"),
        ("callback", 'path = "wechat"', "callback.path", "/ 开头"),
        ("callback", 'path = "/wechat/"', "callback.path", "/ 结尾"),
        ("callback", 'path = "/healthz"', "callback.path", "换一个"),
        ("callback", 'path = "/console/wechat"', "callback.path", "换一个"),
        ("callback", 'mode = "secure"', "callback.mode", "safe"),
        ("callback", f'mode = "secure"\naes_key = "{AES_KEY}"', "callback.mode", "safe"),
        ("callback", 'mode = "safe"', "callback.aes_key", "还没有写"),
        ("callback", 'mode = "compatible"', "callback.aes_key", "还没有写"),
        ("callback", f'mode = "plain"\naes_key = "{AES_KEY}"', "callback.aes_key", "一半"),
        ("callback", f'aes_key = "{AES_KEY[:-1]}"', "callback.aes_key", "43"),
        ("callback", f'aes_key = "{AES_KEY[:-1]}-"', "callback.aes_key", "43"),
        ("callback", f'old_aes_key = "{AES_KEY}"', "callback.old_aes_key", "删去"),
        ("callback", "max_age_seconds = 29", "callback.max_age_seconds", "30–3600"),
        ("callback", "max_age_seconds = 3601", "callback.max_age_seconds", "30–3600"),
        ("callback", "max_age_seconds = 300.0", "callback.max_age_seconds", "小数"),
        ("callback", "messages_a_minute = 1001", "callback.messages_a_minute", "0–1000"),
        ("callback", 'forward = "example.cn"', "callback.forward", "http"),
        ("callback", 'forward = "http://example.cn/wx"', "callback.forward", "只能用于本机"),
        ("callback", 'forward = "https://me:secret@example.cn/wx"', "callback.forward", "不带用户名"),
        ("callback", 'forward_token = "不行"', "callback.forward_token", "3–32"),
        ("server", "port = 0", "server.port", "1–65535"),
        ("server", "port = 65536", "server.port", "1–65535"),
        ("server", "port = true", "server.port", "整数"),
        ("server", 'host = ""', "server.host", "127.0.0.1"),
        ("server", 'public_url = "wx.example.cn"', "server.public_url", "https://"),
        ("server", 'secret_key = "short"', "server.secret_key", "16"),
        ("database", 'url = "sqlite://"', "database.url", "sqlite:///"),
        ("database", 'url = "sqlite:///:memory:"', "database.url", "sqlite:///"),
        ("database", 'url = "mysql://h/d"', "database.url", "postgresql+psycopg://"),
        ("publish", 'mode = "loud"', "publish.mode", "draft-only"),
        ("publish", 'quiet_hours = ["22:00"]', "publish.quiet_hours", "两个"),
        ("publish", 'quiet_hours = ["22:00", "24:00"]', "publish.quiet_hours", "时刻"),
        ("publish", 'quiet_hours = ["22:00", "22:00"]', "publish.quiet_hours", "不同"),
        ("publish", "quiet_hours = [22, 7]", "publish.quiet_hours", "列表"),
        ("publish", "grace_minutes = -1", "publish.grace_minutes", "现在是 -1"),
        ("render", 'theme = "../formal"', "render.theme", "路径"),
        ("review", "steps = []", "review.steps", "至少"),
        ("review", 'steps = "初审"', "review.steps", "一组步骤"),
        ("review", 'steps = [{name = "终审", role = "chief"}]', "review.steps[1].party", "甲方"),
        ("review", 'urgent = ["二审", "终审"]', "review.urgent", "1 个名字"),
        ("review", 'urgent = ["终审"]', "review.urgent", "两个人"),
        ("review", added('days = "sensitive"') + '\nurgent = ["加审", "终审"]', "review.urgent", "两个人"),
        ("review", 'urgent = ["初审", "复审"]', "review.urgent", "urgent_without_client"),
        ("review", 'steps = [{name = "终审", role = "x", party = "甲方"}]', "review.steps[1].role", "liaison"),
        ("review", added('days = "holiday"'), "review.steps[1].days", "sensitive"),
        ("review", added('columns = "政策解读"'), "review.steps[1].columns", "一组文字"),
        ("review", added('columns = [" "]'), "review.steps[1].columns", "不能是空的"),
        ("review", added("people = 1", 'days = "sensitive"'), "review.steps[2].days", "每篇都要审"),
        ("review", added("people = 1", 'columns = ["便民"]'), "review.steps[2].columns", "每篇都要审"),
        ("review", 'steps = [{name = "终审", party = "甲方"}]', "review.steps[1].role", "还没有写"),
        (
            "review",
            'steps = [{name = "审", role = "editor"}, {name = "审", role = "chief", party = "甲方"}]',
            "review.steps[2].name",
            "要不同",
        ),
        (
            "review",
            'steps = [{name = "终审", role = "chief", party = "甲方", people = 10}]',
            "review.steps[1].people",
            "1–9",
        ),
        ("alarm", 'email = "a@example.cn"', "mail.host", "SMTP"),
        ("alarm", 'email = "a@example.cn b@example.cn"', "alarm.email", "逗号"),
        ("alarm", 'email = "张三"', "alarm.email", "邮箱"),
        ("alarm", 'webhook = "https://robot.example.cn/?key=1"', "alarm.webhook", "钉钉"),
        ("alarm", 'webhook = "http://oapi.dingtalk.com/robot/send?access_token=1"', "alarm.webhook", "钉钉"),
        ("alarm", 'webhook = "https://["', "alarm.webhook", "钉钉"),
        ("mail", 'host = "smtps://smtp.example.cn"\nuser = "a@example.cn"', "mail.host", "主机名"),
        ("mail", 'host = "smtp.example.cn"\nuser = "a"', "mail.from", "发件人"),
        ("plan", "articles = 2026-12-01", "plan.articles", "日期"),
        ("plna", "articles = 4", "plna", "plan？"),
    ],
)
def test_one_wrong_setting_gets_one_line_with_its_key_and_what_to_write(
    refused: Callable[..., dict[str, str]], section: str, line: str, key: str, word: str
) -> None:
    wrong = refused(with_line(section, line))
    assert list(wrong) == [key]
    assert word in wrong[key]


@pytest.mark.parametrize(
    "value", ['""', '"ab"', '"has blank"', '"' + "a" * 33 + '"', '"a-dash"', '"令牌令牌"', '"abc\\n"']
)
def test_a_token_that_wechat_would_not_take_is_refused(refused: Callable[..., dict[str, str]], value: str) -> None:
    assert list(refused(replaced("token", value))) == ["callback.token"]


def test_mailboxes_a_robot_and_the_duty_list_are_taken_as_people_write_them(loaded: Loader) -> None:
    config = loaded(
        with_line(
            "alarm",
            'email = "a@example.cn，b@mail.example.cn, "\nwebhook = "https://open.feishu.cn/open-apis/bot/v2/hook/1"\n'
            'on_duty = "张三、李四, 王五"\n[mail]\nhost = "smtp.example.cn"\nuser = "wxops@example.cn"',
        )
    )
    channels = channels_of(config)
    assert channels.mailboxes == ("a@example.cn", "b@mail.example.cn")
    assert channels.on_duty == ("张三", "李四", "王五")
    assert channels.server is not None
    assert (channels.server.port, channels.server.sender) == (465, "wxops@example.cn")


@pytest.mark.parametrize("base", ["http://127.0.0.1:8080", "http://127.1.2.3", "http://[::1]:9", "http://localhost:1"])
def test_the_simulator_is_reached_without_tls_on_this_machine(loaded: Loader, base: str) -> None:
    assert loaded(with_line("account", f'api_base = "{base}"')).account.api_base == base


def test_a_section_must_be_a_table(refused: Callable[..., dict[str, str]]) -> None:
    assert list(refused('account = "wx1"\n[callback]\ntoken = "aTokenOfOurs"')) == ["account"]
    assert list(refused(SMALLEST.replace("[account]", "[[account]]"))) == ["account"]
