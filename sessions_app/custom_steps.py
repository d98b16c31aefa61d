"""Steps of the engineer's own on the path: added before the current one, or taken back."""

import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts_app.models import User
from resolutionflow.errors import Conflict, Invalid
from sessions_app import limits
from sessions_app.models import Session
from sessions_app.recording import save_path
from sessions_app.services import STALE_MESSAGE, locked_open, new_custom_id


def add_custom_step(
    *,
    user: User,
    pk: Any,
    title: str,
    body: str = "",
    commands: list[dict[str, str]] | None = None,
    request_id: uuid.UUID | None = None,
) -> Session:
    """Put a step of the engineer's own before the current one, and stand at it.

    When it is answered, the run returns to where it was. The same form sent twice adds one step.
    """
    with transaction.atomic():
        work_session = locked_open(user, pk)
        step_id = custom_id_of(request_id)
        if work_session.node(step_id) is not None:
            return work_session
        keep_custom_step(
            work_session,
            step_id,
            title=title,
            body=body,
            commands=commands or [],
            return_to=work_session.current_node,
        )
        work_session.current_node = step_id
        work_session.node_entered_at = timezone.now()
        save_path(work_session, "custom_steps")
    return work_session


def custom_id_of(request_id: uuid.UUID | None) -> str:
    """The node id of the step that a form adds: the same one when it is sent twice."""
    return f"custom-{request_id}" if request_id else new_custom_id()


def keep_custom_step(
    work_session: Session,
    step_id: str,
    *,
    title: str,
    body: str,
    commands: list[dict[str, str]],
    return_to: str,
) -> dict[str, Any]:
    """Check a step of the engineer's own and put it among the session's; the caller saves it."""
    title = " ".join(title.split())
    if not 1 <= len(title) <= limits.CUSTOM_TITLE:
        raise Invalid({"title": f"Give the step a title of 1 to {limits.CUSTOM_TITLE} characters."})
    if len(body) > limits.NOTES:
        raise Invalid({"body": f"At most {limits.NOTES:,} characters fit here."})
    if len(work_session.custom_steps) >= limits.CUSTOM_STEPS:
        raise Invalid({"title": f"A session has room for {limits.CUSTOM_STEPS} own steps."})
    step = {
        "id": step_id,
        "title": title,
        "body": body,
        "commands": commands,
        "return_to": return_to,
    }
    work_session.custom_steps = [*work_session.custom_steps, step]
    return step


def drop_custom_step(*, user: User, pk: Any, step_id: str) -> Session:
    """Take back an own step that was opened but not recorded yet; stand where it was added."""
    with transaction.atomic():
        work_session = locked_open(user, pk)
        node = work_session.node(step_id)
        if node is None or node["type"] != "custom" or work_session.current_node != step_id:
            raise Conflict(STALE_MESSAGE, work_session)
        work_session.custom_steps = [
            step for step in work_session.custom_steps if step["id"] != step_id
        ]
        files = work_session.waiting_files(step_id)
        work_session.drafts.pop(step_id, None)
        work_session.current_node = node.get("return_to") or ""
        if files:
            there = work_session.waiting_files(work_session.current_node)
            work_session.keep_waiting_files(work_session.current_node, [*there, *files])
        work_session.node_entered_at = timezone.now()
        save_path(work_session, "custom_steps")
    return work_session
