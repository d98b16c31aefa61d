"""One document of a whole batch ([S11]): its targets with their outcomes, then each one's steps.

Each target's part is the document that its own export has, built and masked by the same code.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import Http404
from django.utils import timezone

from exports_app import (
    builder,
    export_log,
    large_exports,
    redact_document,
    session_reader,
    step_query,
)
from exports_app.document import BatchDocument, ExportDocument, FileName, Header, TargetLine
from exports_app.failure_log import log_failure
from exports_app.options import ExportOptions
from exports_app.redact_document import RedactionFailed, RedactionReport
from exports_app.rendered_export import RenderedExport
from exports_app.renderers import RENDERERS
from exports_app.session_data import SessionData
from resolutionflow.redaction import KINDS
from resolutionflow.web.text import shorten
from sessions_app.batches.natural_sort import natural_sort_key
from sessions_app.models import Session

if TYPE_CHECKING:
    from accounts_app.models import User

MAX_RESULT_LENGTH = 120


@dataclass(frozen=True, slots=True)
class _Part:
    """A target's document as it was built, still titled by the flow."""

    source: SessionData
    document: ExportDocument


def export_batch(user: "User", batch_id: UUID, options: ExportOptions) -> RenderedExport:
    """Return the document of the sessions of the batch that `user` may read, and mark the
    completed ones as exported ([X8]). 404 when there are none.
    """
    sessions = _batch_sessions(user, batch_id)
    # For all at once: two batches that waited for each other's rest would both end in refusals.
    large_exports.reserve(step_query.text_size(sessions))
    options = options.model_copy(update={"include_tree_info": False, "max_step_index": None})
    now = timezone.now()
    sources = [
        session_reader.read_session(work_session, options, exported_at=now)
        for work_session in sessions
    ]
    document, report = build_batch(sources, options)
    renderer = RENDERERS[options.format]
    rendered = RenderedExport(
        content=renderer.render_batch(document),
        media_type=renderer.media_type,
        file_name=document.file_name.with_ending(renderer.extension),
        full_name=document.file_name.full_name(renderer.extension),
        redaction=report,
    )
    export_log.record_batch_export(sessions, by=user, rendered=rendered, options=options)
    return rendered


def _batch_sessions(user: "User", batch_id: UUID) -> list[Session]:
    """Return the sessions of a batch, sorted by target."""
    found = Session.objects.visible_to(user).filter(batch_id=batch_id)
    sessions = list(found.select_related("account", "user").defer("drafts"))
    if not sessions:
        raise Http404("There is no such batch.")
    return sorted(sessions, key=lambda one: (natural_sort_key(one.target_label), one.pk))


def build_batch(
    sources: Iterable[SessionData], options: ExportOptions
) -> tuple[BatchDocument, RedactionReport]:
    """Return the document of the targets in their order, masked if `options` say so. Pure.

    What one target knows to be secret is masked in all of them. Raises `RedactionFailed` when
    masking was asked for and broke ([R4]).
    """
    # Steps may be read only once, and are looked at for secrets before they are shown.
    kept = [replace(source, steps=tuple(source.steps)) for source in sources]
    is_masked = options.redaction_mode == "mask"
    secrets = _batch_secrets(kept) if is_masked else set()
    counts: Counter[str] = Counter()
    parts = []
    for source in kept:
        document = builder.build_document(source, options)
        if is_masked:
            document, report = redact_document.redact(document, source, options, secrets=secrets)
            counts.update(report.counts)
        parts.append(_Part(source, document))
    report = RedactionReport()
    if is_masked:
        report = RedactionReport("mask", {kind: counts[kind] for kind in KINDS})
    return _document(
        parts, footer=redact_document.footer(report.counts) if is_masked else ""
    ), report


def _batch_secrets(sources: Iterable[SessionData]) -> set[str]:
    try:
        found = {secret for source in sources for secret in redact_document.secrets_of(source)}
    except Exception as error:
        log_failure(error)
        found = None
    if found is None:
        raise RedactionFailed("The redaction of this export failed, so nothing was exported.")
    return found


def _document(parts: Sequence[_Part], *, footer: str) -> BatchDocument:
    first = parts[0].document
    starts, ends = [], []
    for part in parts:
        if part.source.started_at is not None:
            starts.append((part.source.started_at, part.document.header.started))
        if part.source.completed_at is not None:
            ends.append((part.source.completed_at, part.document.header.completed))
    return BatchDocument(
        header=Header(
            title=first.header.title,
            engineer=", ".join(dict.fromkeys(part.document.header.engineer for part in parts)),
            started=min(starts)[1] if starts else "",
            completed=max(ends)[1] if len(ends) == len(parts) else "",
            status=f"{len(ends)} of {len(parts)} targets completed",
        ),
        targets=tuple(_target_line(part) for part in parts),
        parts=tuple(_as_part(part.document) for part in parts),
        footer=footer,
        file_name=FileName(ticket="batch", flow=first.file_name.flow, day=first.file_name.day),
    )


def _target_line(part: _Part) -> TargetLine:
    # What stands for a resolution that nobody wrote is in the part, with its step.
    is_written = bool(part.source.outcome_notes.strip())
    return TargetLine(
        target=part.document.header.target,
        outcome=part.document.header.status,
        result=shorten(part.document.resolution, MAX_RESULT_LENGTH) if is_written else "",
    )


def _as_part(document: ExportDocument) -> ExportDocument:
    """Return the document of a target as a part: titled by the target, without a footer."""
    header = replace(document.header, title=document.header.target, target="")
    return replace(document, header=header, footer="")
