"""Files at the steps of a session: adding, removing, reading, and finding orphaned ones.

A step lists its files by name and address: in `Decision.attachments` once it is recorded, in the
session's drafts before. So an answer is recorded, read and exported without a query for files.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Sum
from django.http import Http404

from accounts_app.models import Account, User
from resolutionflow.web.errors import Conflict, Invalid
from sessions_app import limits
from sessions_app.attachments import file_types as file_kinds
from sessions_app.attachments import storage as file_store
from sessions_app.models import Attachment, Decision, Session
from sessions_app.permissions import STALE_MESSAGE, get_readable_session, lock_open_session
from sessions_app.recording.edits import save_edit

MEGABYTE = 1024 * 1024
FILE_FIELD = "file"
NO_FILE_MESSAGE = "Choose a file first."


@dataclass(frozen=True)
class StepRef:
    """The step that a file is for: its position, counted from 1, and its node."""

    position: int
    node_id: str


def max_bytes() -> int:
    return settings.MAX_ATTACHMENT_MB * MEGABYTE


def too_large_message(size: int) -> str:
    """Return the message about a file of `size` bytes that is over the limit."""
    return (
        f"The file has {size / MEGABYTE:,.1f} MB; "
        f"{settings.MAX_ATTACHMENT_MB} MB fit. Shrink it, or keep it in the ticket."
    )


def read_upload(upload: UploadedFile) -> bytes:
    """Return the bytes of an uploaded file; raise `Invalid` before reading one that is
    too large.
    """
    if (upload.size or 0) > max_bytes():
        raise Invalid({FILE_FIELD: too_large_message(upload.size or 0)})
    return upload.read()


def add_attachment(
    *, user: User, pk: Any, name: str, data: bytes, place: StepRef | None = None
) -> Attachment:
    """Add a file to a step, recorded or not; without `place`, to the current one.

    The same bytes at the same step are one file, however often they are sent. Raises `Invalid` for
    a file that is too large, of another kind, or beyond the account's quota, `Conflict` when the
    path doesn't have that step any more.
    """
    if len(data) > max_bytes():
        raise Invalid({FILE_FIELD: too_large_message(len(data))})
    try:
        kind = file_kinds.detect_type(data)
    except file_kinds.NotAccepted as refused:
        raise Invalid({FILE_FIELD: str(refused)}) from None
    sha256 = hashlib.sha256(data).hexdigest()
    with transaction.atomic():
        work_session = lock_open_session(user, pk)
        decision = _decision_at(work_session, place)
        node_id = decision.node_id if decision else work_session.current_node
        if not node_id:
            raise Invalid({FILE_FIELD: "The path ends here; attach the file to one of its steps."})
        listed = decision.attachments if decision else work_session.draft_attachments(node_id)
        if known := _find_duplicate(work_session, sha256, listed):
            return known
        if len(listed) >= limits.FILES_PER_STEP:
            raise Invalid({FILE_FIELD: f"A step has room for {limits.FILES_PER_STEP} files."})
        _require_quota(work_session.account_id, len(data))
        attachment = Attachment.objects.create(
            account_id=work_session.account_id,
            session=work_session,
            node_id=node_id,
            name=file_kinds.safe_name(name, kind),
            content_type=kind.content_type,
            size=len(data),
            sha256=sha256,
            # Should the rest fail, the file stays without a row, for the sweep.
            stored_as=file_store.save(work_session.account_id, data),
            created_by=user,
        )
        files = [*listed, attachment.list_entry]
        _save_listed_files(work_session, decision, node_id, files, by=user)
    return attachment


def _decision_at(work_session: Session, place: StepRef | None) -> Decision | None:
    """Return the recorded step at `place`; None for the current one.

    A step that was answered while the file was on its way is still the one that it is for.
    """
    if place is None:
        return None
    decision = work_session.decisions.filter(position=place.position).first()
    if decision is not None and decision.node_id == place.node_id:
        return decision
    here = (work_session.decision_count + 1, work_session.current_node)
    if decision is None and (place.position, place.node_id) == here:
        return None
    raise Conflict(STALE_MESSAGE, work_session)


def _find_duplicate(
    work_session: Session, sha256: str, listed: Iterable[dict[str, str]]
) -> Attachment | None:
    addresses = {item.get("url") for item in listed}
    same = Attachment.objects.filter(session=work_session, sha256=sha256)
    return next((file for file in same if file.url in addresses), None)


def _require_quota(account_id: UUID, size: int) -> None:
    """Raise `Invalid` when the account's quota doesn't allow `size` bytes more.

    The account's row is locked, so that two files at once can't both use the last bytes.
    """
    account = Account.objects.select_for_update(no_key=True).get(pk=account_id)
    used = Attachment.objects.filter(account=account).aggregate(all=Sum("size"))["all"] or 0
    if used + size > account.attachment_quota_mb * MEGABYTE:
        raise Invalid(
            {
                FILE_FIELD: f"Your account's room for files is full: {used / MEGABYTE:,.0f} of "
                f"{account.attachment_quota_mb:,} MB are taken. Remove files or old sessions, "
                "or ask for more room."
            }
        )


def _save_listed_files(
    work_session: Session,
    decision: Decision | None,
    node_id: str,
    listed: list[dict[str, str]],
    *,
    by: User,
) -> None:
    """Save which files a step lists; a recorded step gets a new revision, a draft doesn't."""
    if decision is not None:
        decision.attachments = listed
        save_edit(work_session, decision, ["attachments"], by=by)
        work_session.save(update_fields=work_session.mark_modified())
        return
    work_session.set_draft_attachments(node_id, listed)
    work_session.save(update_fields=["drafts", *work_session.mark_modified(only_draft=True)])


