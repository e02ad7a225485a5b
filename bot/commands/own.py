"""What people ask of themselves: who they are to us, and to be untied from their WeChat."""

from __future__ import annotations

from sqlalchemy import func, select

from bot.commands.near import without_thanks
from bot.commands.table import EVERYBODY, Ask, Facts, command, continuation, plain
from content import delegations, dialogue
from content.assignments import places_of
from content.clock import local_day, stamp
from content.errors import OpsError
from content.models import Person
from content.reviews import ROLES
from scheduler import binding

ACTING = ("admin", "operator")  # who hear alarms
YES = {"确定", "确定解绑", "解绑"}  # 好的 and 是 are said of anything


@command("我是谁", "我的身份", "我的角色", roles=EVERYBODY)
def who_am_i(ask: Ask) -> str:
    """我是谁：您的姓名、角色、哪一方、负责的地方和代理。"""
    person = _person(ask)
    company = f"，{person.company}" if person.company else ""
    lines = [f"{person.name}，{ROLES[person.role]}，{person.party}{company}"]
    if person.bound_at:
        lines.append(f"{stamp(person.bound_at)} 绑定了这个微信号")
    lines += [f"负责：{'、'.join(places)}" for places in [_places(ask)] if places]
    lines += [f"代理：{words}" for words in _delegations(ask)]
    return "\n".join([*lines, "能做什么请发：帮助"])


@command("解绑", "解除绑定", roles=EVERYBODY, acts=True)
def untie(ask: Ask) -> str:
    """解绑：把这个微信号和您的姓名断开，会先问您一遍。"""
    person = _person(ask)
    dialogue.ask(ask.session, person, "解绑", {}, now=ask.now)
    last = f"\n注意：您是唯一绑定的{ROLES[person.role]}，解绑后没有人能收到告警。" if _is_last(ask, person) else ""
    return (
        f"{person.name}，解绑后这个微信号收不到通知、也不能再办事，网页同时退出；要重新绑定，得向管理员要新的绑定码。{last}"
        f"\n确定请在 {dialogue.MINUTES} 分钟内回复：确定解绑。不解绑请发：算了"
    )


@continuation("解绑")
def untied(ask: Ask, _: Facts) -> str:
    """Untie the person who has said so twice."""
    person = _person(ask)
    if without_thanks(plain(ask.rest)) not in YES:
        raise OpsError("没有解绑。确定要解绑请回复：确定解绑；不解绑请发：算了")
    binding.untie(ask.session, person, now=ask.now)
    return f"{person.name}，已解绑。要再用，请向管理员要新的绑定码。"


def _places(ask: Ask) -> list[str]:
    """Return the names of the places that a person is there for today."""
    return [spot.shown for spot in places_of(ask.session, _person(ask), local_day(ask.now))]


def _delegations(ask: Ask) -> list[str]:
    own = [
        made
        for made in delegations.live(ask.session, now=ask.now)
        if _person(ask).id in (made.person_id, made.delegate_id)
    ]
    return [delegations.in_words(ask.session, made) for made in own]


def _is_last(ask: Ask, person: Person) -> bool:
    bound = (Person.role.in_(ACTING), Person.revoked_at.is_(None), Person.openid.is_not(None))
    return person.role in ACTING and ask.session.scalar(select(func.count(Person.id)).where(*bound)) == 1


def _person(ask: Ask) -> Person:
    assert ask.person is not None
    return ask.person
