"""A session as the plain data that a title is made of.

Texts of the flow are taken from the snapshot with their placeholders unfilled, so no value of a
variable comes along. What people typed loses the values of variables, the client, the ticket,
and all that the redaction masks.
"""

import re
from collections.abc import Callable, Iterable, Sequence

from sessions_app.models import Decision, Outcome, Session
from sessions_app.titles import redaction
from sessions_app.titles.maker import Run, Step
from sessions_app.titles.phrases import READ
from trees_app.models import Tree
from trees_app.variables import fill

# A value shorter than this counts as a whole word only: "1" is in every number.
SHORT_VALUE = 4
ROUTINE = (Tree.Type.PROCEDURAL, Tree.Type.MAINTENANCE)
Typed = Callable[[str], str]


def run_of(
    work_session: Session, decisions: Iterable[Decision] = (), *, is_over: bool = False
) -> Run:
    """The session with these steps; one that is over also says which solution it stands at."""
    typed = _typed(work_session)
    decisions = list(decisions)
    steps = [_step(work_session, decision, typed) for decision in decisions]
    if is_over:
        here = work_session.current_node
        node = work_session.node(here) if here else None
        if node and node["type"] == "solution" and all(row.node_id != here for row in decisions):
            steps.append(Step("solution", node.get("title") or ""))
    return Run(
        flow=str(work_session.tree_snapshot.get("name") or work_session.tree_name),
        category=str(work_session.tree_snapshot.get("category") or ""),
        steps=steps,
        is_over=is_over,
        is_routine=work_session.tree_snapshot.get("tree_type") in ROUTINE
        and work_session.outcome in ("", Outcome.RESOLVED),
    )


def _step(work_session: Session, decision: Decision, typed: Typed) -> Step:
    node = work_session.node(decision.node_id)
    if node is None or node["type"] == "custom":
        return Step("custom", typed(decision.question), typed(decision.answer))
    title = node.get("title") or ""
    values = work_session.session_variables
    for option in node.get("options") or []:
        if decision.answer in (option["label"], fill(option["label"], values)):
            return Step("question", title, option["label"])
    return Step(node["type"], title, typed(decision.answer))


def _typed(work_session: Session) -> Typed:
    """What makes a typed text fit for a title: known values out, the rest through redaction."""
    known = [*work_session.session_variables.values()]
    known += [work_session.client_name, work_session.ticket_number]
    pattern = _any_of([str(value).strip() for value in known if value])

    def safe(text: str) -> str:
        if not text.strip():
            return ""
        # Masked before it is cut, so that no half of a secret is left unseen.
        text = redaction.masked_or_nothing(text)
        return (pattern.sub(" … ", text) if pattern else text)[:READ]

    return safe


def _any_of(values: Sequence[str]) -> re.Pattern[str] | None:
    """A pattern for any of the values, the longest first."""
    found = sorted({value for value in values if value}, key=len, reverse=True)
    parts = [
        re.escape(value) if len(value) >= SHORT_VALUE else rf"(?<!\w){re.escape(value)}(?!\w)"
        for value in found
    ]
    return re.compile("|".join(parts), re.IGNORECASE) if parts else None
