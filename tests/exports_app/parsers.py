"""Reads exports back, as a reader with a parser would: what was written, and what it says."""

import re

import html5lib
from markdown_it import MarkdownIt

_PARSER = MarkdownIt("commonmark").enable("table")
#: The blocks of a Markdown export; anything else was made by content.
WRITTEN_BLOCKS = {
    "heading", "paragraph", "inline", "fence", "table", "thead", "tbody", "tr", "th", "td",
    "bullet_list", "ordered_list", "list_item", "hr",
}  # fmt: skip
WRITTEN_INLINE = {"text", "softbreak", "hardbreak", "strong_open", "strong_close"}
_EMPHASISED = re.compile(r"^\*Custom step added by engineer\*$", re.MULTILINE)


def words(text: str) -> str:
    """Return text with every run of white space as one space: how a reader compares."""
    return " ".join(text.split())


class Markdown:
    """A parsed Markdown export: its headings, its whole text, its fences, its foreign parts.

    `rules` is how many rules stand in it.
    """

    def __init__(self, content: str) -> None:
        self.headings: list[tuple[str, str]] = []
        self.texts: list[str] = []
        self.fences: list[str] = []
        self.lists: list[list[str]] = []
        self.foreign: set[str] = set()
        self.rules = 0
        tokens = _PARSER.parse(_EMPHASISED.sub("Custom step added by engineer", content))
        level = ""
        for token in tokens:
            block = re.sub(r"_(open|close)$", "", token.type)
            if block not in WRITTEN_BLOCKS:
                self.foreign.add(token.type)
            self.rules += token.type == "hr"
            if token.type == "heading_open":
                level = token.tag
            elif token.type in ("bullet_list_open", "ordered_list_open"):
                self.lists.append([])
            elif token.type == "fence":
                self.fences.append(token.content)
                self.texts.append(token.content)
            elif token.type == "inline":
                shown = "".join(self._said(child) for child in token.children or ())
                self.texts.append(shown)
                if level:
                    self.headings.append((level, shown))
                level = ""
        self.text = "\n".join(self.texts)

    def _said(self, child) -> str:
        if child.type not in WRITTEN_INLINE:
            self.foreign.add(child.type)
        return "\n" if child.type in ("softbreak", "hardbreak") else child.content


class Page:
    """A parsed HTML export: elements with their attributes, headings, text, parse errors."""

    def __init__(self, content: str) -> None:
        parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), strict=False)
        root = parser.parse(content)
        self.errors = parser.errors
        self.elements = [
            (_name(element.tag), tuple(sorted(element.attrib))) for element in root.iter()
        ]
        body = next(element for element in root.iter() if _name(element.tag) == "body")
        self.headings = [
            (_name(element.tag), "".join(element.itertext()))
            for element in body.iter()
            if _name(element.tag) in ("h1", "h2", "h3")
        ]
        self.text = "".join(body.itertext())
        self.lines = [
            "".join(element.itertext())
            for element in body.iter()
            if element.attrib.get("class") == "text"
        ]


def _name(tag) -> str:
    return tag.rsplit("}", 1)[-1] if isinstance(tag, str) else "#comment"
