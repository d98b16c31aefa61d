"""Views of exports: the file, the preview, the record of what left the preview."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from accounts_app.http import PageRequest
from accounts_app.models import UnusablePolicy
from exports_app import large_exports
from exports_app.batch_export import export_batch
from exports_app.export_log import record_export, record_preview_export
from exports_app.forms import BatchExportForm, ExportForm
from exports_app.preview import services as previews
from exports_app.preview.proof import read_proof
from exports_app.redact_document import RedactionTooLong
from exports_app.rendered_export import RenderedExport
from exports_app.service import export_session
from resolutionflow.web.downloads import content_disposition
from resolutionflow.web.errors import Busy
from sessions_app import permissions

View = TypeVar("View", bound=Callable[..., HttpResponse])

# The document as it opens from disk: its own styles, and nothing that runs or loads. The sandbox
# makes it a foreign origin to the product, wherever it is shown.
DOCUMENT_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'; "
    # A link may open in a tab of its own, which is a page like any other.
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)


def bounded(view: View) -> View:
    """Let a view's exports take no more memory and time than others can spare.

    Where that refuses one, it is said as plain text.
    """
    holding = large_exports.hold_until_sent(view)

    @wraps(view)
    def wrapped(request: PageRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return holding(request, *args, **kwargs)
        except (RedactionTooLong, UnusablePolicy, Busy) as error:
            response = HttpResponse(
                error.message, status=error.status, content_type="text/plain; charset=utf-8"
            )
            if isinstance(error, Busy):
                response["Retry-After"] = error.retry_after
            return response

    return cast(View, wrapped)


@require_POST
@bounded
def export(request: PageRequest, pk: UUID) -> HttpResponse:
    """Return the export of a session as a file; the script puts it on the clipboard instead.

    A POST, because it marks a completed session as exported ([X8]).
    """
    work_session = permissions.get_readable_session(request.user, pk)
    form = ExportForm(request.POST)
    if not form.is_valid():
        return invalid_options_response(form)
    options = form.options_for(work_session)
    if form.truncation_options["cut"]:
        made = previews.build_preview(work_session, options, **form.truncation_options)
        record_export(work_session, by=request.user, rendered=made.rendered, options=options)
        return file_response(made.rendered)
    return file_response(export_session(work_session, options, actor=request.user))


@require_POST
@bounded
def batch(request: PageRequest, pk: UUID) -> HttpResponse:
    """Return the sessions of a batch that the user may read as one file, as `export` does."""
    form = BatchExportForm(request.POST)
    if not form.is_valid():
        return HttpResponse(form.problems, status=422, content_type="text/plain; charset=utf-8")
    return file_response(export_batch(request.user, pk, form.options()))


@require_http_methods(["GET", "HEAD", "POST"])
@bounded
def preview(request: PageRequest, pk: UUID) -> HttpResponse:
    """Return the generated text to read and edit ([U3]): a page, or with HTMX a dialog's content.

    Nothing is written. Options are taken by POST as well, so that what was typed into them is in
    no address.
    """
    work_session = permissions.get_readable_session(request.user, pk)
    form = ExportForm(request.POST if request.method == "POST" else request.GET)
    if not form.is_valid():
        return invalid_options_response(form)
    options = form.options_for(work_session)
    context = previews.page_context(work_session, options, **form.truncation_options)
    if not request.htmx:
        template = "exports_app/preview.html"
    elif request.htmx.target == "preview-result":
        template = "exports_app/_preview_result.html"
    else:
        template = "exports_app/_preview.html"
    return render(request, template, {"section": "sessions", **context})


@require_POST
@bounded
def preview_as_page(request: PageRequest, pk: UUID) -> HttpResponse:
    """Return the HTML document itself: the text in the editor, else the export with its images.

    It runs and loads nothing. What is sent is not stored.
    """
    work_session = permissions.get_readable_session(request.user, pk)
    if "text" in request.POST:
        return document_response(request.POST["text"])
    form = ExportForm(request.POST)
    if not form.is_valid():
        return invalid_options_response(form)
    return document_response(
        previews.rendered_page(work_session, form.options(), **form.truncation_options)
    )


@require_POST
def record_preview_taken(request: PageRequest, pk: UUID) -> HttpResponse:
    """Record that the preview's text was copied or saved ([X8]).

    `proof` is what the server signed of the text that it made; `text`, what was taken, is compared
    with it and not stored.
    """
    work_session = permissions.get_readable_session(request.user, pk)
    made = read_proof(work_session, request.POST.get("proof", ""))
    text = request.POST.get("text")
    record_preview_export(work_session, by=request.user, made=made, text=text)
    return HttpResponse(status=204)


def invalid_options_response(form: ExportForm) -> HttpResponse:
    """Return what is wrong with the options, as plain text."""
    return HttpResponse(form.problems, status=422, content_type="text/plain; charset=utf-8")


def document_response(text: str) -> HttpResponse:
    """Return a document to show in a frame of ours, or in a tab."""
    response = HttpResponse(text, content_type="text/html; charset=utf-8")
    response["Content-Security-Policy"] = DOCUMENT_POLICY
    response["X-Frame-Options"] = "SAMEORIGIN"
    return response


def file_response(rendered: RenderedExport) -> HttpResponse:
    """Return a rendered export as a download, never shown as a page of ours."""
    response = HttpResponse(rendered.content, content_type=rendered.content_type)
    response["Content-Disposition"] = content_disposition(
        rendered.file_name, rendered.full_name or rendered.file_name
    )
    for name, value in rendered.headers.items():
        response[name] = value
    return response
