"""README, CONTRIBUTING and docs/, read as Markdown."""

import re
from functools import cache
from html import unescape
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

BASE_DIR = Path(__file__).resolve().parents[2]
PAGES = sorted([*BASE_DIR.glob("*.md"), *(BASE_DIR / "docs").glob("**/*.md")])


@cache
def tokens(page: Path) -> list[Token]:
    """Every token of the page, those inside of lines and table cells included."""
    found: list[Token] = []
    for token in MarkdownIt("commonmark").enable("table").parse(page.read_text()):
        found += [token, *(token.children or [])]
    return found


def code_spans(page: Path) -> list[str]:
    return [token.content for token in tokens(page) if token.type == "code_inline"]


def fences(page: Path, language: str) -> list[str]:
    return [
        token.content for token in tokens(page) if token.type == "fence" and token.info == language
    ]


def code(page: Path) -> str:
    """All that is written as code: spans, and blocks of any language."""
    kinds = ("code_inline", "fence")
    return "\n".join(token.content for token in tokens(page) if token.type in kinds)


def doc(name: str) -> Path:
    return BASE_DIR / "docs" / name


def table(page: Path, first_header: str) -> list[list[str]]:
    """The cells, as written, of the page's table whose first heading is this."""
    rows = [
        [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]
        for line in page.read_text().splitlines()
        if line.startswith("|")
    ]
    start = next(i for i, row in enumerate(rows) if row[0].strip("`") == first_header) + 2
    body = []
    for row in rows[start:]:
        if set("".join(row)) <= set("-: "):
            body.pop()  # the headings of the next table
            break
        body.append(row)
    return body


def names(rows: list[list[str]]) -> list[str]:
    return [row[0].strip("`") for row in rows]


def headings(page: Path) -> set[str]:
    """The anchors of the page's headings, as GitHub makes them."""
    found = tokens(page)
    texts = [found[i + 1].content for i, token in enumerate(found) if token.type == "heading_open"]
    return {
        re.sub(r"[^\w\- ]", "", text.replace("`", "")).strip().lower().replace(" ", "-")
        for text in texts
    }


def links(page: Path) -> set[str]:
    """What the page points to: links, images, and the attributes of raw tags."""
    found = {
        str(token.attrs.get("href") or token.attrs.get("src"))
        for token in tokens(page)
        if token.type in ("link_open", "image")
    }
    for token in tokens(page):
        if token.type in ("html_block", "html_inline"):
            found |= set(re.findall(r'(?:src|srcset|href)="([^"\s]+)"', unescape(token.content)))
    return found
