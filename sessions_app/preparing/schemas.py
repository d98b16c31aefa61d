"""What callers send to prepare sessions and to save them as flows, and what a batch answers."""

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from resolutionflow.api.base import Checked, StrictSerializer, Text, Whole
from sessions_app import limits, shapes
from sessions_app.api.serializers import SessionItem, SessionStart
from sessions_app.batches.services import MAX_TARGETS
from trees_app.models import Tree

TARGET: dict[str, shapes.Check] = {"label": shapes.text(limits.LINE)}


def targets(value: Any) -> list[dict[str, str]]:
    """`[{"label"}]`; how long a label may be is for the service to say."""
    return shapes.items(
        value, lambda item: shapes.record(item, TARGET, required=("label",)), most=MAX_TARGETS
    )


class SessionPrepare(SessionStart):
    """A session that waits, for the caller or for somebody of the same team."""

    assigned_to_id = Whole(required=False, allow_null=True)


class BatchPrepare(StrictSerializer):
    """One session for each target of a maintenance flow."""

    tree_id = Whole()
    targets = Checked(targets, component="BatchTargets")


class SaveAsTree(StrictSerializer):
    """A name left out is made from the flow's; a description left out is the flow's."""

    tree_name = Text(min_length=1, max_length=255, required=False)
    description = Text(max_length=5_000, required=False)
    status = serializers.ChoiceField(choices=Tree.Status.choices)


@extend_schema_serializer(component_name="Batch")
class BatchShape(serializers.Serializer[Any]):
    batch_id = serializers.UUIDField()
    count = serializers.IntegerField(min_value=1, max_value=MAX_TARGETS)
    sessions = SessionItem(many=True, help_text="In the order of the targets.")
