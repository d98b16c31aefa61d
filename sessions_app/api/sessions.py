"""Sessions over REST: [S1] to [S7], [S12] to [S14]. The rules stand in `services`."""

from uuid import UUID

from django.http import Http404
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts_app.authentication import caller
from accounts_app.models import User
from resolutionflow.api.pagination import Window, asked_position, next_link, total_header
from resolutionflow.api.schema import failures, paging, query, reading, text_schema, writing
from resolutionflow.web.errors import Invalid
from sessions_app import permissions, services
from sessions_app.api import serializers
from sessions_app.api.base import (
    IF_MATCH,
    ONE,
    TAG_HEADER,
    TAGS,
    Given,
    SessionView,
    as_sent,
    changing,
)
from sessions_app.api.preconditions import as_seen
from sessions_app.api.representation import COLUMNS, EXPANDABLE, list_items, of_rows
from sessions_app.completion import services as completion_services
from sessions_app.history import queries as history_queries
from sessions_app.history.filtersets import BIGGEST_ID, narrowing
from sessions_app.models import Session, State

SOME_ID = {"type": "integer", "minimum": 1, "maximum": BIGGEST_ID}
SOME_TEXT = text_schema(255)
PARTIAL = "Contains this text, in any case."
MOMENT = {"type": "string", "format": "date-time"}
FILTERS = [
    query("completed", {"type": "boolean"}, "Completed, or not."),
    query("ticket_number", SOME_TEXT, PARTIAL),
    query("client_name", SOME_TEXT, PARTIAL),
    query("tree_name", SOME_TEXT, f"{PARTIAL} The flow's name when the session began."),
    query("tree_id", SOME_ID, "Of this flow."),
    query("batch_id", {"type": "string", "format": "uuid"}, "Of this batch."),
    query("assigned_to_id", SOME_ID, "Assigned to this user."),
    query("status", {"type": "string", "enum": State.values}, "In this state."),
    query("started_after", MOMENT, "Started then or later; a date is its midnight in UTC."),
    query("started_before", MOMENT, "Started then or earlier."),
    query("completed_after", MOMENT, "Completed then or later."),
    query("completed_before", MOMENT, "Completed then or earlier."),
]
EXPAND = query(
    "expand",
    {"type": "array", "items": {"type": "string", "enum": list(EXPANDABLE)}},
    "What else each item holds; repeated, or as one list with commas.",
)


def asked_expansions(request: Request) -> set[str]:
    """The names in `expand`; raises `Invalid` for one that can't be expanded."""
    texts = request.query_params.getlist("expand")
    names = {name.strip() for text in texts for name in text.split(",")} - {""}
    if unknown := names.difference(EXPANDABLE):
        message = f"“{min(unknown)[:40]}” can't be expanded; use {', '.join(EXPANDABLE)}."
        raise Invalid({"expand": message})
    return names


class SessionList(SessionView):
    """`/sessions` ([S1], [S3])"""

    @extend_schema(
        operation_id="list_sessions",
        summary="List sessions, newest start first",
        description="The caller's own and assigned ones; for admins and integrations those of "
        "the account. Prepared sessions come last.",
        tags=TAGS,
        parameters=[
            *FILTERS,
            EXPAND,
            *paging(cursor=True),
        ],
        responses={200: serializers.SessionItem(many=True), **failures(422)},
    )
    def get(self, request: Request) -> Response:
        expand = asked_expansions(request)
        window = Window.of(request.query_params)
        place = asked_position(request.query_params)
        user, narrow = caller(request), narrowing(request.query_params)
        size = window.size
        if expand or (window.offset and place is None):
            parts = history_queries.visible_querysets(user, narrow=narrow)
            keys = history_queries.page_keys(
                parts, size=size + 1, offset=window.offset, place=place
            )
            items = list_items([key for _, key in keys[:size]], expand=expand)
        else:
            rows = history_queries.list_sessions(
                user, COLUMNS, size=size + 1, place=place, narrow=narrow
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
        request=serializers.SessionStart,
        responses={201: ONE, **writing()},
    )
    def post(self, request: Request) -> Response:
        given = self.body(serializers.SessionStart)
        tree = services.startable_tree(caller(request), given["tree_id"])
        try:
            work_session = services.create_and_start(
                user=caller(request),
                tree=tree,
                ticket_number=given.get("ticket_number", ""),
                client_name=given.get("client_name", ""),
                variables=given.get("session_variables"),
            )
        except Invalid as error:
            raise Invalid(as_sent(error.fields)) from None
        return self.answer(work_session, status=201)


