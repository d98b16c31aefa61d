"""The registry of formats. Each module here writes one format and defines its `RENDERER`.

Options, forms, pages, batch, OpenAPI document, command, benchmark and tests read `RENDERERS` when
they are asked, so a format that is registered is offered everywhere.
"""

from . import html, markdown, psa, text
from .renderer import Renderer

#: By name, in the order in which documentation and error messages list the formats.
RENDERERS: dict[str, Renderer] = {
    module.RENDERER.name: module.RENDERER for module in (markdown, text, html, psa)
}
#: What an export is without the option `format`.
DEFAULT_FORMAT = markdown.RENDERER.name
#: What pages offer first: the format for the box of a ticket.
TICKET_FORMAT = psa.RENDERER.name


def format_labels() -> dict[str, str]:
    """Return the label of each format by its name, in the order in which pages offer them."""
    ticket_first = sorted(RENDERERS, key=lambda name: name != TICKET_FORMAT)
    return {name: RENDERERS[name].label for name in ticket_first}


def page_format(preferred: str) -> str:
    """Return `preferred` if it is a format that can be shown as a page, else the first that can."""
    pages = [name for name, renderer in RENDERERS.items() if renderer.is_page]
    return preferred if preferred in pages else pages[0]
