"""Shapes of the OpenAPI document that no serializer holds: they mirror the hand-written checks
of `sessions_app.shapes` and `trees_app.document.shape`.
"""

from typing import Any

from resolutionflow.api.schema import NO_NUL, ref, text_schema
from sessions_app import limits, shapes
from sessions_app.batches import services as batches_services
from trees_app.document import shape
from trees_app.variables import NAME

ANY_TEXT = {"type": "string", "pattern": NO_NUL}
MAYBE_TEXT = {"type": ["string", "null"], "pattern": NO_NUL}
MOMENT = {"type": "string", "format": "date-time"}
VARIABLE_NAME = f"^{NAME}$"


def components() -> dict[str, Any]:
    """Every such shape by its name."""
    return {**_errors(), **_session_input(), **_tree_documents()}


def _object(properties: dict[str, Any], *required: str, extra: Any = False) -> dict[str, Any]:
    schema = {"type": "object", "properties": properties, "additionalProperties": extra}
    if extra:
        schema["propertyNames"] = {"pattern": NO_NUL}
    return schema | ({"required": list(required)} if required else {})


def _list(of: dict[str, Any], *, most: int | None = None) -> dict[str, Any]:
    return {"type": "array", "items": of} | ({"maxItems": most} if most else {})


def _errors() -> dict[str, Any]:
    text = {"type": "string"}
    problem = _object(
        {
            "field": {**text, "description": "A dotted path; empty for the body as a whole."},
            "message": text,
            "node": {**text, "description": "Of a flow that can't be published: the node."},
            "code": {**text, "description": "Of a flow that can't be published: which rule."},
        },
        "field",
        "message",
    )
    return {
        "Failure": _object({"detail": text}, "detail"),
        "Refusal": _object({"detail": _list(problem)}, "detail"),
        "Conflict": _object({"detail": text, "current": ref("Session")}, "detail", "current"),
    }


def _session_input() -> dict[str, Any]:
    node_id = {"type": "string", "pattern": shapes.NODE_ID_PATTERN}
    maybe_node = {"anyOf": [{"type": "string", "maxLength": 0}, node_id]}
    texts = {name: text_schema(most) for name, most in shapes.DECISION_TEXTS.items()}
    url = {"type": "string", "pattern": shapes.URL_PATTERN, "maxLength": limits.LINE}
    attachment = _object({"name": text_schema(255, min_length=1), "url": url}, "name", "url")
    command = _object(
        {
            "label": text_schema(limits.CUSTOM_TITLE),
            "shell": text_schema(shapes.SHELL),
            "code": text_schema(limits.NOTES),
        },
        "code",
    )
    decision = _object(
        {
            "position": {
                "type": "integer",
                "minimum": 1,
                "maximum": limits.DECISIONS,
                "description": "If sent, its place in the list, counted from 1.",
            },
            "node_id": {**node_id, "description": "Of the flow, or `custom-<uuid>`."},
            **texts,
            "timestamp": {**MOMENT, "description": "When it was answered; else kept, or now."},
            "entered_at": {**MOMENT, "type": ["string", "null"]},
            "attachments": _list(attachment, most=shapes.MAX_ATTACHMENTS),
            "carried_over_from": {
                **MOMENT,
                "type": ["string", "null"],
                "description": "Read-only: taken so that a path can be sent back, and ignored.",
            },
        },
        "node_id",
    )
    commands = _list(ref("CommandInput"), most=shapes.MAX_COMMANDS)
    custom_step = _object(
        {
            "id": {"type": "string", "pattern": shapes.CUSTOM_ID_PATTERN},
            "title": text_schema(limits.CUSTOM_TITLE, min_length=1),
            "body": text_schema(limits.NOTES),
            "commands": ref("CommandList"),
            "return_to": maybe_node,
        },
        "id",
        "title",
    )
    label = {
        "type": "string",
        "pattern": batches_services.LABEL_PATTERN,
        "description": f"1 to {batches_services.MAX_LABEL} characters, without the space around.",
    }
    value = {"anyOf": [text_schema(limits.VARIABLE), {"type": ["number", "null"]}]}
    return {
        "DecisionInput": decision,
        "DecisionList": _list(ref("DecisionInput"), most=limits.DECISIONS),
        "CommandInput": command,
        "CommandList": commands,
        "CustomStepInput": custom_step,
        "CustomStepList": _list(ref("CustomStepInput"), most=limits.CUSTOM_STEPS),
        "CurrentNode": maybe_node,
        "BatchTarget": _object({"label": label}, "label"),
        "BatchTargets": {
            **_list(ref("BatchTarget"), most=batches_services.MAX_TARGETS),
            "minItems": 1,
        },
        "Variables": {
            "type": "object",
            "propertyNames": {"pattern": VARIABLE_NAME},
            "additionalProperties": value,
            "description": "Values by name. What the flow declares is checked by its type.",
        },
    }


