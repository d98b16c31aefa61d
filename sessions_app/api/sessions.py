"""Sessions over REST: [S1] to [S7], [S12] to [S14]. The rules stand in `services`."""

from uuid import UUID

from django.db import transaction
from django.http import Http404
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts_app.authentication import caller
from accounts_app.models import User
from resolutionflow.api.openapi import (
    errors,
    list_parameters,
    list_response,
    read_errors,
    write_errors,
)
from resolutionflow.api.pagination import next_link, total_header
from resolutionflow.web.errors import Invalid
from resolutionflow.web.one_moment import one_moment
from sessions_app import permissions, services
from sessions_app.api import schemas
from sessions_app.api.base import (
    CONFLICT,
    IF_MATCH,
    ONE,
    TAG_HEADER,
    TAGS,
    SessionView,
    rename_fields,
    write_endpoint,
)
from sessions_app.api.preconditions import if_match
from sessions_app.api.representation import COLUMNS, list_items, of_rows
from sessions_app.completion import services as completion_services
from sessions_app.history import queries as history_queries
from sessions_app.models import Session


class SessionList(SessionView):
    """`/sessions` ([S1], [S3])"""

    @extend_schema(
        operation_id="list_sessions",
        summary="List sessions, newest start first",
        description="The caller's own and assigned ones; for admins and integrations those of "
        "the account. Prepared sessions come last.",
        tags=TAGS,
        parameters=list_parameters(schemas.SessionListParams),
        responses={200: list_response(schemas.SessionItem), **errors(422)},
    )
    def get(self, request: Request) -> Response:
        params = self.query(schemas.SessionListParams)
        user, size, place = caller(request), params.row_count, params.cursor
        narrow = params.narrow if params.is_narrowing else None
        if params.expand or (params.offset and place is None):
            parts = history_queries.visible_querysets(user, narrow=narrow)
            keys = history_queries.page_keys(
                parts, size=size + 1, offset=params.offset, cursor=place
            )
            with one_moment():
                items = list_items([key for _, key in keys[:size]], expand=params.expand)
        else:
            rows = history_queries.list_sessions(
                user, COLUMNS, size=size + 1, cursor=place, narrow=narrow
            )
            keys = [(row["started_at"], row["id"]) for row in rows]
            items = of_rows(rows[:size])
        headers = {"X-Total-Count": total_header(history_queries.capped_count(user, narrow=narrow))}
        if len(keys) > size:
            headers["Link"] = next_link(
                request, cursor=history_queries.cursor_of(keys[size - 1]).encode()
            )
        return Response(items, headers=headers)

    @extend_schema(
        operation_id="start_session",
        summary="Start a session of a flow",
        description="The flow must be published and active. The session keeps a frozen copy of it.",
        tags=TAGS,
        parameters=[TAG_HEADER],
        request=schemas.SessionStartRequest,
        responses={201: ONE, **write_errors()},
    )
    def post(self, request: Request) -> Response:
        body = self.body(schemas.SessionStartRequest)
        tree = services.startable_tree(caller(request), body.tree_id)
        try:
            # Nobody else can write it before it is committed.
            with transaction.atomic():
                work_session = services.create_and_start(
                    user=caller(request),
                    tree=tree,
                    ticket_number=body.ticket_number or "",
                    client_name=body.client_name or "",
                    variables=body.session_variables,
                    keep_unfit=True,
                )
                return self.answer(work_session, status=201)
        except Invalid as error:
            raise Invalid(rename_fields(error.fields)) from None


class CurrentSession(SessionView):
    """`/sessions/current` ([S12])"""

    @extend_schema(
        operation_id="read_current_session",
        summary="Read the active session that was touched last",
        description="The caller's own sessions only.",
        tags=TAGS,
        parameters=[TAG_HEADER],
        responses={200: ONE, **errors(404)},
    )
    def get(self, request: Request) -> Response:
        with one_moment():
            work_session = services.latest_active_session(caller(request))
            if work_session is None:
                raise Http404("You have no active session.")
            return self.answer(work_session)


