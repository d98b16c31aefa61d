"""A session as the plain data that a title is made from.

Texts of the flow come from the snapshot with their placeholders unfilled, so no value of a
variable comes along. What people typed loses the values of variables, the client, the ticket,
and everything that redaction masks.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from accounts_app.models import UnusablePolicy
from resolutionflow.redaction import DEFAULT_POLICY, Policy, mask
from sessions_app.models import Decision, Outcome, Session
from sessions_app.value_search import values_pattern
from trees_app.models import Tree
from trees_app.variables import fill

# A longer text is read from its beginning: a pasted log is no statement.
MAX_TEXT = 300
MAX_STEPS = 60
ROUTINE = (Tree.Type.PROCEDURAL, Tree.Type.MAINTENANCE)


@dataclass(frozen=True)
class TitleStep:
    """One step: what was asked or done (`question`), and what came of it (`answer`).

    `kind` is a node's type: `question`, `action`, `solution` or `custom`.
    """

    kind: str
    question: str = ""
    answer: str = ""


@dataclass(frozen=True)
class TitleContext:
    """What a title is made from.

    `is_over`: the session ends here, and `steps` is all of it. `is_routine`: it is work by a
    procedure that goes as planned, where no answer is news.
    """

    flow: str
    category: str = ""
    steps: Sequence[TitleStep] = ()
    is_over: bool = False
    is_routine: bool = False
    # What the account changes about redaction; None where what is stored can't be used.
    policy: Policy | None = DEFAULT_POLICY


def build_title_context(
    work_session: Session, decisions: Iterable[Decision] = (), *, is_over: bool = False
) -> TitleContext:
    """Return the session with these steps; if it is over, with the solution that it stands at."""
    policy = _usable_policy(work_session)
    safe = _text_cleaner(work_session, policy)
    decisions = list(decisions)
    steps = [_title_step(work_session, decision, safe) for decision in decisions]
    if is_over:
        here = work_session.current_node
        node = work_session.node(here) if here else None
        if node and node["type"] == "solution" and all(row.node_id != here for row in decisions):
            steps.append(TitleStep("solution", node.get("title") or ""))
    return TitleContext(
        flow=str(work_session.tree_snapshot.get("name") or work_session.tree_name),
        category=str(work_session.tree_snapshot.get("category") or ""),
        steps=steps,
        is_over=is_over,
        is_routine=work_session.tree_snapshot.get("tree_type") in ROUTINE
        and work_session.outcome in ("", Outcome.RESOLVED),
        policy=policy,
    )


def _usable_policy(work_session: Session) -> Policy | None:
    try:
        return work_session.account.redaction_policy()
    except UnusablePolicy:
        return None


def last_decisions(work_session: Session) -> list[Decision]:
    """Return the last `MAX_STEPS` steps of the path, oldest first, without their long texts."""
    if not work_session.decision_count:
        return []
    rows = work_session.decisions.only("position", "node_id", "question", "answer", "session")
    return list(rows.order_by("-position")[:MAX_STEPS])[::-1]


def _title_step(work_session: Session, decision: Decision, safe: Callable[[str], str]) -> TitleStep:
    node = work_session.node(decision.node_id)
    if node is None or node["type"] == "custom":
        return TitleStep("custom", safe(decision.question), safe(decision.answer))
    title = node.get("title") or ""
    values = work_session.session_variables
    for option in node.get("options") or []:
        if decision.answer in (option["label"], fill(option["label"], values)):
            return TitleStep("question", title, option["label"])
    return TitleStep(node["type"], title, safe(decision.answer))


def _text_cleaner(work_session: Session, policy: Policy | None) -> Callable[[str], str]:
    """Return the function that makes typed text safe for a title: known values and secrets out.

    Without a policy nothing typed is used.
    """
    known = [*work_session.session_variables.values()]
    known += [work_session.client_name, work_session.ticket_number]
    values = {str(value).strip() for value in known if value} - {""}
    pattern = re.compile(values_pattern(values) or r"(?!)", re.IGNORECASE)

    def safe(text: str) -> str:
        if policy is None or not text.strip():
            return ""
        try:
            # Masked before it is cut, so that no half of a secret is left unseen.
            return pattern.sub(" … ", mask(text, policy=policy))[:MAX_TEXT]
        except Exception:  # whatever broke: a title is never worth a failed step
            return ""

    return safe