def _tree_documents() -> dict[str, Any]:
    extra = ref("JsonValue")
    next_node = {**MAYBE_TEXT, "description": "The id of the node that follows."}
    option = _object({"label": ANY_TEXT, "next": next_node}, "label", extra=extra)
    command = _object(
        {"label": MAYBE_TEXT, "shell": MAYBE_TEXT, "code": ANY_TEXT}, "code", extra=extra
    )
    outcome = {"enum": [*shape.OUTCOMES, "", None]}
    node = _object(
        {
            "type": {"type": "string", "enum": list(shape.NODE_TYPES)},
            "title": MAYBE_TEXT,
            "body": {**MAYBE_TEXT, "description": "Markdown."},
            "options": {**_list(option), "type": ["array", "null"]},
            "commands": {**_list(command), "type": ["array", "null"]},
            "expected": MAYBE_TEXT,
            "next": next_node,
            "outcome": outcome,
            "next_steps": MAYBE_TEXT,
            "variables": {**_list(ANY_TEXT), "type": ["array", "null"]},
        },
        "type",
        extra=extra,
    )
    nodes = {
        "type": "object",
        "propertyNames": {"pattern": "^(?!custom-)[a-z0-9][a-z0-9-]{0,63}$"},
        "additionalProperties": ref("TreeNode"),
    }
    structure = _object(
        {"schema_version": {"const": shape.SCHEMA_VERSION}, "start": MAYBE_TEXT, "nodes": nodes},
        "schema_version",
        "nodes",
        extra=extra,
    )
    return {
        "AnyValue": {"description": "Any JSON; what is wrong with it is the answer."},
        "JsonValue": _json_value(),
        "TreeNode": node,
        "TreeStructure": structure,
        "IntakeForm": {**_list(_intake_field(extra)), "description": "Each name once."},
        "TeamId": {"type": ["integer", "null"], "minimum": 1, "maximum": 2**63 - 1},
        "Tags": _list(text_schema(50, min_length=1), most=30),
    }


def _json_value() -> dict[str, Any]:
    return {
        "description": "Anything else that is kept with the document.",
        "anyOf": [
            {"type": ["number", "boolean", "null"]},
            ANY_TEXT,
            {"type": "array", "items": ref("JsonValue")},
            {
                "type": "object",
                "propertyNames": {"pattern": NO_NUL},
                "additionalProperties": ref("JsonValue"),
            },
        ],
    }


def _intake_field(extra: dict[str, Any]) -> dict[str, Any]:
    base = {
        "name": {"type": "string", "pattern": VARIABLE_NAME},
        "label": MAYBE_TEXT,
        "required": {"type": ["boolean", "null"]},
        "help": MAYBE_TEXT,
        "sensitive": {"type": ["boolean", "null"]},
    }
    kinds = [kind for kind in shape.VARIABLE_TYPES if kind != "select"]
    plain = {
        **base,
        "type": {"type": "string", "enum": kinds},
        "choices": {**_list(ANY_TEXT), "type": ["array", "null"]},
    }
    select = {
        **base,
        "type": {"const": "select"},
        "choices": {**_list(ANY_TEXT), "minItems": 1},
    }
    return {
        "anyOf": [
            _object(plain, "name", extra=extra),
            _object(select, "name", "type", "choices", extra=extra),
        ]
    }


def with_components(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """Postprocessing: add the shapes that are written by hand, as exact as the checks are."""
    result["components"].setdefault("schemas", {}).update(components())
    result["components"]["schemas"] = dict(sorted(result["components"]["schemas"].items()))
    return result
