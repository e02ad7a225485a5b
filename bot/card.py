"""A card: the one article that a reader's message may be answered with, and its XML (wechat-api.md §2.3)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Card:
    """An article as readers see it in the chat; without a picture WeChat shows title and digest alone."""

    title: str
    digest: str
    picture: str
    url: str

    def __str__(self) -> str:
        """Return it as a text, for where no card can be kept or shown."""
        return f"《{self.title}》\n{self.url}"

    def xml(self, *, source: str, target: str, seconds: int) -> str:
        """Return the passive reply of type news, with exactly one article: WeChat refuses more after a message."""
        texts = {"Title": self.title, "Description": self.digest, "PicUrl": self.picture, "Url": self.url}
        item = "".join(_element(name, text) for name, text in texts.items())
        head = _element("ToUserName", target) + _element("FromUserName", source)
        return (
            f"<xml>{head}<CreateTime>{seconds}</CreateTime><MsgType><![CDATA[news]]></MsgType>"
            f"<ArticleCount>1</ArticleCount><Articles><item>{item}</item></Articles></xml>"
        )


def _element(name: str, text: str) -> str:
    return f"<{name}><![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]></{name}>"
