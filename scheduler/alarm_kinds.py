"""The kinds of alarms: which cannot wait for the morning, why, and the words that end the text where it has none."""

from __future__ import annotations

from dataclasses import dataclass

SETTLE = "看过并处理好了请回复：处理完 {number}"
CHECK = "看还有什么不对：wxops check。"
DOCTOR = "找原因：wxops doctor。"


@dataclass(frozen=True)
class Kind:
    """An urgent alarm is told at any hour, and again until somebody answers; `words` may hold {number} and {of}."""

    urgent: bool
    why: str
    words: str = ""
    once: bool = False  # urgent, but told once and to everybody: whoever rings it says when people hear it anew

    def ending(self, key: str, number: int) -> str:
        """Return what a person may send or run about this alarm; empty where its own text says it."""
        return self.words.format(number=number, of=key.rpartition(":")[2])


KINDS = {
    # urgent: readers see something wrong, or wait for something, and only a person can change it
    "overdue": Kind(True, "its time is past and nothing sends it any more without a person"),
    "unsure": Kind(True, "it may be out or not, and only a look at the back office tells"),
    "sensitive": Kind(True, "its time has come, and only a person lets it go on such a day"),
    "which-text": Kind(True, "its time has come, and only a person says which text goes out"),
    "failed": Kind(True, "WeChat refused a post whose time has come"),
    "outside": Kind(True, "somebody else may be publishing in the account's name", SETTLE),
    "outside-mass": Kind(True, "somebody else may be pushing in the account's name", SETTLE),
    "taken-down": Kind(True, "what readers saw is gone, and nobody here took it down", SETTLE),
    "unreviewed": Kind(True, "readers see a text that nobody approved", SETTLE),
    "edited": Kind(True, "readers see another text than the approved one", SETTLE),
    "urgent-ready": Kind(True, "an urgent notice has passed its review, and only a person lets it go"),
    "restored": Kind(True, "all publishing stands still until a person has compared"),
    "undrafted": Kind(True, "its time has come, and there is no draft that could go out"),
    "word-due": Kind(True, "its time has come, and only a person lets it go with that word"),
    "scheduler-silent": Kind(True, "nothing goes out any more, and only a person can start it again"),
    "idle-last": Kind(True, "tomorrow the account fails the inspection"),
    "protected": Kind(True, "the administrator has half an hour to confirm a push", once=True),
    "withdraw": Kind(True, "readers see what was to be taken down, and only a person can take it down"),
    "withdraw-confirm": Kind(True, "one person alone has taken something down, and a second must know of it"),
    "correct": Kind(True, "readers see wrong words, and only a person can change them or prove that they are changed"),
    # the rest: known long before it matters, tried again by itself, or past mending tonight
    "press": Kind(False, "the draft is made a day ahead"),
    "unpressed": Kind(False, "people chose the moment themselves, and press by day"),
    "changed-draft": Kind(False, "the draft is made a day ahead"),
    "stray": Kind(False, "nobody presses at night what was not asked for", DOCTOR),
    "stray-gone": Kind(False, "what may be out was pressed by day", SETTLE),
    "draft": Kind(False, "the draft is made a day ahead; undrafted follows when its time comes", DOCTOR),
    "uncommented": Kind(False, "the post goes out all the same", SETTLE),
    "redrafted": Kind(False, "the new draft holds the same text", SETTLE),
    "waits": Kind(False, "it is tried again by itself; overdue follows when that does not help", DOCTOR),
    "unapproved": Kind(False, "reviewers are asleep, and a late approval sends nothing by itself"),
    "unapproved-soon": Kind(False, "told a day ahead and again, and a late approval sends nothing by itself"),
    "warning-end": Kind(False, "readers sleep, and the text says itself until when it holds"),
    "urgent-review": Kind(False, "it is told in the morning after"),
    "silent": Kind(False, "it has waited for a day already"),
    "idle": Kind(False, "days are left, and a post is not written at night"),
    "guessing": Kind(False, "it is locked by itself", "是自己人打错的请回复：解锁绑定；看过了请回复：处理完 {number}"),
    "left": Kind(False, "offices are closed at night", SETTLE),
    "verification": Kind(False, "days are left, and offices are closed at night"),
    "notice": Kind(False, "the state is asked for instead", SETTLE),
    "evidence": Kind(False, "nothing depends on it tonight, and WeChat keeps the picture for three days", SETTLE),
    "unproven": Kind(False, "it has waited for a day already", SETTLE),
    "countersign": Kind(False, "it is about a month that is over", SETTLE),
    "comments": Kind(False, "it has waited for days already"),
    "ticket": Kind(False, "it begins before the night in which the window would end"),
    "tickets": Kind(False, "it has waited for a day already"),
    "comment-refused": Kind(False, "a comment stays as it was", SETTLE),
    "weekly": Kind(False, "it is tried again by itself, and offices are closed at night"),
    "weekly-contract": Kind(False, "about files"),
    "weekly-corrected": Kind(False, "groups sleep at night"),
    "word": Kind(False, "it waits by itself; word-due follows when its time comes"),
    "word-out": Kind(False, "readers have seen it for long", SETTLE),
    "correct-approve": Kind(False, "whoever may approve it was told at once, and is asleep"),
    "anomaly": Kind(False, "the figures are in and stay as they are"),
    "figures": Kind(False, "a typed figure waits for a second person, and nobody misses it tonight"),
    "figures-refused": Kind(False, "figures can be pulled for 30 days, and it is tried again by itself", DOCTOR),
    "effect": Kind(False, "it is about a month that is over"),
    "few": Kind(False, "it is about the coming month"),
    "changed": Kind(False, "whoever changed the file is asleep", "改好后请回复：送审 {of}"),
    "missing": Kind(False, "whoever moved the file is asleep"),
    "slug": Kind(False, "about files", CHECK),
    "full": Kind(False, "about files", CHECK),
    "notify": Kind(False, "about files", CHECK),
    "broken": Kind(False, "about files", CHECK),
    "places": Kind(False, "about files", "改好后一分钟内自己重读。"),
    "places-fewer": Kind(False, "about files"),
    "uncovered": Kind(False, "whoever assigns people is asleep"),
    "unreadable": Kind(False, "about files", CHECK),
    "replies": Kind(False, "readers get the answers of before", CHECK),
}
UNKNOWN = Kind(False, "nobody has thought about it yet", SETTLE)


def kind_of(key: str) -> Kind:
    """Return the kind of an alarm by the first part of its key."""
    return KINDS.get(key.partition(":")[0], UNKNOWN)
