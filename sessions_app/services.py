"""Creating, starting, changing and deleting whole sessions; `completion.services` completes them.

Every write locks the session's row, checks who may and the state, and saves with `update_fields`.
Pages, API and commands call these same functions.
"""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.utils import timezone

from accounts_app.models import User
from resolutionflow.web.errors import Conflict, Invalid, StateError
from sessions_app import limits
from sessions_app.attachments import storage as file_store
from sessions_app.models import Action, AuditEntry, Session, State
from sessions_app.permissions import (
    COMPLETED_MESSAGE,
    STALE_MESSAGE,
    lock_open_session,
    lock_session,
)
from sessions_app.recording import replace_path
from sessions_app.titles.assign import title_after_steps
from sessions_app.variable_validation import clean_values, is_optional
from trees_app.models import Tree, TreeVersion

# -- beginning ---------------------------------------------------------------------------------


def startable_tree(user: User, tree_id: Any) -> Tree:
    """Return the tree for a new session ([S3]): 404 none, 403 not visible, 400 draft or
    inactive.
    """
    if not user.may_run_sessions:
        raise PermissionDenied("Your role reads sessions but can't start them.")
    tree = Tree.objects.filter(pk=tree_id).first()
    if tree is None:
        raise Http404("There is no such flow.")
    # A draft of another account isn't there, whatever its author made of it ([A1]).
    is_shared = tree.is_public and tree.status == Tree.Status.PUBLISHED
    if tree.account_id != user.account_id and not is_shared:
        raise Http404("There is no such flow.")
    if not Tree.objects.shared_with(user).filter(pk=tree.pk).exists():
        raise PermissionDenied("This flow isn't shared with you.")
    if tree.status == Tree.Status.DRAFT:
        raise StateError("This flow is a draft. Publish it before it is run.")
    if not tree.is_active:
        raise StateError("This flow is switched off and can't be started.")
    return tree


def first_node(content: Tree | TreeVersion) -> str:
    """Return the node at which a session of `content` starts.

    Every write checks that there is one; `StateError` for what was stored past that.
    """
    start = content.structure.get("start")
    if not start or start not in content.structure["nodes"]:
        raise StateError("This flow has no first step. Its author has to publish it again.")
    return str(start)


def create_and_start(
    *,
    user: User,
    tree: Tree,
    ticket_number: str = "",
    client_name: str = "",
    variables: Mapping[str, Any] | None = None,
    keep_unfit: bool = False,
    facts: Mapping[str, Any] | None = None,
) -> Session:
    """Start a session of `tree` (from `startable_tree`) and count the use, or do neither.

    `facts` are details that the audit log has of it.
    """
    live = tree.published_content()
    now = timezone.now()
    with transaction.atomic():
        work_session = Session.objects.create(
            account_id=user.own_account_id,
            tree=tree,
            tree_name=tree.name,
            snapshot_id=tree.freeze(live, account_id=user.own_account_id),
            user=user,
            ticket_number=ticket_number,
            client_name=client_name,
            session_variables=clean_values(
                live.intake_form, variables or {}, keep_unfit=keep_unfit
            ),
            created_at=now,
            started_at=now,
            last_activity_at=now,
            current_node=first_node(live),
            node_entered_at=now,
        )
        tree.count_use()
        AuditEntry.objects.log_action(work_session, Action.STARTED, by=user, **(facts or {}))
    return work_session


def start_prepared(*, user: User, pk: Any) -> Session:
    """Start a prepared session without recording anything; one that runs stays as it is ([S4])."""
    with transaction.atomic():
        work_session = lock_session(user, pk)
        if work_session.is_completed:
            raise StateError(COMPLETED_MESSAGE)
        if work_session.started_at is None:
            work_session.start(user)
            work_session.save(update_fields=work_session.mark_modified())
    return work_session


# -- changing ----------------------------------------------------------------------------------

BOTH_CHANGED_MESSAGE = (
    "This was changed elsewhere in the meantime. Here is how it stands now; what you typed is kept "
    "below."
)
TEXT_FIELDS = ("scratchpad", "next_steps", "outcome_notes")
REFERENCE_FIELDS = ("ticket_number", "client_name")


def update(*, user: User, pk: Any, changes: Mapping[str, Any], knows_state: bool = True) -> Session:
    """Change only what `changes` names ([S4]): any text field, `decisions`, `custom_steps`,
    `current_node`.

    `knows_state` says that the caller has shown which state it changes (`If-Match`, checked under
    the lock). Without that, `Conflict` is raised for lists that would drop or change steps.
    Raises `Invalid` for a current step that the snapshot doesn't have.
    """
    with transaction.atomic():
        work_session = lock_open_session(user, pk)
        fields: list[str] = []
        for name in TEXT_FIELDS:
            if name in changes:
                setattr(work_session, name, changes[name])
                fields.append(name)
        reference = {name: changes[name] for name in REFERENCE_FIELDS if name in changes}
        fields += write_reference(work_session, reference, by=user)
        if "custom_steps" in changes:
            kept = {step["id"]: step for step in changes["custom_steps"]}
            if not knows_state and any(
                kept.get(step["id"]) != step for step in work_session.custom_steps
            ):
                raise Conflict(replace_path.UNSEEN_STEPS_MESSAGE, work_session)
            work_session.custom_steps = changes["custom_steps"]
            fields.append("custom_steps")
        if "decisions" in changes:
            replace_path.replace_decisions(
                work_session, changes["decisions"], by=user, knows_state=knows_state
            )
            fields += ["decision_count", "drafts", *title_after_steps(work_session)]
        if "current_node" in changes:
            replace_path.require_node(work_session, changes["current_node"], "current_node")
            if work_session.current_node != changes["current_node"]:
                work_session.node_entered_at = timezone.now()
                fields.append("node_entered_at")
            work_session.current_node = changes["current_node"]
            fields.append("current_node")
        work_session.save(update_fields=[*fields, *work_session.mark_modified()])
    return work_session


