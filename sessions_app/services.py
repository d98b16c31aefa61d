"""What is done with whole sessions: starting, changing, completing and deleting them.

Every write locks the session's row, checks who and in which state, and saves with
`update_fields`. Pages, API and commands call these same functions.
"""

import uuid
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.utils import timezone

from accounts_app.models import User
from resolutionflow.dates import when
from resolutionflow.errors import Conflict, Invalid, StateError
from sessions_app import file_store, limits
from sessions_app.models import Decision, Outcome, Session, State
from sessions_app.variables import clean_values
from trees_app.models import Tree, TreeVersion
from trees_app.variables import fill

COMPLETED_MESSAGE = "This session is completed. It can be read and exported, not changed."
STALE_MESSAGE = "This session was changed elsewhere in the meantime. Here is how it stands now."


# -- finding -----------------------------------------------------------------------------------


def readable(user: User, pk: Any) -> Session:
    """The session for reading: 404 when it isn't in the account, 403 when it isn't the user's."""
    work_session = Session.objects.one_in_account_of(user, pk)
    if work_session is None:
        raise Http404("There is no such session.")
    if not work_session.may_be_read_by(user):
        raise denial(work_session, user, "This session belongs to somebody else.")
    if work_session.user_id == user.pk:
        work_session.user = user  # nearly always, and who asks is loaded already
    return work_session


class HandedOver(PermissionDenied):
    """Refused to somebody who handed the session over: whose it is now, and since when."""


def denial(work_session: Session, user: User, otherwise: str) -> PermissionDenied:
    """What to raise for `user`; who gave the session away is told so, anybody else `otherwise`."""
    given = work_session.handovers.filter(from_user=user).select_related("to_user").last()
    moment = when(given.handed_at) if given else None
    if given is None or moment is None:
        return PermissionDenied(otherwise)
    return HandedOver(
        f"You handed this session to {given.to_user.display_name} {moment.text}. It is theirs now."
    )


def locked(user: User, pk: Any, *, revision: int | None = None) -> Session:
    """The session for writing, its row locked until the transaction ends.

    `revision` is the state that the caller saw; another one raises `Conflict`.
    """
    work_session = (
        Session.objects.in_account_of(user).select_for_update(of=("self",)).filter(pk=pk).first()
    )
    if work_session is None:
        raise Http404("There is no such session.")
    if not work_session.may_be_written_by(user):
        raise denial(work_session, user, "Only the session's owner or assignee may change it.")
    if revision is not None and revision != work_session.revision:
        raise Conflict(STALE_MESSAGE, work_session)
    return work_session


def writable(user: User, pk: Any) -> Session:
    """As `readable`, for who is about to send something: 403 when they may not write it."""
    work_session = readable(user, pk)
    if not work_session.may_be_written_by(user):
        raise PermissionDenied("Only the session's owner or assignee may change it.")
    return work_session


def locked_open(user: User, pk: Any, *, revision: int | None = None) -> Session:
    """As `locked`, and not completed; a prepared session is started by this first write."""
    work_session = locked(user, pk, revision=revision)
    if work_session.is_completed:
        raise StateError(COMPLETED_MESSAGE)
    work_session.begin(user)
    return work_session


# -- beginning ---------------------------------------------------------------------------------


def startable_tree(user: User, tree_id: Any) -> Tree:
    """The tree for a new session ([S3]): 404 none, 403 not visible, 400 draft or inactive."""
    if not user.may_run_sessions:
        raise PermissionDenied("Your role reads sessions but can't start them.")
    tree = Tree.objects.filter(pk=tree_id).first()
    if tree is None or (tree.account_id != user.account_id and not tree.is_public):
        raise Http404("There is no such flow.")
    if not Tree.objects.shared_with(user).filter(pk=tree.pk).exists():
        raise PermissionDenied("This flow isn't shared with you.")
    if tree.status == Tree.Status.DRAFT:
        raise StateError("This flow is a draft. Publish it before it is run.")
    if not tree.is_active:
        raise StateError("This flow is switched off and can't be started.")
    return tree


