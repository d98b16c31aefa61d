"""Markdown of flow authors as HTML that is safe to show."""

import html
from collections.abc import Mapping
from functools import lru_cache

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

from trees_app.variables import fill

TAGS = {
    "a", "blockquote", "br", "code", "del", "em", "h3", "h4", "hr", "li", "ol", "p", "pre",
    "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
PARSER = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


@lru_cache(maxsize=2048)
def _render(text: str) -> str:
    return nh3.clean(
        PARSER.render(text),
        tags=TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer",
    )


def render(text: str, values: Mapping[str, str] | None = None) -> SafeString:
    """Return `text` as HTML, its `{{ name }}` placeholders filled afterwards with escaped values.

    Filling the finished HTML is what keeps a value from becoming markup ([X12]).
    """
    escaped = {name: html.escape(value) for name, value in (values or {}).items()}
    return mark_safe(fill(_render(text), escaped))  # noqa: S308 (cleaned above)
