"""The service of exports: pages, preview, command and API all call it."""

from typing import TYPE_CHECKING

from django.utils import timezone

from exports_app import builder, export_log, inline_images, redact_document, session_reader
from exports_app.session_data import SessionData

from .document import ExportDocument
from .options import ExportOptions
from .redact_document import RedactionFailed, RedactionReport
from .rendered_export import RenderedExport
from .renderers import RENDERERS

if TYPE_CHECKING:
    from accounts_app.models import User
    from sessions_app.models import Session

__all__ = [
    "ExportOptions",
    "RedactionFailed",
    "RedactionReport",
    "export_session",
    "prepare_document",
    "render",
    "render_document",
    "render_session",
]


def prepare_document(
    source: SessionData, options: ExportOptions
) -> tuple[ExportDocument, RedactionReport]:
    """Return the document of plain session data, masked if `options` say so. Pure.

    Raises `RedactionFailed` when masking was asked for and broke [R4].
    """
    document = builder.build_document(source, options)
    if options.redaction_mode == "mask":
        return redact_document.redact(document, source, options)
    return document, RedactionReport()


def render_document(
    document: ExportDocument, report: RedactionReport, options: ExportOptions
) -> RenderedExport:
    """Return a prepared document in the format of `options`. Pure."""
    renderer = RENDERERS[options.format]
    return RenderedExport(
        content=renderer.render(document),
        media_type=renderer.media_type,
        file_name=document.file_name.with_ending(renderer.extension),
        full_name=document.file_name.full_name(renderer.extension),
        redaction=report,
    )


def render(source: SessionData, options: ExportOptions) -> RenderedExport:
    """Return the export of plain session data. Pure; raises as `prepare_document` does."""
    document, report = prepare_document(source, options)
    return render_document(document, report, options)


def render_session(work_session: "Session", options: ExportOptions) -> RenderedExport:
    """Return the export of `work_session`, which its caller may read, and write nothing.

    Raises as `prepare_document` does.
    """
    source = session_reader.read_session(work_session, options, exported_at=timezone.now())
    document, report = prepare_document(source, options)
    return render_document(
        inline_images.embed_images(document, work_session, options), report, options
    )


def export_session(
    work_session: "Session", options: ExportOptions, *, actor: "User | None" = None
) -> RenderedExport:
    """Return the export of `work_session`, and mark a completed one as exported [X8].

    The caller has checked that `actor` may read the session; None is the command line. Nothing
    else of the session is ever written, and nothing at all when the export fails; the audit log
    gets its line.
    """
    rendered = render_session(work_session, options)
    export_log.record_export(work_session, by=actor, rendered=rendered, options=options)
    return rendered