def snapshot_of(tree: Tree, live: "Tree | TreeVersion") -> dict[str, Any]:
    """What a session freezes of its tree ([T4])."""
    return {
        "name": tree.name,
        "description": tree.description,
        "category": tree.category,
        "version": live.version,
        "tree_type": tree.tree_type,
        "intake_form": live.intake_form,
        "structure": live.structure,
    }


def start(
    *,
    user: User,
    tree: Tree,
    ticket_number: str = "",
    client_name: str = "",
    variables: Mapping[str, Any] | None = None,
) -> Session:
    """Start a session of `tree` (from `startable_tree`) and count the use, or do neither."""
    live = tree.live()
    now = timezone.now()
    with transaction.atomic():
        work_session = Session.objects.create(
            account_id=user.own_account_id,
            tree=tree,
            tree_name=tree.name,
            tree_snapshot=snapshot_of(tree, live),
            user=user,
            ticket_number=ticket_number,
            client_name=client_name,
            session_variables=clean_values(live.intake_form, variables or {}),
            created_at=now,
            started_at=now,
            last_activity_at=now,
            current_node=live.structure["start"],
            node_entered_at=now,
        )
        tree.count_use()
    return work_session


def begin(*, user: User, pk: Any) -> Session:
    """Start a prepared session without recording anything; one that runs stays as it is ([S4])."""
    with transaction.atomic():
        work_session = locked(user, pk)
        if work_session.is_completed:
            raise StateError(COMPLETED_MESSAGE)
        if work_session.started_at is None:
            work_session.begin(user)
            work_session.save(update_fields=work_session.touched())
    return work_session


# -- changing ----------------------------------------------------------------------------------

TEXT_FIELDS = ("scratchpad", "next_steps", "outcome_notes", "ticket_number", "client_name")


def update(
    *, user: User, pk: Any, changes: Mapping[str, Any], revision: int | None = None
) -> Session:
    """Change only what `changes` names ([S4]): any text field, `decisions`, `custom_steps`,
    `current_node`. Raises `Invalid` for a step whose node the snapshot doesn't have.
    """
    with transaction.atomic():
        work_session = locked_open(user, pk, revision=revision)
        fields: list[str] = []
        for name in TEXT_FIELDS:
            if name in changes:
                setattr(work_session, name, changes[name])
                fields.append(name)
        if "custom_steps" in changes:
            work_session.custom_steps = changes["custom_steps"]
            fields.append("custom_steps")
        if "decisions" in changes:
            _replace_decisions(work_session, changes["decisions"], by=user)
            fields += ["decision_count", "drafts"]
        if "current_node" in changes:
            _require_node(work_session, changes["current_node"], "current_node")
            work_session.current_node = changes["current_node"]
            fields.append("current_node")
        work_session.save(update_fields=[*fields, *work_session.touched()])
    return work_session


def _require_node(work_session: Session, node_id: str, field: str) -> None:
    if node_id.startswith("custom-") or not node_id:
        return
    if work_session.node(node_id) is None:
        raise Invalid({field: f"The flow of this session has no step “{node_id}”."})


# What a decision in a list says, and what it means when it is left out. Its times are kept.
DECISION_BLANK: dict[str, Any] = {
    "question": "",
    "answer": "",
    "action": "",
    "notes": "",
    "command_output": "",
    "attachments": [],
}
REWRITTEN = (*DECISION_BLANK, "timestamp", "entered_at", "next_node")
ATTACHMENTS = REWRITTEN.index("attachments")
# How the addresses of files that were uploaded here begin.
OWN_FILES = "/attachments/"


