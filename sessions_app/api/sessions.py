"""Sessions over REST: [S1] to [S7], [S12] to [S14]. The rules stand in `services`."""

from typing import Any
from uuid import UUID

from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts_app.authentication import caller
from resolutionflow.api import ApiView, etag
from resolutionflow.api_schema import answer_header, failures, paging, query, reading, writing
from resolutionflow.errors import Invalid
from resolutionflow.pagination import Window, asked_position, next_link, total_header
from sessions_app import closing, queries, services
from sessions_app.api import serializers
from sessions_app.api.filters import BIGGEST_ID, narrowing
from sessions_app.api.preconditions import as_seen
from sessions_app.api.representation import COLUMNS, EXPANDABLE, list_items, of_rows, represent
from sessions_app.models import Session, State

TAGS = ["sessions"]
TAG_HEADER = answer_header("ETag", "The revision, for `If-Match`.", on=(200, 201, 409))
IF_MATCH = OpenApiParameter(
    "If-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="The `ETag` of the state that this write was made against; another one is 409.",
)
ONE = OpenApiResponse(serializers.SessionShape, description="The session.")
SOME_ID = {"type": "integer", "minimum": 1, "maximum": BIGGEST_ID}
SOME_TEXT = {"type": "string", "maxLength": 255, "pattern": "^[^\\u0000]*$"}
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


class SessionView(ApiView):
    """What the calls about one session share."""

    def represent(self, work_session: Session) -> dict[str, Any]:
        """The session in an answer, also in the one to a stale write."""
        return represent(work_session)

    def answer(self, work_session: Session, *, status: int = 200) -> Response:
        headers = {"ETag": etag(work_session.revision)}
        return Response(self.represent(work_session), status=status, headers=headers)


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
            answer_header("Link", 'The next page, as `rel="next"`; left out on the last.'),
        ],
        responses={200: serializers.SessionItem(many=True), **failures(422)},
    )
    def get(self, request: Request) -> Response:
        expand = asked_expansions(request)
        window = Window.of(request.query_params)
        place = asked_position(request.query_params)
        parts = queries.branches(caller(request), narrow=narrowing(request.query_params))
        size = window.size
        if expand or (window.offset and place is None):
            keys = queries.keys(parts, size=size + 1, offset=window.offset, place=place)
            items = list_items([key for _, key in keys[:size]], expand=expand)
        else:
            rows = queries.rows(parts, COLUMNS, size=size + 1, place=place)
            keys = [(row["started_at"], row["id"]) for row in rows]
            items = of_rows(rows[:size])
        headers = {"X-Total-Count": total_header(queries.bounded_count(parts))}
        if len(keys) > size:
            headers["Link"] = next_link(request, cursor=queries.place_of(keys[size - 1]).encode())
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
            work_session = services.start(
                user=caller(request),
                tree=tree,
                ticket_number=given.get("ticket_number", ""),
                client_name=given.get("client_name", ""),
                variables=given.get("session_variables"),
            )
        except Invalid as error:
            raise Invalid(
                {f"session_{name}": text for name, text in error.fields.items()}
            ) from None
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
        work_session = services.current(caller(request))
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
        return self.answer(services.readable(caller(request), pk))

    @extend_schema(
        operation_id="replace_session_fields",
        summary="Change what is sent",
        description="The same as PATCH. A prepared session is started by its first update.",
        tags=TAGS,
        parameters=[IF_MATCH, TAG_HEADER],
        request=serializers.SessionUpdate,
        responses={200: ONE, **writing(409)},
    )
    def put(self, request: Request, pk: UUID) -> Response:
        return self._update(request, pk)

    @extend_schema(
        operation_id="update_session",
        summary="Change what is sent",
        description="Lists are sent whole. A prepared session is started by its first update.",
        tags=TAGS,
        parameters=[IF_MATCH, TAG_HEADER],
        request=serializers.SessionUpdate,
        responses={200: ONE, **writing(409)},
    )
    def patch(self, request: Request, pk: UUID) -> Response:
        return self._update(request, pk)

    def _update(self, request: Request, pk: UUID) -> Response:
        changes = self.body(serializers.SessionUpdate)
        with as_seen(request, pk):
            work_session = services.update(user=caller(request), pk=pk, changes=changes)
        return self.answer(work_session)

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

    @extend_schema(
        operation_id="complete_session",
        summary="Complete a session",
        description="A note that is left out keeps what was saved before.",
        tags=TAGS,
        parameters=[IF_MATCH, TAG_HEADER],
        request=serializers.SessionComplete,
        responses={200: ONE, **writing(409)},
    )
    def post(self, request: Request, pk: UUID) -> Response:
        given = self.body(serializers.SessionComplete)
        with as_seen(request, pk):
            work_session = closing.complete(user=caller(request), pk=pk, **given)
        return self.answer(work_session)


class SessionScratchpad(SessionView):
    """`/sessions/{id}/scratchpad` ([S6])"""

    @extend_schema(
        operation_id="update_scratchpad",
        summary="Save the scratchpad, of a completed session too",
        description="The text replaces the one before.",
        tags=TAGS,
        parameters=[IF_MATCH, TAG_HEADER],
        request=serializers.ScratchpadUpdate,
        responses={200: ONE, **writing(409)},
    )
    def patch(self, request: Request, pk: UUID) -> Response:
        text = self.body(serializers.ScratchpadUpdate)["scratchpad"]
        with as_seen(request, pk):
            work_session = services.set_scratchpad(user=caller(request), pk=pk, text=text)
        return self.answer(work_session)


class SessionVariables(SessionView):
    """`/sessions/{id}/variables` ([S7])"""

    @extend_schema(
        operation_id="update_variables",
        summary="Merge values into the session's variables",
        description="An empty text or null empties a variable.",
        tags=TAGS,
        parameters=[IF_MATCH, TAG_HEADER],
        request=serializers.VariablesUpdate,
        responses={200: ONE, **writing(409)},
    )
    def patch(self, request: Request, pk: UUID) -> Response:
        values = self.body(serializers.VariablesUpdate)["variables"]
        with as_seen(request, pk):
            work_session = services.set_variables(user=caller(request), pk=pk, values=values)
        return self.answer(work_session)


class SessionTitle(SessionView):
    """`/sessions/{id}/title` ([S13])"""

    @extend_schema(
        operation_id="update_title",
        summary="Name a session",
        description="A name that a person chose is never replaced by a made one.",
        tags=TAGS,
        parameters=[IF_MATCH, TAG_HEADER],
        request=serializers.TitleUpdate,
        responses={200: ONE, **writing(409)},
    )
    def patch(self, request: Request, pk: UUID) -> Response:
        title = self.body(serializers.TitleUpdate)["title"]
        with as_seen(request, pk):
            work_session = services.set_title(user=caller(request), pk=pk, title=title)
        return self.answer(work_session)
