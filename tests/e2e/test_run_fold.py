"""At 1440 × 900 each step of each starter flow shows its answers, or *Done*, without scrolling.

A question shows what it is decided by as well: the output of the step before, what was expected.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory

from accounts_app.models import Account, User
from sessions_app.models import Decision, Session
from sessions_app.run.evidence_presenters import step_evidence
from sessions_app.run.step_presenters import ShownStep, current_step
from sessions_app.run.views import page_context
from tests.e2e.conftest import OpenTab
from tests.e2e.run_driver import open_run, start
from trees_app.importing.json_import import STARTER_FLOWS, import_flow, read_flow

pytestmark = [pytest.mark.browser, pytest.mark.req("U1")]

FLOWS = sorted(STARTER_FLOWS.glob("*.json"))
OUTPUT = "\n".join(f"{number:>4}  srv{number}.example.com  True  OK" * 3 for number in range(40))
SAMPLES = {"email": "jo.smith@example.com", "number": "12", "date": "2026-05-04"}

# What of the step can't be seen without scrolling: answers or *Done*, by their text; of an output
# and what was expected, the first lines count.
HIDDEN = """(bodies) => bodies.map((body) => {
  document.getElementById("step").outerHTML = body;
  scrollTo(0, 0);
  const isSeen = (element) => {
    const { left, top, bottom } = element.getBoundingClientRect();
    const ends = [top + 2, Math.min(bottom, top + 90) - 2];
    return ends.every((y) => element.contains(document.elementFromPoint(left + 20, y)));
  };
  const decided_by = [...document.querySelectorAll(".evidence__part > :last-child")];
  const wanted = [...document.querySelectorAll(".option, .step__done [type=submit]")];
  const hidden = wanted.filter((element) => !isSeen(element)).map(({ textContent }) => textContent);
  hidden.push(...decided_by.filter((part) => !isSeen(part)).map(({ className }) => className));
  return { hidden, count: wanted.length, height: document.documentElement.scrollHeight };
})"""


@pytest.mark.parametrize("flow", FLOWS, ids=lambda path: path.stem)
def test_answers_stand_above_the_fold(
    open_tab: OpenTab, account: Account, engineer: User, flow: Path
) -> None:
    tree = import_flow(read_flow(flow.read_bytes()), account=account, is_default=True)
    work_session = start(engineer, tree, ticket_number="T-20991", client_name="Harbour Dental")
    page = open_tab(engineer)
    open_run(page, work_session)
    shown = list(_shown_steps(work_session))
    request = RequestFactory().get("/")
    request.user = engineer
    context = page_context(work_session, None)
    bodies = [
        render_to_string("sessions_app/_step.html", {**context, "step": step}, request)
        for _, step in shown
    ]
    seen = page.evaluate(HIDDEN, bodies)
    failed = [(name, one) for (name, step), one in zip(shown, seen, strict=True) if one["hidden"]]
    assert failed == []
    for (name, step), one in zip(shown, seen, strict=True):
        expected = {"question": len(step.options), "action": 1}.get(step.kind, 0)
        assert one["count"] == expected, name


def _shown_steps(work_session: Session) -> Iterator[tuple[str, ShownStep]]:
    """Each node, with and without values; a question with what the action before it left."""
    nodes = work_session.structure["nodes"]
    before = {node["next"]: node_id for node_id, node in nodes.items() if node["type"] == "action"}
    filled = {item["name"]: _sample(item) for item in work_session.intake_form}
    for values in ({}, filled):
        work_session.session_variables = values
        for node_id, node in nodes.items():
            work_session.current_node = node_id
            step = current_step(work_session)
            assert step is not None
            yield f"{node_id}, {len(values)} values", step
            if node["type"] == "question" and node_id in before:
                decision = Decision(
                    position=1,
                    node_id=before[node_id],
                    question=nodes[before[node_id]]["title"],
                )
                evidence = step_evidence(work_session, decision, OUTPUT)
                yield f"{node_id}, after an output", replace(step, evidence=evidence)


def _sample(item: dict[str, Any]) -> str:
    if item["type"] == "select":
        return str(item["choices"][0])
    return SAMPLES.get(item["type"], "srv-01.corp.example.com")
