"""Markdown of flow authors as HTML that is safe to show."""

from collections.abc import Mapping
from functools import lru_cache

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

from trees_app.variables import fill_html

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


def render(
    text: str,
    values: Mapping[str, str] | None = None,
    labels: Mapping[str, str] | None = None,
) -> SafeString:
    """Return `text` as HTML, its `{{ name }}` placeholders filled afterwards with escaped values.

    Filling the finished HTML is what keeps a value from becoming markup ([X12]). A blank variable
    that has a label in `labels` shows it as a gap.
    """
    return mark_safe(fill_html(_render(text), values or {}, labels or {}))  # noqa: S308 (cleaned above)
