"""Making a batch: one prepared session for each target of a maintenance flow ([S11])."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts_app.models import User
from resolutionflow.web.errors import Invalid, StateError
from resolutionflow.web.schemas import SPACE
from resolutionflow.web.text import unstorable_message
from sessions_app.models import Session
from sessions_app.preparing.services import unstarted_fields
from sessions_app.services import startable_tree
from sessions_app.variable_validation import clean_values
from trees_app.models import Tree

MAX_TARGETS = 100
MAX_LABEL = 255
# For the OpenAPI document: `clean_labels` as a pattern, PostgreSQL's want of NUL included.
_NO_SPACE = f"[^{SPACE}\\u0000]"
LABEL_PATTERN = f"^[{SPACE}]*{_NO_SPACE}([^\\u0000]{{0,{MAX_LABEL - 2}}}{_NO_SPACE})?[{SPACE}]*$"
# A maintenance flow that declares this variable gets each target's label in it.
TARGET_VARIABLE = "target"
# Each row carries a snapshot of up to half a megabyte.
INSERT_BATCH_SIZE = 20


def prepare_batch(
    *, user: User, tree_id: Any, labels: Sequence[str]
) -> tuple[uuid.UUID, list[Session]]:
    """Prepare one session for each target of a maintenance flow ([S11]), all or none.

    Return the batch's id and its sessions in the order of the labels. Raises `StateError` for a
    flow that isn't for maintenance, a draft or switched off, `PermissionDenied` for one of another
    team, `Invalid` for labels that can't be used.
    """
    labels = clean_labels(labels)
    tree = startable_tree(user, tree_id)
    if tree.tree_type != Tree.Type.MAINTENANCE:
        raise StateError("Only maintenance flows run over a batch of targets.")
    if not tree.may_batch(user):
        raise PermissionDenied("This flow belongs to another team.")
    live = tree.published_content()
    with transaction.atomic():
        common = {**unstarted_fields(user, tree, live), "batch_id": uuid.uuid4()}
        sessions = [
            Session(
                **common,
                target_label=label,
                session_variables=_target_values(live.intake_form, label),
            )
            for label in labels
        ]
        Session.objects.bulk_create(sessions, batch_size=INSERT_BATCH_SIZE)
    return common["batch_id"], sessions


def _target_values(intake_form: Iterable[Mapping[str, Any]], label: str) -> dict[str, str]:
    """Return the label as the value of the flow's `target`, or nothing where it can't be one.

    A host with a blank in it can't: the step that needs the variable then asks for it, as for any
    other.
    """
    if not any(field["name"] == TARGET_VARIABLE for field in intake_form):
        return {}
    try:
        return clean_values(intake_form, {TARGET_VARIABLE: label})
    except Invalid:
        return {}


def clean_labels(labels: Sequence[str]) -> list[str]:
    """Return the labels trimmed, each on one line; raise `Invalid` with every one that can't be
    used.
    """
    if not 1 <= len(labels) <= MAX_TARGETS:
        raise Invalid({"targets": f"{len(labels):,} targets; a batch has 1 to {MAX_TARGETS}."})
    trimmed = [label.strip() for label in labels]
    errors = {
        f"targets.{index}.label": unstorable_message(label)
        or f"{len(label):,} characters; a label has 1 to {MAX_LABEL}."
        for index, label in enumerate(trimmed)
        if not 1 <= len(label) <= MAX_LABEL or unstorable_message(label)
    }
    if errors:
        raise Invalid(errors)
    return [" ".join(label.split()) for label in trimmed]
