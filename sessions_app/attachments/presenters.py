"""The files of a step as pages show them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

from django.urls import reverse

from sessions_app.attachments import file_types as file_kinds
from sessions_app.models import Attachment, Session, own_file_id

IMAGE_ENDINGS = tuple(
    ending
    for kind in file_kinds.FILE_TYPES
    if kind.content_type.startswith("image/")
    for ending in kind.endings
)


@dataclass(frozen=True)
class AttachmentItem:
    """A file of a step. `url` is "" for what is no file of the session and no web address: it is
    shown as text. `remove_url` is "" for all but the session's own files.
    """

    name: str
    url: str
    remove_url: str = ""
    is_image: bool = False


def own_file_ids(
    work_session: Session, lists: Iterable[Iterable[Mapping[str, str]]]
) -> frozenset[UUID]:
    """Return which files of the session the steps list: one query, and none without any."""
    ids = (own_file_id(item["url"]) for listed in lists for item in listed)
    wanted = {pk for pk in ids if pk is not None}
    if not wanted:
        return frozenset()
    found = Attachment.objects.filter(session_id=work_session.pk, pk__in=wanted)
    return frozenset(found.values_list("pk", flat=True))


def attachment_items(
    listed: Iterable[Mapping[str, str]], own: Collection[UUID]
) -> tuple[AttachmentItem, ...]:
    """Return the files that a step lists, as pages show them; `own` are the session's.

    The name of what was uploaded here ends as its type does.
    """
    return tuple(_item(item, own) for item in listed if item["name"] or item["url"])


def _item(item: Mapping[str, str], own: Collection[UUID]) -> AttachmentItem:
    name, key = item["name"], own_file_id(item["url"])
    if key in own:
        # Made of the id, never of what is stored: it becomes the target of a request.
        return AttachmentItem(
            name=name or "file",
            url=reverse("attachment", args=[key]),
            remove_url=reverse("attachment-remove", args=[key]),
            is_image=name.lower().endswith(IMAGE_ENDINGS),
        )
    if is_web_address(item["url"]):
        return AttachmentItem(name=name or item["url"], url=item["url"])
    return AttachmentItem(name=name or item["url"], url="")


def is_web_address(address: str) -> bool:
    """Return whether this is the address of a page elsewhere: http or https, and a host."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)
