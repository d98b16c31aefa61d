"""The export, as the pages ask for it."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from accounts_app.http import PageRequest
from exports_app.batch_export import export_batch
from exports_app.export_log import record_edited_export, record_export
from exports_app.forms import BatchExportForm, ExportForm
from exports_app.preview import services as previews
from exports_app.rendered_export import RenderedExport
from exports_app.service import export_session
from sessions_app import permissions

# The document as it opens from disk: its own styles, and nothing that runs or loads. The sandbox
# makes it a foreign origin to the product, wherever it is shown.
DOCUMENT_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'; "
    # A link may open in a tab of its own, which is a page like any other.
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)


@require_POST
def export(request: PageRequest, pk: UUID) -> HttpResponse:
    """The session's notes as a file to keep, which the script puts on the clipboard instead.

    A POST, because exporting a completed session notes that it was exported ([X8]).
    """
    work_session = permissions.get_readable_session(request.user, pk)
    form = ExportForm(request.POST)
    if not form.is_valid():
        return invalid_options(form)
    if form.truncation_options["cut"]:
        made = previews.build_preview(work_session, form.options(), **form.truncation_options)
        record_export(work_session, by=request.user, rendered=made.rendered, options=form.options())
        return file_response(made.rendered)
    return file_response(export_session(work_session, form.options(), actor=request.user))


@require_POST
def batch(request: PageRequest, pk: UUID) -> HttpResponse:
    """All of a batch that the user may read, as one file; the script puts it on the clipboard."""
    form = BatchExportForm(request.POST)
    if not form.is_valid():
        return HttpResponse(form.problems, status=422, content_type="text/plain; charset=utf-8")
    return file_response(export_batch(request.user, pk, form.options()))


@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: PageRequest, pk: UUID) -> HttpResponse:
    """The generated text to look at and edit ([U3]): a page, or with HTMX what a dialog shows.

    Nothing is written. It takes its options by POST as well, so that what was typed into them
    stands in no address.
    """
    work_session = permissions.get_readable_session(request.user, pk)
    form = ExportForm(request.POST if request.method == "POST" else request.GET)
    if not form.is_valid():
        return invalid_options(form)
    context = previews.page_context(work_session, form.options(), **form.truncation_options)
    if not request.htmx:
        template = "exports_app/preview.html"
    elif request.htmx.target == "preview-result":
        template = "exports_app/_preview_result.html"
    else:
        template = "exports_app/_preview.html"
    response = render(request, template, {"section": "sessions", **context})
    response["Cache-Control"] = "no-store"
    return response


@require_POST
def preview_as_page(request: PageRequest, pk: UUID) -> HttpResponse:
    """HTML as it will look: what is in the editor, else the export with its pictures. It runs
    and loads nothing.

    Nothing is kept of what is sent.
    """
    work_session = permissions.get_readable_session(request.user, pk)
    if "text" in request.POST:
        return document_response(request.POST["text"])
    form = ExportForm(request.POST)
    if not form.is_valid():
        return invalid_options(form)
    return document_response(
        previews.rendered_page(work_session, form.options(), **form.truncation_options)
    )


@require_POST
def record_preview_export(request: PageRequest, pk: UUID) -> HttpResponse:
    """The preview's text was copied or saved: note it on a completed session ([X8]), and log it.

    The `text` as it left may come along, for its mark in the log; nothing of it is kept.
    """
    work_session = permissions.get_readable_session(request.user, pk)
    form = ExportForm(request.POST)
    if not form.is_valid():
        return invalid_options(form)
    record_edited_export(
        work_session, by=request.user, text=request.POST.get("text"), options=form.options()
    )
    return HttpResponse(status=204)


def invalid_options(form: ExportForm) -> HttpResponse:
    """What is wrong with the options, as plain text."""
    return HttpResponse(form.problems, status=422, content_type="text/plain; charset=utf-8")


def document_response(text: str) -> HttpResponse:
    """A document to look at inside of a frame of ours, or a tab."""
    response = HttpResponse(text, content_type="text/html; charset=utf-8")
    response["Content-Security-Policy"] = DOCUMENT_POLICY
    response["X-Frame-Options"] = "SAMEORIGIN"
    response["Cache-Control"] = "no-store"
    return response


def file_response(rendered: RenderedExport) -> HttpResponse:
    """A rendered export as a download, never shown as a page of ours."""
    response = HttpResponse(rendered.content, content_type=rendered.content_type)
    response["Content-Disposition"] = f'attachment; filename="{rendered.file_name}"'
    response["Cache-Control"] = "no-store"
    for name, value in rendered.headers.items():
        response[name] = value
    return response
