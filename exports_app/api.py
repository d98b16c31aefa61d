"""`POST /sessions/{id}/export` ([S8]): the same document as on the pages."""

from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from accounts_app.authentication import caller
from exports_app.api_schema import describe_formats
from exports_app.large_exports import hold_until_sent
from exports_app.options import ExportOptions
from exports_app.service import export_session
from exports_app.views import file_response
from resolutionflow.api.base import ApiView
from resolutionflow.api.openapi import response_header
from resolutionflow.api.scopes import Scope
from sessions_app import permissions

#: As so many calls an export counts: as long it takes.
EXPORT_COST = 5


def whole_numbers(given: Any) -> Any:
    """Return the options with 3.0 as the whole number 3, as JSON has it."""
    last = given.get("max_step_index") if isinstance(given, dict) else None
    if isinstance(last, float) and last.is_integer():
        return {**given, "max_step_index": int(last)}
    return given


class ExportSession(ApiView):
    """`/sessions/{id}/export` ([S8])"""

    scopes: ClassVar = {"POST": Scope.EXPORT}

    def cost(self, request: Request) -> int:
        return EXPORT_COST

    @extend_schema(
        operation_id="export_session",
        summary="Export a session as Markdown, text, HTML or for a ticket",
        description="The answer is the text itself, in UTF-8. Without a body, the defaults hold. "
        "Nothing is written but `exported` of a completed session.",
        tags=["sessions"],
        parameters=[
            response_header("Content-Disposition", "A file name: ticket, flow and date."),
            response_header("X-Redaction-Mode", "`none` or `mask`."),
            response_header("X-Redaction-Summary", "With `mask`: JSON counts by kind, no values."),
        ],
        request=ExportOptions,
    )
    @describe_formats
    @hold_until_sent
    def post(self, request: Request, pk: UUID) -> HttpResponse:
        options = ExportOptions.parse(whole_numbers(request.data))
        work_session = permissions.get_readable_session(caller(request), pk)
        return file_response(export_session(work_session, options, actor=caller(request)))
