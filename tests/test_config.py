"""The configuration: what is accepted, what is refused, and in which words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from bot.config import (
    Account,
    Callback,
    Config,
    ConfigWrong,
    Database,
    clock_file,
    database_url,
    load,
    workspace,
)
from bot.settings_read import SECTIONS, keys_of

AES_KEY = "zH0DJT2jH5kvdrGhuZ8+AyTFySbUpI7sKKkqTMw+1V8"
SMALLEST = """
[account]
appid = "wx0000000000000001"
secret = "s3cret-of-the-account"
[callback]
token = "aTokenOfOurs"
"""

Loader = Callable[..., Config]


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


def test_account_and_token_are_enough(loaded: Loader) -> None:
    config = loaded()
    assert config == Config(
        account=Account(appid="wx0000000000000001", secret="s3cret-of-the-account"),
        callback=Callback(token="aTokenOfOurs"),
    )
    assert (config.account.kind, config.account.verified) == ("subscription", True)
    assert (config.callback.mode, config.callback.path, config.server.port) == ("plain", "/wechat", 8000)
    assert [step.name for step in config.review.steps] == ["初审", "复审", "终审"]


def test_a_configuration_cannot_be_changed(loaded: Loader) -> None:
    with pytest.raises(FrozenInstanceError):
        loaded().server.port = 1  # type: ignore[misc]


def test_an_aes_key_alone_means_safe_mode(loaded: Loader) -> None:
    assert loaded(with_line("callback", f'aes_key = "{AES_KEY}"')).callback.mode == "safe"


def test_an_official_aes_key_with_spare_bits_is_accepted(loaded: Loader) -> None:
    odd = AES_KEY[:-1] + "H"
    assert loaded(with_line("callback", f'aes_key = "{odd}"')).callback.aes_key == odd


def test_everything_wrong_is_told_at_once(refused: Callable[..., dict[str, str]]) -> None:
    wrong = refused(
        """
        colour = "red"
        [account]
        secert = "x"
        kind = "newspaper"
        [callback]
        token = ""
        max_age_seconds = 5
        [server]
        port = "8000"
        [review]
        steps = [{ name = "初审", role = "boss" }, { role = "chief", people = 0, partie = "甲方" }]
        [mail]
        port = true
        """,
        WXOPS_DATABASE_URL="mysql://localhost/x",
        WXOPS_ACOUNT_SECRET="x",
    )
    assert sorted(wrong) == sorted(
        [
            "colour",
            "account.secert",
            "account.kind",
            "account.appid",
            "account.secret",
            "callback.token",
            "callback.max_age_seconds",
            "server.port",
            "review.steps[1].role",
            "review.steps[2].name",
            "review.steps[2].people",
            "review.steps[2].partie",
            "review.steps[2].party",
            "mail.port",
            "database.url（来自环境变量 WXOPS_DATABASE_URL）",
            "WXOPS_ACOUNT_SECRET",
        ]
    )
    assert "account.secret？" in wrong["account.secert"]
    assert "WXOPS_ACCOUNT_SECRET？" in wrong["WXOPS_ACOUNT_SECRET"]


def test_no_text_of_the_file_or_the_environment_is_repeated(tmp_path: Path) -> None:
    leak = "Kd83-never-show-this"
    lines = [f'[{section}]\n{name} = "{leak} "' for section, kind in SECTIONS.items() for name in keys_of(kind)]
    seen = set()
    for line in lines:
        (tmp_path / "config.toml").write_text(line, encoding="utf-8")
        with pytest.raises(ConfigWrong) as caught:
            load(tmp_path / "config.toml", {"WXOPS_ACCOUNT_SECRET_FILE": leak, "WXOPS_MAIL_PORT": leak})
        seen.add(str(caught.value))
    assert len(seen) > 10
    assert not any("Kd83" in text for text in seen)


def test_a_printed_configuration_shows_no_secret(loaded: Loader) -> None:
    config = loaded(
        f"""
        [account]
        appid = "wx0000000000000001"
        secret = "hidden-1"
        [callback]
        token = "hidden2"
        aes_key = "{AES_KEY}"
        old_aes_key = "{AES_KEY}"
        [server]
        secret_key = "hidden-3-long-enough"
        [database]
        url = "postgresql://wxops:hidden-4@db/wxops"
        [mail]
        password = "hidden-5"
        [alarm]
        webhook = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=hidden-6"
        """
    )
    assert "wx0000000000000001" in repr(config)
    assert "hidden" not in f"{config}{config!r}"
    assert AES_KEY not in f"{config}{config!r}"


def test_the_environment_overrides_and_is_turned_into_the_right_type(loaded: Loader) -> None:
    config = loaded(
        with_line("server", "port = 1"),
        WXOPS_SERVER_PORT="9000",
        WXOPS_ACCOUNT_VERIFIED="False",
        WXOPS_MAIL_FROM="bot@example.cn",
        WXOPS_PUBLISH_MODE="quiet",
        PATH="/usr/bin",
    )
    assert (config.server.port, config.account.verified) == (9000, False)
    assert (config.mail.from_, config.publish.mode) == ("bot@example.cn", "quiet")


def test_the_environment_alone_can_give_what_is_required(loaded: Loader) -> None:
    given = {"WXOPS_ACCOUNT_APPID": "wx1", "WXOPS_ACCOUNT_SECRET": "s", "WXOPS_CALLBACK_TOKEN": "abc"}
    assert loaded("", **given).account.appid == "wx1"


def test_a_secret_is_read_from_a_file_beside_the_configuration(loaded: Loader, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("\n from-the-file \n", encoding="utf-8")
    assert loaded(WXOPS_ACCOUNT_SECRET_FILE="secret.txt").account.secret == "from-the-file"


def test_a_missing_secret_file_is_told_and_the_old_secret_is_not_used(
    refused: Callable[..., dict[str, str]],
) -> None:
    assert list(refused(WXOPS_ACCOUNT_SECRET_FILE="/nowhere")) == [
        "account.secret（来自环境变量 WXOPS_ACCOUNT_SECRET_FILE）"
    ]


def test_a_secret_given_twice_by_the_environment_is_refused(refused: Callable[..., dict[str, str]]) -> None:
    assert "只留一个" in refused(WXOPS_MAIL_USER="a", WXOPS_MAIL_USER_FILE="b")["WXOPS_MAIL_USER_FILE"]


@pytest.mark.parametrize(
    ("variable", "text", "key"),
    [
        ("WXOPS_SERVER_PORT", "8o", "server.port"),
        ("WXOPS_SERVER_PORT", "８０", "server.port"),
        ("WXOPS_SERVER_PORT", "70000", "server.port"),
        ("WXOPS_ACCOUNT_VERIFIED", "maybe", "account.verified"),
        ("WXOPS_REVIEW_STEPS", "初审", "review.steps"),
    ],
)
def test_a_wrong_variable_is_named_with_its_setting(
    refused: Callable[..., dict[str, str]], variable: str, text: str, key: str
) -> None:
    assert list(refused(**{variable: text})) == [f"{key}（来自环境变量 {variable}）"]


def test_an_unknown_variable_gets_the_nearest_known_one(refused: Callable[..., dict[str, str]]) -> None:
    assert "WXOPS_SERVER_PORT？" in refused(WXOPS_SERVER_PROT="1")["WXOPS_SERVER_PROT"]
    assert "WXOPS_ACCOUNT_SECRET？" in refused(WXOPS_ACCOUNT_SECERT_FILE="x")["WXOPS_ACCOUNT_SECERT_FILE"]


def test_our_other_variables_are_no_settings(loaded: Loader) -> None:
    assert loaded(WXOPS_WORKSPACE="w", WXOPS_CLOCK="c", WXOPS_TEST_DATABASE="d") == loaded()


def test_a_missing_file_points_to_init(tmp_path: Path) -> None:
    with pytest.raises(ConfigWrong, match="wxops init") as caught:
        load(tmp_path / "config.toml", {})
    assert caught.value.exit_code == 2


def test_a_folder_in_the_place_of_the_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigWrong, match="读不了"):
        load(tmp_path, {})


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('[account]\nappid = wx1"', "第 2 行第 9 列"),
        ('[account]\nappid = "wx1', "文件末尾"),
        ('[account]\nname = "a"\nname = "b"', "第 3 行"),
        ("[server]\nport = " + "1" * 5000, "config.toml"),
    ],
)
def test_bad_toml_is_told_with_line_and_column(loaded: Loader, text: str, place: str) -> None:
    with pytest.raises(ConfigWrong, match=place):
        loaded(text)


def test_a_file_saved_by_windows_notepad_is_read_and_gbk_is_told(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes(SMALLEST.replace("\n", "\r\n").encode("utf-8-sig"))
    assert load(file, {}).account.appid == "wx0000000000000001"
    file.write_bytes(SMALLEST.replace("[account]", '[account]\nname = "街道"').encode("gbk"))
    with pytest.raises(ConfigWrong, match="UTF-8"):
        load(file, {})


def test_the_clock_of_a_file_needs_an_account_on_this_machine(loaded: Loader) -> None:
    with pytest.raises(ConfigWrong, match="模拟器"):
        clock_file(loaded(), {"WXOPS_CLOCK": "now.txt"})
    simulated = loaded(with_line("account", 'api_base = "http://127.0.0.1:8080"'))
    assert clock_file(simulated, {"WXOPS_CLOCK": "now.txt"}) == Path("now.txt")
    assert clock_file(loaded(), {}) is None


def test_the_workspace_is_the_option_then_the_variable_then_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert workspace("a", {"WXOPS_WORKSPACE": "b"}) == tmp_path / "a"
    assert workspace(None, {"WXOPS_WORKSPACE": "b"}) == tmp_path / "b"
    assert workspace(None, {}) == tmp_path


@pytest.mark.parametrize(
    ("url", "opened"),
    [
        ("sqlite:///wxops.db", "sqlite:////srv/wx/wxops.db"),
        ("sqlite:///data/a.db?timeout=5", "sqlite:////srv/wx/data/a.db?timeout=5"),
        ("sqlite:////var/lib/a.db", "sqlite:////var/lib/a.db"),
        ("postgresql://u:p@h/d", "postgresql+psycopg://u:p@h/d"),
        ("postgresql+psycopg://u:p@h/d", "postgresql+psycopg://u:p@h/d"),
    ],
)
def test_the_database_is_found_from_the_workspace(loaded: Loader, url: str, opened: str) -> None:
    config = loaded(with_line("database", f'url = "{url}"'))
    assert config.database == Database(url=url)
    assert database_url(config, Path("/srv/wx")) == opened
