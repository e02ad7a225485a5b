"""A card: the one article that a reader's message may be answered with, and its XML (wechat-api.md §2.3)."""

from __future__ import annotations

from bot.passive import element, reply


class Card(str):
    """An article as readers see it in the chat; as a text it is title and address, for where no card can be shown or kept."""

    headline: str
    digest: str
    picture: str  # the cover's address; without it WeChat shows title and digest alone
    url: str

    def __new__(cls, title: str, digest: str, picture: str, url: str) -> Card:
        """Return the card of an article."""
        made = super().__new__(cls, f"《{title}》\n{url}")
        made.headline, made.digest, made.picture, made.url = title, digest, picture, url
        return made

    def xml(self, *, source: str, target: str, seconds: int) -> str:
        """Return the passive reply of type news, with exactly one article: WeChat refuses more after a message."""
        texts = {"Title": self.headline, "Description": self.digest, "PicUrl": self.picture, "Url": self.url}
        item = "".join(element(name, text) for name, text in texts.items())
        inside = f"<ArticleCount>1</ArticleCount><Articles><item>{item}</item></Articles>"
        return reply("news", inside, source=source, target=target, seconds=seconds)