def _replace_decisions(work_session: Session, decisions: list[dict[str, Any]], *, by: User) -> None:
    """Make the path what `decisions` says, in its order; steps set aside stay where they are.

    A step that stays (same place, same node) keeps its row and, unless they are sent, its times.
    Only rows that differ are written: callers send the whole path for every new step.
    """
    for index, decision in enumerate(decisions):
        _require_node(work_session, decision["node_id"], f"decisions.{index}.node_id")
        position = decision.get("position", index + 1)
        if position != index + 1:
            raise Invalid(
                {f"decisions.{index}.position": f"Step {index + 1} of the list says {position}."}
            )
    there = {row.position: row for row in work_session.decisions}
    added, changed = [], []
    for position, decision in enumerate(decisions, start=1):
        row = there.get(position)
        stays = row is not None and row.node_id == decision["node_id"]
        if row is None or not stays:
            row = Decision(session=work_session, position=position, recorded_by=by)
            row.node_id = decision["node_id"]
            added.append(row)
        else:
            del there[position]
        if _rewrite(work_session, row, decision) and stays:
            changed.append(row)
    _rehome_files(work_session, list(there.values()), added)
    Decision.objects.filter(pk__in=[row.pk for row in there.values()]).delete()
    Decision.objects.bulk_create(added, batch_size=500)
    Decision.objects.bulk_update(changed, REWRITTEN, batch_size=200)
    work_session.decision_count = len(decisions)


def _own_files(listed: list[dict[str, str]]) -> list[dict[str, str]]:
    return [item for item in listed if item["url"].startswith(OWN_FILES)]


def _with_files(listed: list[dict[str, str]], files: list[dict[str, str]]) -> list[dict[str, str]]:
    there = {item["url"] for item in listed}
    return [*listed, *(item for item in files if item["url"] not in there)]


def _rehome_files(work_session: Session, gone: list[Decision], added: list[Decision]) -> None:
    """Let no uploaded file fall out of the path with its row.

    It goes to the row that now stands for the same node, else it waits until that node is
    recorded. What waited for a node that is recorded now joins it too.
    """
    for row in gone:
        files = _own_files(row.attachments)
        kept = {item["url"] for other in added for item in other.attachments}
        if left := [item for item in files if item["url"] not in kept]:
            there = work_session.waiting_files(row.node_id)
            work_session.keep_waiting_files(row.node_id, _with_files(there, left))
    for row in added:
        if files := work_session.waiting_files(row.node_id):
            row.attachments = _with_files(row.attachments, files)
            work_session.keep_waiting_files(row.node_id, [])


def _rewrite(work_session: Session, row: Decision, decision: Mapping[str, Any]) -> bool:
    """Set what `decision` says on `row`; answer whether it said anything else before."""
    before = [getattr(row, name) for name in REWRITTEN]
    answer_before = row.answer
    for name, blank in DECISION_BLANK.items():
        setattr(row, name, decision.get(name, blank))
    # A caller that doesn't know of uploads doesn't take them away.
    row.attachments = _with_files(row.attachments, _own_files(before[ATTACHMENTS]))
    for name in ("timestamp", "entered_at"):
        if name in decision:
            setattr(row, name, decision[name])
    if row.pk is None or row.answer != answer_before:
        row.next_node = _leads_to(work_session, row)
    return before != [getattr(row, name) for name in REWRITTEN]


def _leads_to(work_session: Session, row: Decision) -> str:
    """The node that the recorded answer leads to, "" when the flow doesn't say."""
    node = work_session.node(row.node_id) or {}
    for option in node.get("options") or []:
        if fill(option["label"], work_session.session_variables) == row.answer:
            return option.get("next") or ""
    return node.get("next") or node.get("return_to") or ""


def set_scratchpad(*, user: User, pk: Any, text: str, revision: int | None = None) -> Session:
    """Save the scratchpad, of a completed session too ([S6])."""
    with transaction.atomic():
        work_session = locked(user, pk, revision=revision)
        work_session.begin(user)
        work_session.scratchpad = text
        work_session.save(update_fields=["scratchpad", *work_session.touched()])
    return work_session


