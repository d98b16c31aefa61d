"""The files of a step as pages show them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sessions_app.attachments import file_types as file_kinds
from sessions_app.models import OWN_FILES

IMAGE_ENDINGS = tuple(
    ending
    for kind in file_kinds.FILE_TYPES
    if kind.content_type.startswith("image/")
    for ending in kind.endings
)


@dataclass(frozen=True)
class AttachmentItem:
    """A file of a step. `remove_url` is "" for one that only is an address elsewhere."""

    name: str
    url: str
    remove_url: str
    is_image: bool


def attachment_items(listed: Iterable[Mapping[str, str]]) -> tuple[AttachmentItem, ...]:
    """Return the files that a decision lists, as pages show them.

    The name of what was uploaded here ends as its type does.
    """
    return tuple(
        AttachmentItem(
            name=item["name"],
            url=item["url"],
            remove_url=f"{item['url']}/remove" if own else "",
            is_image=own and item["name"].lower().endswith(IMAGE_ENDINGS),
        )
        for item in listed
        if (own := item["url"].startswith(OWN_FILES)) or item["url"]
    )