def set_scratchpad(*, user: User, pk: Any, text: str) -> Session:
    """Save the scratchpad, of a completed session too ([S6])."""
    with transaction.atomic():
        work_session = lock_session(user, pk)
        work_session.write_scratchpad(text, by=user)
    return work_session


def set_reference(
    *,
    user: User,
    pk: Any,
    changes: Mapping[str, str],
    seen: Mapping[str, str] | None = None,
    starts: bool = False,
) -> Session:
    """Set ticket number and client, of a completed session too; `seen` is what the page showed
    ([S15]).

    Only what was changed there is written. With `starts` a prepared session is started, as by any
    write of the run ([S4]). Raises `Conflict` for a field that was changed elsewhere too.
    """
    with transaction.atomic():
        work_session = lock_session(user, pk)
        was_prepared = work_session.state == State.PREPARED
        if starts:
            work_session.start(user)
        stored = {name: getattr(work_session, name) for name in changes}
        texts = changed_fields(work_session, changes, seen or {}, stored)
        changed = write_reference(work_session, texts, by=user)
        if changed or (starts and was_prepared):
            work_session.save(update_fields=[*changed, *work_session.mark_modified()])
    return work_session


def write_reference(work_session: Session, texts: Mapping[str, str], *, by: User) -> list[str]:
    """Set ticket number and client, and log which of them differ; saved by the caller, who gets
    their names.
    """
    changed = [name for name, text in texts.items() if getattr(work_session, name) != text]
    for name in changed:
        setattr(work_session, name, texts[name])
    if changed:
        AuditEntry.objects.log_action(
            work_session, Action.TICKET_CHANGED, by=by, fields=sorted(changed)
        )
    return changed


def changed_fields(
    work_session: Session,
    sent: Mapping[str, Any],
    seen: Mapping[str, str],
    stored: Mapping[str, str],
) -> dict[str, Any]:
    """Return what a page changed of what it had `seen`; what it doesn't say that it saw, it set.

    Raises `Conflict` where `stored` is neither what it saw nor what it sends.
    """
    changed = {
        name: value for name, value in sent.items() if name not in seen or value != seen[name]
    }
    for name, value in changed.items():
        if name in seen and stored.get(name, "") not in (seen[name], value):
            raise Conflict(BOTH_CHANGED_MESSAGE, work_session)
    return changed


def set_variables(
    *,
    user: User,
    pk: Any,
    values: Mapping[str, Any],
    seen: Mapping[str, str] | None = None,
    keep_unfit: bool = False,
    skipped: str = "",
) -> Session:
    """Merge checked values into the session's variables ([S7]); raises `Invalid` by field.

    `seen` are the values that a page showed (see `set_reference`); `keep_unfit` takes values that
    don't fit their type ([T3]). `skipped` is an optional variable that stays blank on purpose:
    no step asks for it again.
    """
    with transaction.atomic():
        work_session = lock_open_session(user, pk)
        stored = work_session.session_variables
        if isinstance(values, Mapping):
            values = changed_fields(work_session, values, seen or {}, stored)
        merged = clean_values(work_session.intake_form, values, keep_unfit=keep_unfit)
        if is_optional(work_session.intake_form, skipped) and not stored.get(skipped):
            merged[skipped] = ""
        work_session.session_variables = {**work_session.session_variables, **merged}
        work_session.save(update_fields=["session_variables", *work_session.mark_modified()])
    return work_session


def set_title(*, user: User, pk: Any, title: str, seen: str | None = None) -> Session:
    """Name the session ([S13]); a title that a person typed is never replaced by a
    generated one.

    `seen` is the title that the page showed: `Conflict` is raised when somebody has chosen another
    one since.
    """
    title = " ".join(title.split())
    if not 1 <= len(title) <= limits.TITLE:
        raise Invalid({"title": f"A title has 1 to {limits.TITLE} characters."})
    with transaction.atomic():
        work_session = lock_session(user, pk)
        if seen is not None and work_session.title_by_person:
            changed_fields(
                work_session, {"title": title}, {"title": seen}, {"title": work_session.title}
            )
        if work_session.title != title:
            AuditEntry.objects.log_action(work_session, Action.RENAMED, by=user)
        work_session.title = title
        work_session.title_by_person = True
        work_session.save(update_fields=["title", "title_by_person", *work_session.mark_modified()])
    return work_session


# -- the rest -----------------------------------------------------------------------------------


def delete(*, user: User, pk: Any, revision: int | None = None) -> None:
    """Delete a session of one's own; its decisions go with it ([S14]).

    `revision` is what the page showed: `Conflict` is raised when it was changed since ([S15]).
    """
    with transaction.atomic():
        work_session = lock_session(user, pk)
        if work_session.user_id != user.pk:
            raise PermissionDenied("Only its owner may delete a session.")
        if revision not in (None, work_session.revision):
            raise Conflict(STALE_MESSAGE, work_session)
        state = work_session.state
        AuditEntry.objects.log_action(work_session, Action.DELETED, by=user, state=state)
        file_store.delete_on_commit(file_store.files_of([work_session.pk]))
        work_session.delete()


def latest_active_session(user: User) -> Session | None:
    """Return the user's active session that was changed last ([S12])."""
    return (
        Session.objects.visible_to(user)
        .filter(user=user)
        .in_state(State.ACTIVE)
        .order_by("-last_activity_at")
        .first()
    )
