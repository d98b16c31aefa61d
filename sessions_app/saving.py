"""A run that becomes tomorrow's flow: the path taken as a new linear tree ([S9]).

What the flow said is taken from the snapshot, placeholders and all, never from the recorded
steps, where values stand in the texts. What the engineer typed is taken as typed, but a value of
a sensitive variable becomes its placeholder again.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts_app.models import User
from resolutionflow.errors import Invalid, StateError
from resolutionflow.text import shorten
from sessions_app.models import Decision, Outcome, Session, State
from sessions_app.services import locked
from trees_app import document
from trees_app.models import Tree
from trees_app.services import derive
from trees_app.variables import PLACEHOLDER, fill

END = "end"
# Leaves room for "-5000" within the 64 characters of a node id.
ID_STEM = 56
# A sensitive value shorter than this counts as a whole word only: "1" is in every number.
SHORT_VALUE = 4
# What belongs to a node's place in the graph, or to its kind, is made anew.
REPLACED = ("id", "type", "options", "next", "return_to", "outcome", "next_steps")

Veil = Callable[[str], str]


def path_structure(work_session: Session) -> dict[str, Any]:
    """The path as a tree document: each step once, in the order taken, ending in a solution.

    A question keeps the answer that was given; a step of one's own becomes an action; a step
    met twice in a loop stands twice under ids of its own. Steps set aside are not on the path.
    """
    decisions = list(work_session.decisions)
    veil = _veil(work_session)
    ending = _ending(work_session, decisions, veil)
    wanted = [
        f"step-{number}" if decision.is_custom else decision.node_id
        for number, decision in enumerate(decisions, start=1)
    ]
    ids = _each_once([*wanted, *(node_id for node_id, _ in ending)])
    nodes: dict[str, Any] = {}
    for index, decision in enumerate(decisions):
        following = ids[index + 1] if index + 1 < len(ids) else ""
        went_to = decision.next_node or _next_of_flow(work_session, decisions[index + 1 :])
        nodes[ids[index]] = _node(work_session, decision, following, went_to, veil)
    for _, node in ending:
        nodes[ids[-1]] = node
    return {"schema_version": document.SCHEMA_VERSION, "start": ids[0], "nodes": nodes}


def _each_once(wanted: Iterable[str]) -> list[str]:
    """The wanted ids in their order; one that is taken gets a number behind it."""
    found: list[str] = []
    taken: set[str] = set()
    copies: Counter[str] = Counter()
    for node_id in wanted:
        free, stem = node_id, node_id[:ID_STEM]
        while free in taken:
            copies[stem] += 1
            free = f"{stem}-{copies[stem] + 1}"
        taken.add(free)
        found.append(free)
    return found


def _ending(
    work_session: Session, decisions: list[Decision], veil: Veil
) -> list[tuple[str, dict[str, Any]]]:
    """The solution to add, with the id that it should have; nothing when the path has its own."""
    last = work_session.node(decisions[-1].node_id) if decisions else None
    if last is not None and last["type"] == "solution":
        return []
    here = work_session.current_node
    reached = work_session.node(here) if here else None
    if reached is not None and reached["type"] == "solution":
        return [(here, dict(reached))]
    return [(END, _solution(work_session, veil))]


def _solution(work_session: Session, veil: Veil) -> dict[str, Any]:
    outcome = work_session.outcome
    said = {
        "body": veil(work_session.outcome_notes),
        "outcome": outcome,
        "next_steps": veil(work_session.next_steps),
    }
    return {
        "type": "solution",
        "title": Outcome(outcome).label if outcome else "Done",
        **{name: value for name, value in said.items() if value},
    }


def _next_of_flow(work_session: Session, later: list[Decision]) -> str:
    """The node of the flow where the run went on, past steps of the engineer's own."""
    for decision in later:
        if not decision.is_custom:
            return decision.node_id
    return work_session.current_node


def _node(
    work_session: Session, decision: Decision, following: str, went_to: str, veil: Veil
) -> dict[str, Any]:
    """The step as it stood in the flow, leading only where the run went."""
    known = work_session.node(decision.node_id)
    if known is None or known["type"] == "custom":
        step = known or {"title": decision.question}
        return {"type": "action", **_typed(step, veil), "next": following}
    if known["type"] == "solution" and not following:
        return dict(known)
    kept = {name: value for name, value in known.items() if value and name not in REPLACED}
    if known["type"] == "question":
        label = _label(work_session, known, decision.answer, went_to) or veil(decision.answer)
        options = [{"label": label.strip() or "Continue", "next": following}]
        return {"type": "question", **kept, "options": options}
    return {"type": "action", **kept, "next": following}


def _typed(step: dict[str, Any], veil: Veil) -> dict[str, Any]:
    """A step of the engineer's own as typed."""
    commands = [
        {name: veil(text) for name, text in command.items()}
        for command in step.get("commands") or []
    ]
    kept = {"body": veil(step.get("body") or ""), "commands": commands}
    return {
        "title": veil(step["title"]).strip() or "Step",
        **{name: value for name, value in kept.items() if value},
    }


