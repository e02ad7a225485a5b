"""A callback's body: from bytes to the fields of one message, or the reason why it is none.

WeChat sends what users type, control characters and cut UTF-8 included; that is
mended. What WeChat never sends (declarations, doubled fields) is refused.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from xml.etree import ElementTree

INVALID_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
CHARACTER_REFERENCE = re.compile(r"&#(?:x([0-9A-Fa-f]{1,8})|([0-9]{1,8}));")
SECONDS = re.compile(r"[0-9]{1,10}")
LATEST = 4_102_444_800  # 2100-01-01: a CreateTime beyond it is no time
LEVELS = 10  # WeChat's deepest event, MASSSENDJOBFINISH, has five
PLAIN_FIELDS = ("ToUserName", "FromUserName", "CreateTime", "MsgType", "MsgId", "Event", "EventKey", "Content")


class Malformed(Exception):
    """The body is not a message; the text says why, for the log."""


@dataclass(frozen=True)
class Message:
    """One message or event; what WeChat left out is an empty text."""

    sender: str
    recipient: str
    created: int
    kind: str
    text: str
    event: str
    event_key: str
    msg_id: str
    fields: Mapping[str, Any]
    proof: str = ""  # the signed time and nonce under which it came
    sealed: bool = False  # it came encrypted, and the signature covers it, too (wechat-api.md §2.1, msg_signature)
    xml: str = ""  # as it came, out of its envelope

    @cached_property
    def key(self) -> str:
        """Return what is the same for the repeats of this message and for no other, hashed.

        MsgId with the sender, since WeChat has given two senders the same one; events
        have none, so their time, name and key count, and the job that a job event speaks of.
        Without a time nothing tells two events apart, so each is its own; one whose text
        is signed is itself again when the same text comes under the same time and nonce.
        """
        if self.msg_id not in ("", "0"):
            parts = [self.sender, self.msg_id]
        elif self.created:
            parts = [self.sender, str(self.created), self.kind, self.event, self.event_key, self.text, self.job]
        else:
            parts = [self.proof, self.xml] if self.sealed else [secrets.token_hex(16)]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()

    @property
    def job(self) -> str:
        """Return the publish_id or MsgID that a job event speaks of, or an empty text."""
        info = self.fields.get("PublishEventInfo") if self.event == "publishjobfinish" else self.fields
        name = "publish_id" if self.event == "publishjobfinish" else "MsgID"
        job = info.get(name) if isinstance(info, Mapping) else None
        return job if isinstance(job, str) else ""


def clean(body: bytes) -> str:
    """Return the body as text that an XML parser takes: cut UTF-8 and control characters are replaced or dropped."""
    text = body.decode("utf-8-sig", errors="replace")
    text = INVALID_XML.sub("", text).strip()
    return CHARACTER_REFERENCE.sub(_kept_reference, text)


def fields_of(xml: str) -> Mapping[str, Any]:
    """Return the fields of a cleaned body, nested ones as mappings and repeated ones as lists.

    Malformed when it is no <xml>. wechatpy's parse_message fails on an empty Event, makes a
    "subscribe_scan" of a subscribe by QR code, and takes five times as long.
    """
    markup = _markup(xml)
    if "<!" in markup or "<?" in markup.removeprefix("<?xml "):
        raise Malformed("declarations and processing instructions are not taken")
    try:
        root = ElementTree.fromstring(xml)  # noqa: S314 - declarations, by which entities come, are refused above
    except (ElementTree.ParseError, ValueError) as error:
        raise Malformed(f"no XML message ({type(error).__name__}); does WeChat push JSON?") from error
    fields = _value(root, LEVELS)
    if root.tag != "xml" or not isinstance(fields, Mapping):
        raise Malformed("another element than <xml>, or nothing in it")
    return fields


def message_of(fields: Mapping[str, Any], proof: str = "", xml: str = "", *, sealed: bool = False) -> Message:
    """Return the message that these fields make; Malformed when they make none.

    proof: the time and nonce that were signed. xml: the cleaned text that the fields were read from.
    sealed: whether that text was signed, too.
    """
    plain = {name: fields.get(name) for name in PLAIN_FIELDS}
    if any(value is not None and not isinstance(value, str) for value in plain.values()):
        raise Malformed("a field is doubled or nested")
    if not plain["FromUserName"] or not plain["ToUserName"] or not plain["MsgType"]:
        raise Malformed("no sender, no recipient or no type" + (" (but encrypted)" if "Encrypt" in fields else ""))
    created = plain["CreateTime"] or "0"
    if not SECONDS.fullmatch(created) or int(created) > LATEST:
        raise Malformed("CreateTime is no time")
    return Message(
        sender=plain["FromUserName"],
        recipient=plain["ToUserName"],
        created=int(created),
        kind=plain["MsgType"].lower(),
        text=(plain["Content"] or "").strip(),
        event=(plain["Event"] or "").lower(),
        event_key=plain["EventKey"] or "",
        msg_id=plain["MsgId"] or "",
        fields=fields,
        proof=proof,
        sealed=sealed,
        xml=xml,
    )


def _markup(xml: str) -> str:
    """Return what stands outside of CDATA."""
    first, *others = xml.split("<![CDATA[")
    return first + "".join(other.partition("]]>")[2] for other in others)


def _value(element: ElementTree.Element, levels: int) -> Any:
    """Return an element's text, None for none; of one with others inside a mapping, with lists of repeated ones."""
    if levels < 0:
        raise Malformed("nested too deep")
    if not len(element):
        return (element.text or "").strip() or None
    found: dict[str, Any] = {}
    for inner in element:
        value = _value(inner, levels - 1)
        if inner.tag not in found:
            found[inner.tag] = value
        elif isinstance(found[inner.tag], list):
            found[inner.tag].append(value)
        else:
            found[inner.tag] = [found[inner.tag], value]
    return found


def _kept_reference(match: re.Match[str]) -> str:
    number = int(match[1], 16) if match[1] else int(match[2])
    return "" if number > 0x10FFFF or INVALID_XML.match(chr(number)) else match[0]
