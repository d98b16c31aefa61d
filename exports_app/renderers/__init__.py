"""How a document is written down, one module per format.

A new format is one module with `render(document) -> str`, and one line in `RENDERERS`: the
options, the API and the pages take the names of the formats from there.
"""

from collections.abc import Callable
from dataclasses import dataclass

from ..document import ExportDocument
from . import html, markdown, psa, text


@dataclass(frozen=True, slots=True)
class Renderer:
    """A format: its function, its media type, and the ending of its files."""

    render: Callable[[ExportDocument], str]
    media_type: str
    ending: str


RENDERERS = {
    "markdown": Renderer(markdown.render, "text/markdown", "md"),
    "text": Renderer(text.render, "text/plain", "txt"),
    "html": Renderer(html.render, "text/html", "html"),
    "psa": Renderer(psa.render, "text/plain", "txt"),
}
