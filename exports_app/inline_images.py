"""Embed the images of a session in its HTML export, so that the page shows them from disk.

Only without masking: what a screenshot shows can't be checked, so a masked export names the files
and leaves the images out ([R4]).
"""

import base64
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from exports_app.document import ExportAttachment, ExportDocument
from exports_app.options import ExportOptions
from exports_app.renderers import RENDERERS
from sessions_app.attachments import storage as file_store
from sessions_app.models import Attachment, own_file_id

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from sessions_app.models import Session

MAX_IMAGE_BYTES = 2 * 1024 * 1024
MAX_TOTAL_BYTES = 8 * 1024 * 1024


def embed_images(
    document: ExportDocument, work_session: "Session", options: ExportOptions
) -> ExportDocument:
    """Return `document` with the images of the session in it, in the order of the steps.

    An image over 2 MB, or beyond 8 MB in all, stays a name in the list, as in other formats. One
    query, and none when no step lists an uploaded file.
    """
    wanted = _attachment_ids(document, options)
    if not wanted:
        return document
    found = _read_images(work_session, wanted)
    steps = tuple(
        step._replace(attachments=tuple(_with_image(item, found) for item in step.attachments))
        if step.attachments
        else step
        for step in document.steps
    )
    return replace(document, steps=steps)


def has_images(document: ExportDocument, work_session: "Session", options: ExportOptions) -> bool:
    """Return whether `embed_images` would find images for `document`, without reading them."""
    wanted = _attachment_ids(document, options)
    return bool(wanted) and _images(work_session, wanted).exists()


def _attachment_ids(document: ExportDocument, options: ExportOptions) -> set[UUID]:
    """Return the ids of the uploaded files in the steps; none where no image may be shown."""
    if not RENDERERS[options.format].is_page or options.redaction_mode != "none":
        return set()
    return {
        key
        for step in document.steps
        for item in step.attachments
        if (key := own_file_id(item.url)) is not None
    }


def _images(work_session: "Session", wanted: set[UUID]) -> "QuerySet[Attachment]":
    return Attachment.objects.filter(
        session=work_session,
        pk__in=wanted,
        content_type__startswith="image/",
        size__lte=MAX_IMAGE_BYTES,
    )


def _read_images(work_session: "Session", wanted: set[UUID]) -> dict[UUID, str]:
    """Return the images among `wanted` that belong to the session, as `data:` addresses."""
    found, room = {}, MAX_TOTAL_BYTES
    for file in _images(work_session, wanted):
        if file.size > room:
            continue
        try:
            with file_store.open_file(file.account_id, file.stored_as) as stored:
                data = stored.read()
        except FileNotFoundError:
            continue
        room -= file.size
        found[file.pk] = f"data:{file.content_type};base64,{base64.b64encode(data).decode()}"
    return found


def _with_image(item: ExportAttachment, found: dict[UUID, str]) -> ExportAttachment:
    key = own_file_id(item.url)
    return replace(item, image=found.get(key, "")) if key else item
