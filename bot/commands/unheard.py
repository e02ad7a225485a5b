"""What the account cannot take in from its own people: a voice, a video, a place on the map; they hear what to send instead."""

from __future__ import annotations

from bot.commands.table import Ask

MARKS = {
    "voice": "[语音]",
    "video": "[视频]",
    "shortvideo": "[小视频]",
    "location": "[位置]",
}  # by the kind of a message
_SAID = {
    MARKS["voice"]: "语音听不了，请打字发来；不方便打字，可以用输入法的语音输入。",
    MARKS["video"]: "视频看不了，请发照片，或打字说明。",
    MARKS["shortvideo"]: "视频看不了，请发照片，或打字说明。",
    MARKS["location"]: "位置看不了，请打字写社区或街道的名字。",
}


def is_unheard(words: str) -> bool:
    """Say whether words stand for a message that nobody here can take in."""
    return words in _SAID


def answer(ask: Ask) -> str:
    """Return what the sender is told; an open question stays open."""
    return f"{_SAID[ask.rest]}这一条没有办什么。"