def set_variables(*, user: User, pk: Any, values: Mapping[str, Any]) -> Session:
    """Merge checked values into the session's variables ([S7]); raises `Invalid` by field."""
    with transaction.atomic():
        work_session = locked_open(user, pk)
        merged = clean_values(work_session.intake_form, values)
        work_session.session_variables = {**work_session.session_variables, **merged}
        work_session.save(update_fields=["session_variables", *work_session.touched()])
    return work_session


def set_title(*, user: User, pk: Any, title: str) -> Session:
    """Name the session ([S13]); what a person typed is never overwritten by a made title."""
    title = " ".join(title.split())
    if not 1 <= len(title) <= limits.TITLE:
        raise Invalid({"title": f"A title has 1 to {limits.TITLE} characters."})
    with transaction.atomic():
        work_session = locked(user, pk)
        work_session.title = title
        work_session.title_by_person = True
        work_session.save(update_fields=["title", "title_by_person", *work_session.touched()])
    return work_session


# -- ending ------------------------------------------------------------------------------------


def complete(
    *,
    user: User,
    pk: Any,
    outcome: str,
    outcome_notes: str | None = None,
    next_steps: str | None = None,
    revision: int | None = None,
    ends_at: str = "",
) -> Session:
    """Complete an active session ([S5]); a note left out (`None`) keeps what was saved.

    What is typed at the current step becomes its last decision, and so does the solution that
    the run stands at (`ends_at`, its node id), so that the notes say where the run ended.
    """
    if outcome not in Outcome.values:
        raise Invalid({"outcome": f"Choose one of {', '.join(Outcome.values)}."})
    with transaction.atomic():
        work_session = locked(user, pk, revision=revision)
        if work_session.state == State.COMPLETED:
            raise StateError("This session is completed already.")
        if work_session.state == State.PREPARED:
            raise StateError("This session hasn't been started yet.")
        _record_last_step(work_session, ends_at, by=user)
        work_session.outcome = outcome
        work_session.completed_at = timezone.now()
        fields = ["outcome", "completed_at", "decision_count", "drafts", "current_node"]
        for name, text in (("outcome_notes", outcome_notes), ("next_steps", next_steps)):
            if text is not None:
                setattr(work_session, name, text)
                fields.append(name)
        work_session.save(update_fields=[*fields, *work_session.touched()])
    return work_session


def _record_last_step(work_session: Session, ends_at: str, *, by: User) -> None:
    node_id = work_session.current_node
    draft = work_session.drafts.get(node_id) or {}
    typed = any(draft.get(name) for name in ("notes", "command_output", "text", "attachments"))
    node = work_session.node(node_id) if node_id else None
    if node is None or not (typed or (ends_at == node_id and node["type"] == "solution")):
        return
    work_session.decision_count += 1
    Decision.objects.create(
        session=work_session,
        position=work_session.decision_count,
        node_id=node_id,
        question=fill(node.get("title") or "", work_session.session_variables)[: limits.LINE],
        answer=draft.get("text") or "",
        notes=draft.get("notes") or "",
        command_output=draft.get("command_output") or "",
        attachments=work_session.waiting_files(node_id),
        entered_at=work_session.node_entered_at,
        recorded_by=by,
    )
    work_session.drafts = {}


def delete(*, user: User, pk: Any) -> None:
    """Delete a session of one's own; its decisions go with it ([S14])."""
    with transaction.atomic():
        work_session = locked(user, pk)
        if work_session.user_id != user.pk:
            raise PermissionDenied("Only its owner may delete a session.")
        file_store.drop_when_committed(file_store.files_of([work_session.pk]))
        work_session.delete()


def current(user: User) -> Session | None:
    """The user's most recently touched active session ([S12])."""
    return (
        Session.objects.visible_to(user)
        .filter(user=user)
        .in_state(State.ACTIVE)
        .order_by("-last_activity_at")
        .first()
    )


def new_custom_id() -> str:
    return f"custom-{uuid.uuid4()}"
