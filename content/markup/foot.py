"""What we add to an article: the label of generated text at its head, and at its foot who stands for it."""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from content.article import Facts

# 《人工智能生成合成内容标识办法》: text that was generated says so in words, where a reader begins
LABEL = "本文内容由人工智能生成。"
RELATED = "本专题的其他文章："
RELATED_LIMIT = 5  # each link costs up to 300 of the 20,000 characters


@dataclass(frozen=True)
class Related:
    """Another article of the same theme that is out: its title, and its address in WeChat."""

    title: str
    address: str


@dataclass(frozen=True)
class Foot:
    """What stands under every article: the account's own text (Markdown), who reviews, the theme's articles."""

    text: str = ""
    reviewers: str = ""
    related: tuple[Related, ...] = ()


NO_FOOT = Foot()


class Framing(Treeprocessor):
    """Puts the label over the parsed text and the foot under it; running text in both is left as it is."""

    def __init__(self, md: Markdown, facts: Facts, foot: Foot) -> None:
        """Take what the article says of itself and what the account adds."""
        super().__init__(md)
        self._facts, self._foot = facts, foot

    def run(self, root: Element) -> None:
        """Change the tree in place."""
        if self._facts.ai_generated:
            label = Element("p", {"class": "label"})
            label.text = LABEL
            root.insert(0, label)
        section = Element("section", {"class": "foot"})
        if names := credits_of(self._facts, self._foot):
            SubElement(section, "p").text = AtomicString(names)
        self._related(section)
        if self._foot.text.strip():
            self.md.parser.parseChunk(section, self._foot.text.strip())
        if len(section):
            root.append(section)

    def _related(self, section: Element) -> None:
        if self._foot.related:
            SubElement(section, "p").text = RELATED
        for one in self._foot.related[:RELATED_LIMIT]:
            link = SubElement(SubElement(section, "p"), "a", {"href": one.address})
            link.text = AtomicString(one.title)


def credits_of(facts: Facts, foot: Foot) -> str:
    """Return source, author and reviewers in one line, such as 来源：街道办　作者：编辑部　审核：某某; "" without any."""
    told = (("来源", facts.source), ("作者", facts.author), ("审核", foot.reviewers))
    return "\u3000".join(f"{what}：{' '.join(name.split())}" for what, name in told if name.strip())
