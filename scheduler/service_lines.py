"""The service lines of the contract (domain.md §1a 1): the chapters of the 执行成果报告, and what belongs to which."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scheduler.agreement import Target

DATA = "数据更新与维护"
ACCOUNT = "公众号内容管理"
PLATFORM = "治理平台内容管理"
PLACES = "街道和社区推广服务"
PROJECT = "推广项目管理"
LINES = (DATA, ACCOUNT, PLATFORM, PLACES, PROJECT)

OF_COUNT: Mapping[str, str] = {  # of a target, by what it counts; what stands nowhere is PROJECT's
    "users": DATA,
    "registrations": DATA,
    "reports": DATA,
    "articles": ACCOUNT,
    "pushed_articles": ACCOUNT,
    "cases": ACCOUNT,
    "themes": PLATFORM,
    "demo_communities": PLATFORM,
    "interactions": PLATFORM,
    "trainings": PLACES,
    "groups": PLACES,
    "visits": PLACES,
    "events": PLACES,
}


def line_of(target: Target) -> str:
    """Return the service line of a target: the one that contract.toml names, else the one of what it counts."""
    return target.line or OF_COUNT.get(target.count, PROJECT)
