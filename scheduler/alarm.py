"""Alarms: what people must hear until it is over; and the ways out beside WeChat's own, e-mail and a group's robot.

Alarms begin, change, are taken and end here. Who hears when is in `telling`, what waits
to be sent in `outbox`; nothing else of ours speaks SMTP, or HTTP to anybody but WeChat.
"""

from __future__ import annotations

import json
import logging
import smtplib
import ssl
from collections.abc import Collection, Sequence
from contextlib import closing, suppress
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import BaseHandler, HTTPRedirectHandler, ProxyHandler, Request, build_opener

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from content.models import Event
from scheduler.channels import MailServer, Undelivered
from scheduler.hosts import is_this_machine
from scheduler.models import Alarm
from scheduler.robots import robot_of

log = logging.getLogger(__name__)

MAIL_SECONDS = 15  # for each step of the conversation
ROBOT_SECONDS = 10  # without a byte
ANSWER_BYTES = 65536
LINK_SECONDS = 5
HEADERS = {"Content-Type": "application/json; charset=utf-8"}


def ring(session: Session, key: str, text: str, *, now: datetime) -> None:
    """Begin an alarm, or change its text; an alarm that rings already does not ring again."""
    begun = Alarm(key=key, text=text, since=now)
    if _change(session, key, text):
        return
    try:
        with session.begin_nested():  # another process may ring at the same moment; the caller's work must stand
            session.add(begun)
        log.warning("alarm %s begins", key)
    except IntegrityError:
        _change(session, key, text)


def ring_anew(session: Session, key: str, text: str, *, since: datetime, now: datetime) -> None:
    """Ring as `ring` does; an alarm that rings since before a moment is over, and people are told once more."""
    old = update(Alarm).where(Alarm.key == key, Alarm.ended.is_(None), Alarm.since < since)
    session.execute(old.values(ended=now))
    ring(session, key, text, now=now)


def is_settled(session: Session, key: str, *, since: datetime) -> bool:
    """Say whether a person has said of an alarm that began at a moment or later that it is seen to."""
    begun = session.scalars(select(Alarm.id).where(Alarm.key == key, Alarm.since >= since, Alarm.ended.is_not(None)))
    settled = select(Event.id).where(Event.subject.in_([f"alarm:{number}" for number in begun])).limit(1)
    return session.scalar(settled) is not None


def _change(session: Session, key: str, text: str) -> bool:
    alarm = session.scalar(select(Alarm).where(Alarm.key == key, Alarm.ended.is_(None)))
    if alarm is not None:
        alarm.text = text
        session.flush()
    return alarm is not None


def end(session: Session, *keys: str, now: datetime) -> None:
    """End the alarms of these keys, if they ring."""
    session.execute(update(Alarm).where(Alarm.key.in_(keys), Alarm.ended.is_(None)).values(ended=now))


def end_others(session: Session, kinds: Collection[str], named: Collection[str], *, now: datetime) -> None:
    """End what rings of some kinds (the first part of the key) and is no longer named."""
    for alarm in ringing(session):
        if alarm.key.partition(":")[0] in kinds and alarm.key not in named:
            alarm.ended = now


def ringing(session: Session) -> Sequence[Alarm]:
    """Return the alarms that are not over, oldest first."""
    return session.scalars(select(Alarm).where(Alarm.ended.is_(None)).order_by(Alarm.id)).all()


def take(session: Session, number: int, *, by: str, now: datetime) -> Alarm | None:
    """Note that a person sees to an alarm, so that nobody is told of it any more; None when it does not ring.

    It rings on until it is over. Whoever takes it first is the one.
    """
    alarm = _that_rings(session, number)
    if alarm is not None and alarm.taken_at is None:
        alarm.taken_at, alarm.taken_by = now, by
        session.add(Event(subject=f"alarm:{number}", at=now, by=by, why="收到"))
    return alarm


def settle(session: Session, number: int, *, by: str, now: datetime) -> Alarm | None:
    """End one alarm by its number, as a person who has seen to it says; None when it does not ring."""
    alarm = _that_rings(session, number)
    if alarm is not None:
        alarm.ended = now
        session.add(Event(subject=f"alarm:{number}", at=now, by=by, why="记为处理完"))
    return alarm


