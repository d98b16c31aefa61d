"""`POST /redact` ([R5]): what is sensitive in a text, and the text without it.

Nothing of the text is stored or logged; it is looked at and answered.
"""

import re
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts_app.authentication import caller
from exports_app import redact_document
from exports_app.preview import services as preview_services
from resolutionflow.api.base import ApiView, Flag, StrictSerializer, Text
from resolutionflow.api.schema import writing
from resolutionflow.redaction import KINDS, describe_rule
from sessions_app import permissions

#: Characters of one text.
LONGEST = 5_000_000


_UUID = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"


@extend_schema_field({"type": "string", "format": "uuid", "pattern": _UUID})
class SessionId(serializers.Field[Any, Any, Any, Any]):
    """The id of a session, written as answers have it."""

    def to_internal_value(self, data: Any) -> UUID:
        if not isinstance(data, str) or re.fullmatch(_UUID, data) is None:
            raise serializers.ValidationError("Send the id of a session.")
        return UUID(data)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if data is None:
            raise serializers.ValidationError("Send the id of a session, or leave it out.")
        return super().run_validation(data)


class RedactInput(StrictSerializer):
    """A text to look at."""

    text = Text(max_length=LONGEST)
    redact_hostnames = Flag(required=False)
    redact_phone_numbers = Flag(required=False)
    session_id = SessionId(
        required=False,
        help_text="A session that you may read: its sensitive values are looked for as well.",
    )


class FindingOutput(serializers.Serializer[Any]):
    """One stretch to mask, `text[start:end]` of the text that was sent.

    Offsets count Unicode code points, not UTF-16 units: in JavaScript, an emoji is one.
    """

    kind = serializers.ChoiceField(choices=list(KINDS))
    rule = serializers.CharField(help_text="The id of the rule that found it.")
    start = serializers.IntegerField(min_value=0)
    end = serializers.IntegerField(min_value=1)


class RedactOutput(serializers.Serializer[Any]):
    """The masked text, where something was found, and the counts by kind."""

    text = serializers.CharField(allow_blank=True)
    findings = FindingOutput(many=True)
    rules = serializers.DictField(
        child=serializers.CharField(), help_text="What each rule that found something looks for."
    )
    summary = serializers.DictField(child=serializers.IntegerField(min_value=0))


class RedactText(ApiView):
    """`/redact` ([R5])"""

    @extend_schema(
        operation_id="redact_text",
        summary="Find and mask what is sensitive in a text",
        description="Answers the masked text and, for the text as it was sent, where something "
        "was found. `start` and `end` count Unicode code points. Nothing is stored.",
        tags=["redaction"],
        request=RedactInput,
        responses={200: RedactOutput, **writing(500)},
    )
    def post(self, request: Request) -> Response:
        given = self.body(RedactInput)
        secrets: set[str] = set()
        if session_id := given.get("session_id"):
            work_session = permissions.get_readable_session(caller(request), session_id)
            secrets = preview_services.session_secrets(work_session)
        found = redact_document.redact_text(
            given["text"],
            redact_hostnames=given.get("redact_hostnames", False),
            redact_phone_numbers=given.get("redact_phone_numbers", False),
            secrets=secrets,
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
