"""What callers send about the step library, and its steps as the API answers them ([S17])."""

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from resolutionflow.api.base import Checked, StrictSerializer, Text
from sessions_app import limits, shapes
from sessions_app.api.representation import iso
from sessions_app.api.serializers import CommandShape
from sessions_app.models import LibraryStep


class StepCreate(StrictSerializer):
    """A step for all of the account to use."""

    title = Text(min_length=1, max_length=limits.CUSTOM_TITLE)
    body = Text(max_length=limits.NOTES, required=False)
    commands = Checked(shapes.commands, component="CommandList", required=False)


@extend_schema_serializer(component_name="LibraryStep")
class StepShape(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    title = serializers.CharField()
    body = serializers.CharField()
    commands = CommandShape(many=True)
    author = serializers.IntegerField(allow_null=True, help_text="Null once the user is deleted.")
    author_name = serializers.CharField()
    created_at = serializers.DateTimeField()


def item(step: LibraryStep) -> dict[str, Any]:
    """The step as answered; load it with its author."""
    return {
        "id": step.pk,
        "title": step.title,
        "body": step.body,
        "commands": step.commands,
        "author": step.author_id,
        "author_name": step.author.display_name if step.author else "",
        "created_at": iso(step.created_at),
    }
