"""From an article's Markdown to the tree that is written as HTML: the `markdown` parser with our extensions.

The parser is python-markdown; what it gets wrong for Chinese or for WeChat is
mended through its own extension API: block and inline processors here, one
treeprocessor (`finish`) for what WeChat needs of the finished tree.
"""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    """Return the words of a text as a set: the tables of tags and properties are written this way."""
    return frozenset(text.split())
