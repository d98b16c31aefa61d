"""Every field that takes an id: of calls, of forms, and of the pages' filters."""

from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.permissions.existence import Foreign, step_of, token

# By call: the field, what it names, and what else is sent. `{…}` as in `World.fill`.
API_FIELDS: dict[tuple[str, str], tuple[str, dict[str, Any]]] = {
    ("POST api-sessions", "tree_id"): ("tree", {}),
    ("POST api-session-prepare", "tree_id"): ("tree", {}),
    ("POST api-session-prepare", "assigned_to_id"): ("user", {"tree_id": "{tree}"}),
    ("POST api-session-batch", "tree_id"): ("tree", {"targets": [{"label": "SRV-2"}]}),
    ("POST api-trees", "team_id"): ("team", {"name": "New"}),
    ("PUT api-tree", "team_id"): ("team", {}),
    ("PATCH api-tree", "team_id"): ("team", {}),
    ("POST api-redact", "session_id"): ("session", {"text": "10.0.0.1"}),
    ("GET api-sessions", "tree_id"): ("tree", {}),
    ("GET api-sessions", "batch_id"): ("batch", {}),
    ("GET api-sessions", "assigned_to_id"): ("user", {}),
}
# The specification has them refused in words of their own, as it knows them to be there.
TOLD_APART = {
    ("POST api-sessions", "tree_id"),
    ("POST api-session-prepare", "tree_id"),
    ("POST api-session-batch", "tree_id"),
    ("POST api-redact", "session_id"),
}

Fill = Callable[[Foreign, Any], dict[str, Any]]
# By address and field: what it names, and what is sent.
FORM_FIELDS: dict[tuple[str, str], tuple[str, Fill]] = {
    ("session-prepare", "assigned_to_id"): (
        "user",
        lambda world, one: {**token(), "assigned_to_id": one},
    ),
    ("session-continue", "tree_id"): (
        "tree",
        lambda world, one: {**token(), "tree_id": one},
    ),
    ("session-hand-over", "to"): ("user", lambda world, one: {**token(), "to": one}),
    ("batch-answer", "target"): (
        "session",
        lambda world, one: {"node_id": "scope", "choice": 0, "target": f"{one}:1"},
    ),
    ("session-add-custom-step", "library"): (
        "step",
        lambda world, one: {**step_of(world.world.work_session), "library": one},
    ),
    ("session-add-custom-step", "after"): (
        "decision",
        lambda world, one: {"title": "Look twice", "after": one},
    ),
    ("session-answer", "revised_decision_id"): (
        "decision",
        lambda world, one: {
            **step_of(world.world.work_session),
            "choice": 0,
            "revised_decision_id": one,
        },
    ),
    ("session-attach", "revised_decision_id"): (
        "decision",
        lambda world, one: {
            **step_of(world.world.work_session),
            "file": SimpleUploadedFile("second.log", b"error 810"),
            "revised_decision_id": one,
        },
    ),
    ("session-typing", "revised_decision_id"): (
        "decision",
        lambda world, one: {
            **step_of(world.world.work_session),
            "notes": "Typed",
            "revised_decision_id": one,
        },
    ),
    ("session-bring-back", "discarded_branch"): (
        "branch",
        lambda world, one: {"discarded_branch": one},
    ),
    ("session-drop-custom-step", "node_id"): (
        "branch",
        lambda world, one: {"node_id": f"custom-{one}"},
    ),
    ("invitation-create", "team"): (
        "team",
        lambda world, one: {**token(), "email": "ben@example.com", "role": "viewer", "team": one},
    ),
    ("provisioning-roles", "team-*"): (
        "team",
        lambda world, one: {"first_role": "engineer", f"team-{one}": "viewer"},
    ),
}
PAGE_FILTERS: dict[tuple[str, str], tuple[str, Fill]] = {
    ("session-list", "tree_id"): ("tree", lambda world, one: {"tree_id": one}),
    ("session-list", "batch_id"): ("batch", lambda world, one: {"batch_id": one}),
    ("session-list", "assigned_to_id"): ("user", lambda world, one: {"assigned_to_id": one}),
    ("session-list", "owner"): ("user", lambda world, one: {"owner": one}),
    ("people", "after"): ("user", lambda world, one: {"after": one}),
    ("session-step-library", "use"): ("step", lambda world, one: {"use": one}),
}
# These hold ids too: a token of the form's own, and where the form is sent.
NO_OBJECTS = {"submission_token", "request_id", "next", "csrfmiddlewaretoken"}
