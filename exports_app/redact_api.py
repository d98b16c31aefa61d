"""`POST /redact` ([R5]): what is sensitive in a text, and the text without it.

Nothing of the text is stored or logged; it is looked at and answered.
"""

from typing import Annotated, ClassVar

from drf_spectacular.utils import extend_schema
from pydantic import Field
from rest_framework.request import Request
from rest_framework.response import Response

from accounts_app.authentication import caller
from exports_app import redact_document
from exports_app.preview import services as preview_services
from resolutionflow.api.base import ApiView
from resolutionflow.api.openapi import write_errors
from resolutionflow.api.scopes import Scope
from resolutionflow.redaction import DEFAULT_POLICY, KINDS, describe_rule
from resolutionflow.web.schemas import Flag, OneOf, RequestModel, ResponseModel, Text, Uuid
from sessions_app import permissions

#: Characters of one text.
LONGEST = 5_000_000


class RedactRequest(RequestModel):
    """A text to look at."""

    text: Annotated[str, Text(LONGEST)]
    redact_hostnames: Flag | None = None
    redact_phone_numbers: Flag | None = None
    session_id: Uuid | None = Field(
        None,
        description="A session that you may read: its sensitive values are looked for as well.",
    )


class FindingResponse(ResponseModel):
    """One stretch to mask, `text[start:end]` of the text that was sent.

    Offsets count Unicode code points, not UTF-16 units: in JavaScript, an emoji is one.
    """

    kind: Annotated[str, OneOf(tuple(KINDS))]
    rule: str = Field(description="The id of the rule that found it.")
    start: int = Field(ge=0)
    end: int = Field(ge=1)


class RedactResponse(ResponseModel):
    """The masked text, where something was found, and the counts by kind."""

    text: str
    findings: list[FindingResponse]
    rules: dict[str, str] = Field(description="What each rule that found something looks for.")
    summary: dict[str, Annotated[int, Field(ge=0)]]


class RedactText(ApiView):
    """`/redact` ([R5])"""

    scopes: ClassVar = {"POST": Scope.READ}

    def cost(self, request: Request) -> int:
        """Return 5, and 1 more for each 100 KB that are sent: they are searched."""
        return 5 + int(request.META.get("CONTENT_LENGTH") or 0) // 100_000

    @extend_schema(
        operation_id="redact_text",
        summary="Find and mask what is sensitive in a text",
        description="Answers the masked text and, for the text as it was sent, where something "
        "was found. `start` and `end` count Unicode code points. Nothing is stored.",
        tags=["redaction"],
        request=RedactRequest,
        responses={200: RedactResponse, **write_errors(500)},
    )
    def post(self, request: Request) -> Response:
        body = self.body(RedactRequest)
        account = caller(request).account
        secrets: set[str] = set()
        if body.session_id is not None:
            work_session = permissions.get_readable_session(caller(request), body.session_id)
            secrets = preview_services.session_secrets(work_session)
        found = redact_document.redact_text(
            body.text,
            redact_hostnames=bool(body.redact_hostnames),
            redact_phone_numbers=bool(body.redact_phone_numbers),
            secrets=secrets,
            policy=account.redaction_policy() if account else DEFAULT_POLICY,
        )
        return Response(
            {
                "text": found.text,
                "findings": [
                    {
                        "kind": item.kind,
                        "start": item.start,
                        "end": item.end,
                        "rule": item.rule,
                    }
                    for item in found.findings
                ],
                "rules": {
                    rule: describe_rule(rule)
                    for rule in dict.fromkeys(item.rule for item in found.findings)
                },
                "summary": found.counts,
            }
        )