# -- taking away -------------------------------------------------------------------------------


def remove_attachment(*, user: User, pk: Any) -> tuple[Attachment, StepRef | None]:
    """Remove a file from its step and delete it; return it and the step that listed it.

    The step is None when it was the current one. Only while the session is open.
    """
    found = Attachment.objects.filter(account_id=user.own_account_id, pk=pk).first()
    if found is None:
        raise Http404("There is no such file.")
    with transaction.atomic():
        work_session = lock_open_session(user, found.session_id)
        attachment = Attachment.objects.filter(pk=pk).first()
        if attachment is None:
            raise Http404("There is no such file.")
        place = None
        for decision in work_session.all_decisions.filter(
            attachments__contains=[{"url": attachment.url}]
        ):
            decision.attachments = _without_url(decision.attachments, attachment.url)
            save_edit(work_session, decision, ["attachments"], by=user)
            if decision.discarded_branch is None:
                place = StepRef(decision.position, decision.node_id)
        for draft in work_session.drafts.values():
            if draft.get("attachments"):
                draft["attachments"] = _without_url(draft["attachments"], attachment.url)
        attachment.delete()
        work_session.save(update_fields=["drafts", *work_session.mark_modified()])
        file_store.delete_on_commit([(attachment.account_id, attachment.stored_as)])
    return attachment, place


def _without_url(listed: list[dict[str, str]], url: str) -> list[dict[str, str]]:
    return [item for item in listed if item.get("url") != url]


# -- reading -----------------------------------------------------------------------------------


def get_readable_attachment(user: User, pk: Any) -> Attachment:
    """Return the file, by the rules of its session: 404 for another account, 403 for no reader."""
    attachment = (
        Attachment.objects.filter(account_id=user.account_id, pk=pk)
        .select_related("session")
        .first()
        if user.account_id is not None
        else None
    )
    if attachment is None:
        raise Http404("There is no such file.")
    if not attachment.session.may_be_read_by(user):
        raise PermissionDenied("This file is of a session that belongs to somebody else.")
    return attachment


def list_attachments(user: User, pk: Any) -> list[Attachment]:
    """Return every file of a session that `user` may read, oldest first."""
    return list(get_readable_session(user, pk).files.select_related("created_by"))


# -- sweeping ----------------------------------------------------------------------------------


def orphaned_files() -> list[str]:
    """Return the names of stored files that no row names: those of processes that were killed.

    They are older than an hour.
    """
    stale = list(file_store.stale_files())
    found: list[str] = []
    for start in range(0, len(stale), 1000):
        tokens = {name.rpartition("/")[2]: name for name in stale[start : start + 1000]}
        known = Attachment.objects.filter(stored_as__in=tokens).values_list("stored_as", flat=True)
        found += [tokens[token] for token in tokens.keys() - set(known)]
    return found
