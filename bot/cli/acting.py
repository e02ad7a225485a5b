"""--by: who acts at the terminal. A person who is named has no more rights here than by message or on the pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from bot.cli.group import Desk

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from content.models import Person

ADMINS = ("admin",)
OPERATORS = ("admin", "operator")
WRITERS = (*OPERATORS, "editor")
EDITORIAL = (*WRITERS, "reviewer", "chief")
HELP = "谁在操作，写进记录；不写则记终端的用户名。"
Check = Callable[[click.Context, "Person"], None]


def by_option(command: click.decorators.FC) -> click.decorators.FC:
    """Add --by NAME, who acts: somebody who is there, whose rights the use case checks.

    The account of the operating system when it is left out: that is the administrator, who sits at the terminal.
    """
    return _option(None)(command)


def by_roles(*roles: str) -> Callable[[click.decorators.FC], click.decorators.FC]:
    """Add --by NAME, who acts, for what only the terminal has; OpsError for a person of another role."""
    return _option(partial(_demand_role, roles))


def by_message(name: str) -> Callable[[click.decorators.FC], click.decorators.FC]:
    """Add --by NAME, who acts, for what the message command of that first name does: OpsError for whoever may not say it."""
    return _option(partial(_demand_message, name))


def whoever() -> str:
    """Return who acts where nobody is named: the account of the operating system."""
    import getpass

    return f"终端 {getpass.getuser()}"


def person_behind(session: Session, by: str) -> Person | None:
    """Return the person who was named with --by; None for the account of the operating system."""
    from content.people import person_named

    return None if by == whoever() else person_named(session, by)


def _option(check: Check | None) -> Callable[[click.decorators.FC], click.decorators.FC]:
    return click.option("--by", default=whoever, callback=partial(_named, check), metavar="姓名", help=HELP)


def _named(check: Check | None, context: click.Context, option: click.Parameter, name: str) -> str:
    """Return who acts; OpsError for nobody known, and for whoever may not."""
    from content.people import person_named

    if context.get_parameter_source(option.name or "") is not ParameterSource.COMMANDLINE:
        return name
    desk = context.find_object(Desk)
    assert desk is not None
    with desk.parts().store.reading() as session:
        person = person_named(session, name)
    if check:
        check(context, person)
    return name


def _demand_role(roles: Sequence[str], context: click.Context, person: Person) -> None:
    from content.errors import OpsError
    from content.reviews import ROLES

    if person.role not in roles:
        who = "、".join(ROLES[role] for role in roles)
        words = context.command_path.partition(" ")[2]
        raise OpsError(f"“{words}”由{who}来办，{person.name}是{ROLES[person.role]}，没有办。")


def _demand_message(name: str, context: click.Context, person: Person) -> None:
    from bot.commands import COMMANDS, not_open
    from content.errors import OpsError

    found = next(one for one in COMMANDS if one.names[0] == name)
    if not found.is_open_to(person):
        raise OpsError(f"{not_open(name, person)}{person.name}没有办。")
