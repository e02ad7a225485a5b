"""The channels beside WeChat's own messages, and who is on duty, as the settings give them."""

from __future__ import annotations

from dataclasses import dataclass, field

WECHAT, MAIL, ROBOT = "wechat", "mail", "robot"


@dataclass(frozen=True)
class MailServer:
    """The server that sends our e-mail, over SSL; one on this very machine is spoken to in clear."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    sender: str


@dataclass(frozen=True)
class Channels:
    """Mailboxes with their server, a robot's address, and the names on duty, first one first; all may be empty."""

    server: MailServer | None = None
    mailboxes: tuple[str, ...] = ()
    robot: str = field(default="", repr=False)  # it carries its key
    on_duty: tuple[str, ...] = ()


WECHAT_ALONE = Channels()


class Undelivered(Exception):
    """A message did not get through; the text holds no secret. `only_this`: the channel itself is well."""

    def __init__(self, text: str, *, only_this: bool = False) -> None:
        """Say what happened and what to do."""
        super().__init__(text)
        self.only_this = only_this
