"""E-mail: one text to one mailbox, by SMTP over SSL, with a time limit."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import closing, suppress
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from scheduler.alarm.channels import MailServer, Undelivered
from scheduler.hosts import is_this_machine

SECONDS = 15  # for each step of the conversation


def send(server: MailServer, to: str, subject: str, text: str, *, name: str, now: datetime) -> None:
    """Send a plain text; Undelivered when the server did not take it.

    name: the same for each try of one message, so that mail programs see a repeat for what it is.
    """
    message = EmailMessage(policy=SMTP)
    message["Subject"], message["From"], message["To"] = subject, server.sender, to
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{name}@{server.sender.rpartition('@')[2]}>"
    message.set_content(text, cte="base64")
    try:
        with closing(_connected(server)) as smtp:
            if server.user:
                smtp.login(server.user, server.password)
            smtp.send_message(message, server.sender, [to])
            with suppress(smtplib.SMTPException, OSError):  # it is sent, whatever becomes of the farewell
                smtp.quit()
    except (smtplib.SMTPException, OSError, ValueError) as error:
        raise _words(server, error) from None


def _connected(server: MailServer) -> smtplib.SMTP:
    if is_this_machine(server.host):
        return smtplib.SMTP(server.host, server.port, timeout=SECONDS)
    return smtplib.SMTP_SSL(server.host, server.port, timeout=SECONDS, context=ssl.create_default_context())


def _words(server: MailServer, error: Exception) -> Undelivered:
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
