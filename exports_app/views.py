"""The export, as the pages ask for it."""

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from accounts_app.requests import PageRequest
from exports_app.forms import ExportForm
from exports_app.service import RenderedExport, export_session
from sessions_app import services


@require_POST
def export(request: PageRequest, pk: UUID) -> HttpResponse:
    """The session's notes as a file to keep, which the script puts on the clipboard instead.

    A POST, because exporting a completed session notes that it was exported ([X8]).
    """
    work_session = services.readable(request.user, pk)
    form = ExportForm(request.POST)
    if not form.is_valid():
        detail = " ".join(str(messages[0]) for messages in form.errors.values())
        return HttpResponse(detail, status=422, content_type="text/plain; charset=utf-8")
    return file_response(export_session(work_session, form.options(), actor=request.user))


def file_response(rendered: RenderedExport) -> HttpResponse:
    """A rendered export as a download, never shown as a page of ours."""
    response = HttpResponse(rendered.content, content_type=rendered.content_type)
    response["Content-Disposition"] = f'attachment; filename="{rendered.file_name}"'
    response["Cache-Control"] = "no-store"
    for name, value in rendered.headers.items():
        response[name] = value
    return response