class SessionDetail(SessionView):
    """`/sessions/{id}` ([S2], [S4], [S14])"""

    @extend_schema(
        operation_id="read_session",
        summary="Read a session",
        description="Open to its owner and assignee, and to the account's admins and integrations.",
        tags=TAGS,
        parameters=[TAG_HEADER],
        responses={200: ONE, **read_errors()},
    )
    def get(self, request: Request, pk: UUID) -> Response:
        with one_moment():
            return self.answer(permissions.get_readable_session(caller(request), pk))

    @write_endpoint(
        schemas.SessionUpdateRequest,
        "replace_session_fields",
        "Change what is sent",
        "The same as PATCH. A prepared session is started by its first update.",
    )
    def put(self, user: User, pk: UUID, body: schemas.SessionUpdateRequest) -> Session:
        return self._update(user, pk, body)

    @write_endpoint(
        schemas.SessionUpdateRequest,
        "update_session",
        "Change what is sent",
        "Lists are sent whole; without `If-Match` they may only add to what is recorded. A "
        "prepared session is started by its first update.",
    )
    def patch(self, user: User, pk: UUID, body: schemas.SessionUpdateRequest) -> Session:
        return self._update(user, pk, body)

    def _update(self, user: User, pk: UUID, body: schemas.SessionUpdateRequest) -> Session:
        knows_state = "If-Match" in self.request.headers
        return services.update(user=user, pk=pk, changes=body.sent(), knows_state=knows_state)

    @extend_schema(
        operation_id="delete_session",
        summary="Delete a session of one's own, with its decisions",
        description="Only its owner may.",
        tags=TAGS,
        parameters=[IF_MATCH],
        responses={204: OpenApiResponse(description="Deleted."), **read_errors(), **CONFLICT},
    )
    def delete(self, request: Request, pk: UUID) -> Response:
        with if_match(request, pk):
            services.delete(user=caller(request), pk=pk)
        return Response(status=204)


class CompleteSession(SessionView):
    """`/sessions/{id}/complete` ([S5])"""

    @write_endpoint(
        schemas.SessionCompleteRequest,
        "complete_session",
        "Complete a session",
        "A note that is left out keeps what was saved before.",
    )
    def post(self, user: User, pk: UUID, body: schemas.SessionCompleteRequest) -> Session:
        return completion_services.complete(user=user, pk=pk, **body.sent())


class SessionScratchpad(SessionView):
    """`/sessions/{id}/scratchpad` ([S6])"""

    @write_endpoint(
        schemas.ScratchpadRequest,
        "update_scratchpad",
        "Save the scratchpad, of a completed session too",
        "The text replaces the one before.",
    )
    def patch(self, user: User, pk: UUID, body: schemas.ScratchpadRequest) -> Session:
        return services.set_scratchpad(user=user, pk=pk, text=body.scratchpad)


class SessionVariables(SessionView):
    """`/sessions/{id}/variables` ([S7])"""

    @write_endpoint(
        schemas.VariablesRequest,
        "update_variables",
        "Merge values into the session's variables",
        "An empty text or null empties a variable.",
    )
    def patch(self, user: User, pk: UUID, body: schemas.VariablesRequest) -> Session:
        return services.set_variables(user=user, pk=pk, values=body.variables, keep_unfit=True)


class SessionTitle(SessionView):
    """`/sessions/{id}/title` ([S13])"""

    @write_endpoint(
        schemas.TitleRequest,
        "update_title",
        "Name a session",
        "A name that a person chose is never replaced by a made one.",
    )
    def patch(self, user: User, pk: UUID, body: schemas.TitleRequest) -> Session:
        return services.set_title(user=user, pk=pk, title=body.title)


class SessionReference(SessionView):
    """`/sessions/{id}/reference`"""

    @write_endpoint(
        schemas.ReferenceRequest,
        "update_reference",
        "Set ticket number and client, of a completed session too",
        "Only what is sent changes; an empty text removes it. A prepared session isn't started.",
    )
    def patch(self, user: User, pk: UUID, body: schemas.ReferenceRequest) -> Session:
        return services.set_reference(user=user, pk=pk, changes=body.sent())
