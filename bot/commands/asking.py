"""Questions back: the plain message that answers one, the commands that end it, and 算了."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from bot.commands.fitting import Unfinished
from bot.commands.table import CONTINUATIONS, EVERYBODY, SIGNS, Ask, Command, Continuation, command, plain, reference
from content import dialogue, evidence
from content.dialogue import Question
from content.models import Person

AT_ONCE = ("暂停", "急稿", "代理", "代录", "排查")  # their long forms begin with no number
LONG = 40  # characters: who is asked for a text and sends so many means no command
TOLD_FOR = timedelta(hours=1)  # after its end a question is still known, so that its answer hears why it is none

Asked = Callable[[], Question | None]


@command("算了", "不用了", roles=EVERYBODY, acts=True, questions=True, aside=True)
def never_mind(ask: Ask) -> str:
    """算了：公众号刚才问您的，不用再答。"""
    assert ask.person is not None
    kind = dialogue.end(ask.session, ask.person)
    return f"好的，“{kind}”就此作罢。" if kind else "现在没有等您回答的问题。"


def continued(
    words: str, named: tuple[Command, str] | None, person: Person, asked: Asked, now: datetime
) -> Command | None:
    """Return what goes on with the question that these words answer; None when they answer none.

    named: the command that the words begin with, and the rest. asked: reads the person's question.
    """
    question = asked()
    if named and not (question and question.facts.get("copied") == words.strip()) and _is_meant(words, *named):
        return None
    entry = CONTINUATIONS.get(question.kind) if question else None
    if question is None or entry is None or now - question.expires_at > TOLD_FOR:
        return None
    if named and (not entry.text or question.expires_at <= now):
        return None
    if not entry.command.is_open_to(person):
        return None
    return Command((), (), True, False, "", partial(_go_on, entry, question), aside=True)


def act(command_: Command, ask: Ask) -> str:
    """Return a command's answer; what acts and is not aside ends the question that was open, and says so."""
    keeps = command_.aside or not command_.acts
    ended = "" if keeps or ask.person is None else dialogue.end(ask.session, ask.person)
    answer = command_.answer(ask)
    return answer if not ended or ended in command_.names else with_ended(answer, ended)


def refused(command_: Command, ask: Ask) -> None:
    """Let no more pictures come to what was begun earlier, where a command was refused that would have asked for some."""
    if command_.proves and ask.person:
        evidence.no_longer_wanted(ask.session, ask.person)


def with_ended(answer: str, kind: str) -> str:
    """Return an answer that says at its end that a question of a kind waits no more."""
    told = f"{answer}\n（刚才的“{kind}”不再等您回答。）"
    return Unfinished(told, answer.rest) if isinstance(answer, Unfinished) else told


def _is_meant(words: str, command_: Command, rest: str) -> bool:
    """Say whether words that begin with a command's name are the command, and not a text that somebody was asked for."""
    if len(words) < LONG:
        return True
    name = words.strip().removesuffix(rest)
    if plain(name.rstrip()[-1:]) in SIGNS:
        return False
    if plain(rest)[:1].isdigit() and reference(rest):
        return True
    return command_.names[0] in AT_ONCE and name != name.rstrip()  # 暂停 因为…, not 紧急：各位居民…


def _go_on(entry: Continuation, question: Question, ask: Ask) -> str:
    assert ask.person is not None
    dialogue.end(ask.session, ask.person)
    if question.expires_at <= ask.now:
        return f"刚才的“{question.kind}”等得太久，已经作罢，这一条没有用上。还要做的话，请从“{question.kind}”重新发起。"
    return entry.answer(ask, question.facts)
