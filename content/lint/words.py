"""Rules for words: the list of the workspace, found in one pass; a longer word, or one that is allowed, wins."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import ahocorasick

from content.article import Level, Problem
from content.lint.example import Example, Part
from content.lint.look import Look, Rule
from content.lint.reading import Piece
from content.lint.tables import KINDS, Tables, Word

CODES = {"错别字": "TYPO", "标题用语": "WORD_TITLE", "提法": "WORD_PHRASE", "禁用词": "WORD_BANNED"}
ALLOWED = "放行"
_SCOPES = {"标题": ("title",), "title": ("title",), "正文": ("digest", "body"), "body": ("digest", "body")}
_EVERYWHERE = ("title", "digest", "body")

Match = tuple[int, int, Word]


@lru_cache(maxsize=4)
def _matcher(tables: Tables) -> ahocorasick.Automaton:
    """Return the automaton of all patterns and allowed words; where a word is both, it is allowed."""
    automaton = ahocorasick.Automaton()
    for word in tables.words:
        if word.pattern not in automaton:
            automaton.add_word(word.pattern, word)
    for word in tables.words:
        for allowed in (*word.allow, *((word.pattern,) if word.kind == ALLOWED else ())):
            automaton.add_word(allowed, Word(allowed, ALLOWED, Level.INFO))
    automaton.make_automaton()
    return automaton


def matches(tables: Tables, text: str) -> list[Match]:
    """Return the words of a text, each with its beginning and end; what stands inside a longer one is not counted."""
    if not tables.words:
        return []
    found = [(end + 1 - len(word.pattern), end + 1, word) for end, word in _matcher(tables).iter(text)]
    found.sort(key=lambda match: (match[0], -match[1]))
    kept, reached = [], -1
    for start, end, word in found:
        if end > reached:
            kept.append((start, end, word))
            reached = end
    return [match for match in kept if match[2].kind != ALLOWED]


def matches_in(tables: Tables, piece: Piece) -> Iterator[Match]:
    """Yield the words of a title, a digest or a body that are looked for there."""
    for match in matches(tables, piece.text):
        if piece.name in _SCOPES.get(match[2].scope, _EVERYWHERE):
            yield match


def words_are_fit(look: Look) -> Iterator[Problem]:
    """The words of words.csv, each with its reason and a better one."""
    for piece in look.pieces:
        for start, end, word in matches_in(look.context.tables, piece):
            single = word.suggest if word.kind == KINDS["typo"] and "或" not in word.suggest else ""
            yield look.found(
                piece, (start, end), CODES.get(word.kind, "WORD_CAUTION"), word.level, message_of(word),
                fix=single or word.suggest, sure=bool(single),
            )  # fmt: skip


def message_of(word: Word) -> str:
    """Return what people are told of a word: its kind, why, and what to write instead."""
    better = "建议删去" if word.suggest == "删去" else f"建议写“{word.suggest}”" if word.suggest else "请改写"
    reason = f"：{word.reason.rstrip('。')}" if word.reason else ""
    return f"{word.kind}“{word.pattern}”{reason}。{better}。"


RULES: tuple[Rule, ...] = (words_are_fit,)

EXAMPLES = (
    Example("TYPO", "words.csv 里的错别字。", "进一步推动管理精淮化。", "进一步推动管理精准化。"),
    Example("WORD_BANNED", "words.csv 里的禁用词。", "帮扶辖区残废人。", "帮扶辖区残疾人。"),
    Example("WORD_CAUTION", "words.csv 里的慎用词，确有必要可以写明理由保留。", "领导莅临指导。", "领导到场指导。"),
    Example("WORD_TITLE", "标题平实，不用标题党词语。", "震惊！议事会开了四次", "议事会开了四次", Part.TITLE),
    Example("WORD_PHRASE", "固定提法要写准确、写完整。", "推进“一带一路”战略。", "推进“一带一路”倡议。"),
)  # fmt: skip
