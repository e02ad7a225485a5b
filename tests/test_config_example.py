"""The example configuration: it documents every setting, and holds the defaults."""

from __future__ import annotations

import itertools
import re
import tomllib
from pathlib import Path

import pytest

from bot.config import ConfigWrong, Step, load
from bot.settings_read import SECTIONS, keys_of

EXAMPLE = Path(__file__).resolve().parent.parent / "config.example.toml"


def test_the_example_names_every_setting_and_nothing_else() -> None:
    example = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))
    assert {section: list(table) for section, table in example.items()} == {
        section: list(keys_of(kind)) for section, kind in SECTIONS.items()
    }
    assert all(list(step) == list(keys_of(Step)) for step in example["review"]["steps"])


def test_every_setting_of_the_example_stands_below_its_comment() -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    bare = [line for before, line in itertools.pairwise(lines) if re.match(r"\w+ =", line) and before[:1] != "#"]
    assert bare == []


def test_the_untouched_example_is_refused_for_its_example_values_alone() -> None:
    with pytest.raises(ConfigWrong) as caught:
        load(EXAMPLE, {})
    assert re.findall(r"^(.+)：还是示例值", str(caught.value), flags=re.M) == [
        "account.appid",
        "account.secret",
        "callback.token",
        "callback.aes_key",
        "server.secret_key",
    ]
    assert "有 5 处要改" in str(caught.value)


def test_the_example_loads_once_its_secrets_are_replaced_and_holds_the_defaults(tmp_path: Path) -> None:
    own = {
        "WXOPS_ACCOUNT_APPID": "wx1",
        "WXOPS_ACCOUNT_SECRET": "s",
        "WXOPS_CALLBACK_TOKEN": "abc",
        "WXOPS_CALLBACK_AES_KEY": "zH0DJT2jH5kvdrGhuZ8+AyTFySbUpI7sKKkqTMw+1V8",
        "WXOPS_SERVER_SECRET_KEY": "",
    }
    (tmp_path / "config.toml").touch()
    assert load(EXAMPLE, own) == load(tmp_path / "config.toml", own)
