"""Sessions that wait to be started, over REST: [S10], [S11]. The rules stand in `preparing`."""

from django.db import transaction
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts_app.authentication import caller
from resolutionflow.api.base import ApiView
from resolutionflow.api.openapi import write_errors
from resolutionflow.web.errors import Invalid
from sessions_app import services as session_services
from sessions_app.api.base import ONE, TAG_HEADER, TAGS, SessionView, rename_fields
from sessions_app.api.representation import list_items
from sessions_app.batches import services as batches_services
from sessions_app.preparing import schemas, services

BATCH = OpenApiResponse(schemas.BatchResponse, description="The batch.")


class PrepareSession(SessionView):
    """`/sessions/prepare` ([S10])"""

    @extend_schema(
        operation_id="prepare_session",
        summary="Prepare a session for somebody to start",
        description="The first change starts it, makes the acting assignee its owner, and counts "
        "as a use of the flow. The assignee must be of the caller's team; a caller without a team "
        "chooses from the account.",
        tags=TAGS,
        parameters=[TAG_HEADER],
        request=schemas.SessionPrepareRequest,
        responses={201: ONE, **write_errors()},
    )
    def post(self, request: Request) -> Response:
        sent = self.body(schemas.SessionPrepareRequest).sent()
        tree = session_services.startable_tree(caller(request), sent.pop("tree_id"))
        variables = sent.pop("session_variables", None)
        try:
            # Nobody else can write it before it is committed.
            with transaction.atomic():
                work_session = services.prepare(
                    user=caller(request), tree=tree, variables=variables, keep_unfit=True, **sent
                )
                return self.answer(work_session, status=201)
        except Invalid as error:
            raise Invalid(rename_fields(error.fields)) from None


class PrepareBatch(ApiView):
    """`/sessions/batch` ([S11])"""

    def cost(self, request: Request) -> int:
        """Return the number of targets: each is a session that is made."""
        targets = request.data.get("targets") if isinstance(request.data, dict) else None
        return max(1, len(targets)) if isinstance(targets, list) else 1

    @extend_schema(
        operation_id="prepare_batch",
        summary="Prepare a session for each target of a maintenance flow",
        description="All of them or none. A flow that asks for the variable `target` gets each "
        "label in it.",
        tags=TAGS,
        request=schemas.BatchRequest,
        responses={201: BATCH, **write_errors()},
    )
    def post(self, request: Request) -> Response:
        body = self.body(schemas.BatchRequest)
        batch_id, sessions = batches_services.prepare_batch(
            user=caller(request),
            tree_id=body.tree_id,
            labels=[target.label for target in body.targets],
        )
        items = list_items([work_session.pk for work_session in sessions])
        batch = {"batch_id": str(batch_id), "count": len(items), "sessions": items}
        return Response(batch, status=201)