class CurrentSession(SessionView):
    """`/sessions/current` ([S12])"""

    @extend_schema(
        operation_id="read_current_session",
        summary="Read the active session that was touched last",
        description="The caller's own sessions only.",
        tags=TAGS,
        parameters=[TAG_HEADER],
        responses={200: ONE, **failures(404)},
    )
    def get(self, request: Request) -> Response:
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
        responses={200: ONE, **reading()},
    )
    def get(self, request: Request, pk: UUID) -> Response:
        return self.answer(permissions.get_readable_session(caller(request), pk))

    @changing(
        serializers.SessionUpdate,
        "replace_session_fields",
        "Change what is sent",
        "The same as PATCH. A prepared session is started by its first update.",
    )
    def put(self, user: User, pk: UUID, given: Given) -> Session:
        return services.update(user=user, pk=pk, changes=given)

    @changing(
        serializers.SessionUpdate,
        "update_session",
        "Change what is sent",
        "Lists are sent whole. A prepared session is started by its first update.",
    )
    def patch(self, user: User, pk: UUID, given: Given) -> Session:
        return services.update(user=user, pk=pk, changes=given)

    @extend_schema(
        operation_id="delete_session",
        summary="Delete a session of one's own, with its decisions",
        description="Only its owner may.",
        tags=TAGS,
        parameters=[IF_MATCH],
        responses={204: OpenApiResponse(description="Deleted."), **reading(409)},
    )
    def delete(self, request: Request, pk: UUID) -> Response:
        with as_seen(request, pk):
            services.delete(user=caller(request), pk=pk)
        return Response(status=204)


class CompleteSession(SessionView):
    """`/sessions/{id}/complete` ([S5])"""

    @changing(
        serializers.SessionComplete,
        "complete_session",
        "Complete a session",
        "A note that is left out keeps what was saved before.",
    )
    def post(self, user: User, pk: UUID, given: Given) -> Session:
        return completion_services.complete(user=user, pk=pk, **given)


class SessionScratchpad(SessionView):
    """`/sessions/{id}/scratchpad` ([S6])"""

    @changing(
        serializers.ScratchpadUpdate,
        "update_scratchpad",
        "Save the scratchpad, of a completed session too",
        "The text replaces the one before.",
    )
    def patch(self, user: User, pk: UUID, given: Given) -> Session:
        return services.set_scratchpad(user=user, pk=pk, text=given["scratchpad"])


class SessionVariables(SessionView):
    """`/sessions/{id}/variables` ([S7])"""

    @changing(
        serializers.VariablesUpdate,
        "update_variables",
        "Merge values into the session's variables",
        "An empty text or null empties a variable.",
    )
    def patch(self, user: User, pk: UUID, given: Given) -> Session:
        return services.set_variables(user=user, pk=pk, values=given["variables"])


class SessionTitle(SessionView):
    """`/sessions/{id}/title` ([S13])"""

    @changing(
        serializers.TitleUpdate,
        "update_title",
        "Name a session",
        "A name that a person chose is never replaced by a made one.",
    )
    def patch(self, user: User, pk: UUID, given: Given) -> Session:
        return services.set_title(user=user, pk=pk, title=given["title"])