# -- answers and values, back to what the flow says --------------------------------------------


def _label(work_session: Session, node: dict[str, Any], answer: str, went_to: str) -> str:
    """The flow's own label of a recorded answer, in which values were filled; "" for none.

    The values may have changed since, and callers of the API answer in words of their own, so
    where the answer led counts too.
    """
    options = node.get("options") or []
    values = work_session.session_variables
    led = [option for option in options if went_to and option.get("next") == went_to]
    said = [o for o in options if answer in (o["label"], fill(o["label"], values))]
    fitting = [option for option in options if _fits(option["label"], answer)]
    found = (
        [option for option in said if option in led]
        or said
        or [option for option in fitting if option in led]
        or (led if len(led) == 1 else fitting)
    )
    # The one with the most words of its own: "{{ name }}" alone fits any answer.
    own_words = [len(PLACEHOLDER.sub("", option["label"])) for option in found]
    return found[own_words.index(max(own_words))]["label"] if found else ""


def _fits(label: str, answer: str) -> bool:
    """Whether `answer` can be `label` with some values in place of its placeholders."""
    parts = PLACEHOLDER.split(label)[:: PLACEHOLDER.groups + 1]
    if len(parts) < 2:
        return False
    first, *middle, last = parts
    at, end = len(first), len(answer) - len(last)
    if at > end or not (answer.startswith(first) and answer.endswith(last)):
        return False
    for part in middle:
        found = answer.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True


def _veil(work_session: Session) -> Veil:
    """What puts the placeholder back where the value of a sensitive variable was typed."""
    filled = {
        value: field["name"]
        for field in work_session.intake_form
        if field.get("sensitive")
        and (value := str(work_session.session_variables.get(field["name"]) or "").strip())
    }
    if not filled:
        return str
    names = {value.casefold(): name for value, name in filled.items()}
    values = "|".join(_whole_word(value) for value in sorted(filled, key=len, reverse=True))
    # A placeholder that is there is passed over, whatever a value may have in common with it.
    wanted = re.compile(f"{PLACEHOLDER.pattern}|({values})", re.IGNORECASE)

    def put_back(match: re.Match[str]) -> str:
        name = names.get(match[0].casefold())
        return f"{{{{ {name} }}}}" if name else match[0]

    return lambda text: wanted.sub(put_back, text)


def _whole_word(value: str) -> str:
    pattern = re.escape(value)
    return pattern if len(value) >= SHORT_VALUE else rf"(?<!\w){pattern}(?!\w)"


# -- saving ------------------------------------------------------------------------------------


def save_as_tree(
    *,
    user: User,
    pk: Any,
    tree_name: str = "",
    description: str | None = None,
    status: str = Tree.Status.DRAFT,
) -> Tree:
    """Make a new tree of the path, forked from the original with its lineage.

    A blank name is made from the flow's; a description left out (`None`) is the flow's. Raises
    `PermissionDenied` for anyone but the owner, `StateError` for a session that was never
    started, `LimitReached` when the account may own no more flows, `NotPublishable` with every
    problem when it is to be published and can't be; then nothing is saved.
    """
    if status not in Tree.Status.values:
        raise Invalid({"status": f"Choose one of {', '.join(Tree.Status.values)}."})
    with transaction.atomic():
        # Locked, so that the steps and what they refer to are of one moment.
        work_session = locked(user, pk)
        if work_session.user_id != user.pk:
            raise PermissionDenied("Only its owner may save a session as a flow.")
        if work_session.state == State.PREPARED:
            raise StateError("This session hasn't been started yet, so it has no steps to save.")
        snapshot = work_session.tree_snapshot
        if description is None:
            description = snapshot.get("description") or ""
        tree = derive(
            user=user,
            account_id=work_session.account_id,
            parent=work_session.tree,
            values={
                "name": tree_name.strip() or default_name(work_session),
                "description": description,
                "category": snapshot.get("category") or "",
                "tree_type": snapshot.get("tree_type") or Tree.Type.TROUBLESHOOTING,
                "visibility": _visibility(user, work_session.tree),
                "structure": path_structure(work_session),
                "intake_form": work_session.intake_form,
            },
            reason="Saved from a session",
        )
        if status == Tree.Status.PUBLISHED:
            tree.publish(by=user)
    return tree


def default_name(work_session: Session) -> str:
    """What the new flow is called when nobody says."""
    ending = " (from a session)"
    return f"{shorten(work_session.tree_name, 255 - len(ending))}{ending}"


def _visibility(user: User, parent: Tree | None) -> str:
    """No wider than the original: its steps are in the new flow."""
    if parent is None or parent.account_id != user.account_id or parent.is_public:
        return Tree.Visibility.ACCOUNT
    if parent.visibility == Tree.Visibility.TEAM and parent.team_id != user.team_id:
        return Tree.Visibility.PRIVATE
    return parent.visibility
