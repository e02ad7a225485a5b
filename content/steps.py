"""The steps of the review chain: what one is, to whom it belongs, and which of them an article has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from content.clock import local_day

if TYPE_CHECKING:
    from content.models import Article, Person

CLIENT = "甲方"


@dataclass(frozen=True)
class Step:
    """One step of the chain: its name, the role that holds it, 甲方 or 乙方 where it matters, and how many people.

    A step with `columns` or `days` is added: only texts of these columns have it, and those that
    are to go out on a day that `days` gives a name. urgent: urgent notices (急稿) pass it too; the
    others are made up for after they are out.
    """

    name: str
    role: str
    party: str = ""
    people: int = 1
    columns: tuple[str, ...] = ()
    days: Callable[[date], str] | None = None
    urgent: bool = True

    @property
    def is_added(self) -> bool:
        """Whether only some texts have it."""
        return bool(self.columns) or self.days is not None


Chain = Sequence[Step]


def steps_of(article: Article, chain: Chain, on: date | None = None) -> list[Step]:
    """Return the steps that an article must pass, in their order: its column and the day that it goes out decide.

    on: that day, where it is another one than that of its post's present time.
    """
    return [step for step in chain if (step.urgent or not article.urgent) and _asks_for(step, article, on)]


def _asks_for(step: Step, article: Article, on: date | None) -> bool:
    if not step.is_added or article.column in step.columns:
        return True
    due = article.post.due_at if article.post else None
    day = on or (local_day(due) if due else None)
    return bool(day and step.days and step.days(day))


def may_hold(step: Step, person: Person) -> bool:
    """Say whether a step belongs to this person's role and party."""
    return person.role == step.role and step.party in ("", person.party)


def last_step(chain: Chain) -> Step:
    """Return the step that ends the chain of every text, whatever its day and column add."""
    return [step for step in chain if not step.is_added][-1]
