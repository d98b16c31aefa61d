"""Record an export: mark a completed session ([X8]), and write an entry to the audit log."""

import hashlib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db import transaction

from exports_app.options import ExportOptions
from exports_app.rendered_export import RenderedExport
from sessions_app.models import Action, AuditEntry, Session

if TYPE_CHECKING:
    from accounts_app.models import User


def record_export(
    work_session: Session, *, by: "User | None", rendered: RenderedExport, options: ExportOptions
) -> None:
    """Mark a completed session as exported [X8], and log the export.

    `by` is None for the command line.
    """
    _record(work_session, by=by, about=export_details(rendered, options))


def record_preview_export(
    work_session: Session, *, by: "User", made: dict[str, Any], text: str | None
) -> None:
    """Record that a text was taken out of the preview.

    `made` are the details of the text that the server made and signed; none where the page sent no
    proof of it, and then nothing is claimed about the text. `text`, what was taken, is compared
    with that and not kept: of a text that was edited no digest is logged, as a caller may send any.
    """
    about = {**made, "taken_from": "preview"}
    if made and (text is None or _sha256(text) != made["sha256"]):
        about["edited"] = True
        about["sha256_before_edits"] = about.pop("sha256")
    _record(work_session, by=by, about=about)


def _record(work_session: Session, *, by: "User | None", about: dict[str, Any]) -> None:
    if work_session.completed_at is None or work_session.exported:
        AuditEntry.objects.log_action(work_session, Action.EXPORTED, by=by, **about)
        return
    with transaction.atomic():
        AuditEntry.objects.log_action(work_session, Action.EXPORTED, by=by, **about)
        _mark_exported([work_session])
    work_session.exported = True


def record_batch_export(
    sessions: Iterable[Session],
    *,
    by: "User | None",
    rendered: RenderedExport,
    options: ExportOptions,
) -> None:
    """Record the export of several sessions in one document."""
    found = list(sessions)
    about = export_details(rendered, options)
    with transaction.atomic():
        AuditEntry.objects.bulk_create(
            AuditEntry.objects.build_entry(work_session, Action.EXPORTED, by=by, **about)
            for work_session in found
        )
        _mark_exported(found)


def _mark_exported(sessions: list[Session]) -> None:
    # A conditional update, not save(): an instance may be older than its row.
    Session.objects.filter(
        pk__in=[work_session.pk for work_session in sessions],
        completed_at__isnull=False,
        exported=False,
    ).update(exported=True)


def _option_details(options: ExportOptions) -> dict[str, Any]:
    return {
        "format": options.format,
        "detail_level": options.detail_level,
        "audience": options.audience,
        "redaction": options.redaction_mode,
    }


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def export_details(rendered: RenderedExport, options: ExportOptions) -> dict[str, Any]:
    """Return the details of the audit entry: the options, how much was masked, and the SHA-256 of
    the text in UTF-8, by which the exported text can be recognised.
    """
    about = {**_option_details(options), "sha256": _sha256(rendered.content)}
    if masked := {kind: count for kind, count in rendered.redaction.counts.items() if count}:
        about["masked"] = masked
    return about
