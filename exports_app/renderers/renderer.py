"""What a format is: its name, its two functions, and what the pages need to know about it."""

from collections.abc import Callable
from dataclasses import dataclass

from ..document import BatchDocument, ExportDocument


@dataclass(frozen=True, slots=True)
class Renderer:
    """A format. `render` and `render_batch` are pure functions from a document to its text.

    `name` is the value of the option `format`, `label` the text on pages, `extension` the end of
    file names, without a dot. `is_page` says that the text is an HTML document: the preview shows
    it rendered, and pictures are embedded in it. With `needs_resolution` the document always has
    a resolution, taken from the last step if nobody wrote one ([X14]).
    """

    name: str
    label: str
    media_type: str
    extension: str
    render: Callable[[ExportDocument], str]
    render_batch: Callable[[BatchDocument], str]
    is_page: bool = False
    needs_resolution: bool = False
