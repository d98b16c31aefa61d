"""What callers send about sessions; what they get back is described for the OpenAPI document."""

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from resolutionflow.api.base import Checked, StrictSerializer, Text, Whole
from sessions_app import limits, shapes
from sessions_app.models import Outcome, State


def object_of_values(value: Any) -> dict[str, Any]:
    """Variables by name; each value is checked by the service, which knows the flow's form."""
    if not isinstance(value, dict):
        raise serializers.ValidationError("Send an object of values by name.")
    return value


class SessionStart(StrictSerializer):
    """A new session of a flow."""

    tree_id = Whole()
    ticket_number = Text(max_length=limits.TICKET, required=False)
    client_name = Text(max_length=limits.CLIENT, required=False)
    session_variables = Checked(object_of_values, component="Variables", required=False)


class SessionUpdate(StrictSerializer):
    """Only what is sent changes. `decisions` and `custom_steps` are sent whole."""

    decisions = Checked(shapes.decisions, component="DecisionList", required=False)
    custom_steps = Checked(shapes.custom_steps, component="CustomStepList", required=False)
    scratchpad = Text(max_length=limits.SCRATCHPAD, required=False)
    next_steps = Text(max_length=limits.NOTES, required=False)
    outcome_notes = Text(max_length=limits.NOTES, required=False)
    ticket_number = Text(max_length=limits.TICKET, required=False)
    client_name = Text(max_length=limits.CLIENT, required=False)
    current_node = Checked(shapes.node_id_or_none, component="CurrentNode", required=False)


class SessionComplete(StrictSerializer):
    """A note that is left out keeps what was saved before."""

    outcome = serializers.ChoiceField(choices=Outcome.choices)
    outcome_notes = Text(max_length=limits.NOTES, required=False)
    next_steps = Text(max_length=limits.NOTES, required=False)


class ScratchpadUpdate(StrictSerializer):
    scratchpad = Text(max_length=limits.SCRATCHPAD)


class VariablesUpdate(StrictSerializer):
    """Merged into what is there; "" or null empties a variable."""

    variables = Checked(object_of_values, component="Variables")


class TitleUpdate(StrictSerializer):
    title = Text(min_length=1, max_length=limits.TITLE)


# -- answers -----------------------------------------------------------------------------------


@extend_schema_serializer(component_name="Attachment")
class AttachmentShape(serializers.Serializer[Any]):
    name = serializers.CharField()
    url = serializers.CharField()


@extend_schema_serializer(component_name="Command")
class CommandShape(serializers.Serializer[Any]):
    label = serializers.CharField()  # type: ignore[assignment]
    shell = serializers.CharField()
    code = serializers.CharField()


@extend_schema_serializer(component_name="Decision")
class DecisionShape(serializers.Serializer[Any]):
    """One recorded step of the path."""

    position = serializers.IntegerField(min_value=1)
    node_id = serializers.CharField()
    question = serializers.CharField()
    answer = serializers.CharField()
    action = serializers.CharField()
    notes = serializers.CharField()
    command_output = serializers.CharField()
    timestamp = serializers.DateTimeField(help_text="When it was answered.")
    entered_at = serializers.DateTimeField(allow_null=True, help_text="When it was first shown.")
    attachments = AttachmentShape(many=True)
    carried_over_from = serializers.DateTimeField(
        allow_null=True,
        help_text="When the answer was given in an earlier session of this client, if it was taken "
        "from there and not asked again. Read-only: sent back, it changes nothing.",
    )


@extend_schema_serializer(component_name="CustomStep")
class CustomStepShape(serializers.Serializer[Any]):
    """A step of the engineer's own."""

    id = serializers.CharField()
    title = serializers.CharField()
    body = serializers.CharField()
    commands = CommandShape(many=True)
    return_to = serializers.CharField(help_text="The node at which the run went on.")


class SessionItem(serializers.Serializer[Any]):
    """A session in a list. `tree_snapshot`, `custom_steps`, `decisions` only with `expand`."""

    id = serializers.UUIDField()
    tree = serializers.IntegerField(allow_null=True, help_text="Null once the flow is deleted.")
    tree_name = serializers.CharField(help_text="Of the snapshot.")
    user = serializers.IntegerField(help_text="The owner.")
    user_name = serializers.CharField()
    assigned_to = serializers.IntegerField(allow_null=True)
    assigned_to_name = serializers.CharField()
    prepared_by = serializers.IntegerField(allow_null=True)
    prepared_by_name = serializers.CharField()
    ticket_number = serializers.CharField()
    client_name = serializers.CharField()
    title = serializers.CharField()
    scratchpad = serializers.CharField()
    session_variables = serializers.DictField(child=serializers.CharField())
    started_at = serializers.DateTimeField(allow_null=True)
    completed_at = serializers.DateTimeField(allow_null=True)
    last_activity_at = serializers.DateTimeField()
    outcome = serializers.ChoiceField(choices=Outcome.choices, allow_blank=True)
    outcome_notes = serializers.CharField()
    next_steps = serializers.CharField()
    exported = serializers.BooleanField()
    batch_id = serializers.UUIDField(allow_null=True)
    target_label = serializers.CharField()
    current_node = serializers.CharField(help_text="Empty when no step is left.")
    decision_count = serializers.IntegerField(min_value=0)
    status = serializers.ChoiceField(choices=State.choices)
    is_active = serializers.BooleanField(help_text="Active and touched lately; else idle or over.")
    tree_snapshot = serializers.DictField(required=False)
    decisions = DecisionShape(many=True, required=False)
    custom_steps = CustomStepShape(many=True, required=False)
    path_taken = serializers.ListField(child=serializers.CharField(), required=False)


@extend_schema_serializer(component_name="Session")
class SessionShape(SessionItem):
    """One session, whole. The `ETag` of the answer is its revision ."""

    tree_snapshot = serializers.DictField(help_text="The flow as it was frozen at the start.")
    decisions = DecisionShape(many=True, help_text="The path taken, in order.")
    custom_steps = CustomStepShape(many=True)
    path_taken = serializers.ListField(
        child=serializers.CharField(), help_text="The node ids of the decisions."
    )