def _that_rings(session: Session, number: int) -> Alarm | None:
    return session.scalar(select(Alarm).where(Alarm.id == number, Alarm.ended.is_(None)).with_for_update())


def send_mail(server: MailServer, to: str, subject: str, text: str, *, name: str, now: datetime) -> None:
    """Send a plain text; Undelivered when the server did not take it.

    name: the same for each try of one message, so that mail programs see a repeat for what it is.
    """
    message = EmailMessage(policy=SMTP)
    message["Subject"], message["From"], message["To"] = subject, server.sender, to
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{name}@{server.sender.rpartition('@')[2]}>"
    message.set_content(text, cte="base64")
    try:
        with closing(_mail_connected(server)) as smtp:
            if server.user:
                smtp.login(server.user, server.password)
            smtp.send_message(message, server.sender, [to])
            with suppress(smtplib.SMTPException, OSError):  # it is sent, whatever becomes of the farewell
                smtp.quit()
    except (smtplib.SMTPException, OSError, ValueError) as error:
        raise _mail_trouble(server, error) from None


def _mail_connected(server: MailServer) -> smtplib.SMTP:
    if is_this_machine(server.host):
        return smtplib.SMTP(server.host, server.port, timeout=MAIL_SECONDS)
    return smtplib.SMTP_SSL(server.host, server.port, timeout=MAIL_SECONDS, context=ssl.create_default_context())


def _mail_trouble(server: MailServer, error: Exception) -> Undelivered:
    code = getattr(error, "smtp_code", type(error).__name__)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return Undelivered("邮件服务器不收这个收件人，请核对 [alarm] email。", only_this=True)
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return Undelivered(
            f"邮件服务器不让登录（{code}）：请核对 [mail] user 和 password，多数邮箱要填授权码，不是登录密码。"
        )
    if isinstance(error, smtplib.SMTPSenderRefused):
        return Undelivered(f"邮件服务器不收这个发件人（{code}）：[mail] from 应和登录名是同一个邮箱。")
    if isinstance(error, smtplib.SMTPResponseException):
        return Undelivered(f"邮件服务器没有接受（{code}）。")
    return Undelivered(f"和邮件服务器 {server.host}:{server.port} 没有谈成（{code}）：请核对 [mail] host 和 port。")


def send_to_robot(address: str, text: str) -> None:
    """Send a text; Undelivered when the robot did not take it."""
    robot = robot_of(address)
    if robot is None:
        raise Undelivered("[alarm] webhook 不是企业微信、钉钉或飞书群机器人的网址。")
    body = json.dumps(robot.body(text), ensure_ascii=False).encode(errors="replace")
    try:
        # robot_of has let https pass, and http on this very machine
        answer = _answer(Request(address, data=body, headers=HEADERS, method="POST"))  # noqa: S310
    except HTTPError as error:
        error.close()
        raise Undelivered(f"{robot.name}回了 HTTP {error.code}。") from None
    except (OSError, HTTPException, ValueError) as error:  # its own text may hold the address
        raise Undelivered(f"{robot.name}连不上，或回答读不懂（{type(error).__name__}）：请检查网络和代理。") from None
    if refusal := robot.refusal(answer):
        raise Undelivered(refusal)


def status_of(address: str) -> int | None:
    """Ask for the head of a public page and return HTTP's status, None where nothing answers; redirects are not followed."""
    try:
        with build_opener(_Straight()).open(Request(address, method="HEAD"), timeout=LINK_SECONDS) as response:  # noqa: S310 - is_public
            status: int = response.status
            return status
    except HTTPError as error:
        error.close()
        return error.code
    except (OSError, HTTPException, ValueError):
        return None


def _answer(request: Request) -> dict[str, Any]:
    ways: list[BaseHandler] = [_Straight()]
    if is_this_machine(urlsplit(request.full_url).hostname or ""):
        ways.append(ProxyHandler({}))
    with build_opener(*ways).open(request, timeout=ROBOT_SECONDS) as response:
        answer = json.loads(response.read(ANSWER_BYTES))
    return answer if isinstance(answer, dict) else {}


class _Straight(HTTPRedirectHandler):
    """No way round: a redirect would carry the text to another host."""

    def redirect_request(self, *args: Any, **more: Any) -> None:
        """Follow none."""
        return
