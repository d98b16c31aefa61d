"""What a question is decided by: the output of the step before it, and what was expected there."""

from dataclasses import dataclass

from django.utils.safestring import SafeString

from resolutionflow.web.text import count_lines
from sessions_app.models import Decision, Session
from sessions_app.run.path_presenters import step_url
from sessions_app.run.variable_texts import VariableTexts

MAX_SHOWN_CHARACTERS = 20_000


@dataclass(frozen=True)
class StepEvidence:
    """The step before a question, as far as it says how to answer."""

    title: str
    url: str
    output: str
    lines: int
    is_cut: bool
    expected: SafeString


def step_evidence(
    work_session: Session, before: Decision | None, output: str
) -> StepEvidence | None:
    """Return what the step `before` a question left to decide by; None where it left nothing.

    `output` is its command output, which lists of steps load of this step alone.
    """
    if before is None:
        return None
    node = work_session.node(before.node_id) or {}
    expected = node.get("expected") or ""
    if not expected and not output:
        return None
    texts = VariableTexts.of(work_session)
    return StepEvidence(
        title=texts.plain(before.question),
        url=step_url(work_session, before.position),
        output=output[:MAX_SHOWN_CHARACTERS],
        lines=count_lines(output),
        is_cut=len(output) > MAX_SHOWN_CHARACTERS,
        expected=texts.markdown(expected),
    )
