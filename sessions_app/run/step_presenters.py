"""The step that the run page shows: the current one, or a recorded one that was opened again."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString

from resolutionflow.web.text import count_lines
from sessions_app.attachments.presenters import AttachmentItem, attachment_items, own_file_ids
from sessions_app.models import Decision, Session
from sessions_app.recording import drafts
from sessions_app.recording import services as recording_services
from sessions_app.run.evidence_presenters import StepEvidence
from sessions_app.run.path_presenters import reused_label
from sessions_app.run.variable_presenters import VariableField, variable_fields
from sessions_app.run.variable_texts import VariableTexts
from sessions_app.suggestions.hints import Hint, ReusableAnswer, hints_at
from trees_app.document.nodes import node_variables
from trees_app.variables import fill


@dataclass(frozen=True)
class Option:
    """An answer button; `key` is the digit that presses it, "" beyond nine."""

    index: int
    label: str
    key: str
    chosen: bool
    hint: Hint | None = None


@dataclass(frozen=True)
class Command:
    label: str
    shell: str
    code: SafeString


@dataclass(frozen=True)
class ShownStep:
    """The step that is shown: the current one, or a recorded one that was opened again."""

    position: int
    node_id: str
    kind: str
    title: str
    body: SafeString
    expected: SafeString
    commands: tuple[Command, ...]
    options: tuple[Option, ...]
    variables: tuple[VariableField, ...]
    answer: str
    text: str
    notes: str
    command_output: str
    base_hash: str
    request_id: str
    revised_decision_id: int | None
    is_current: bool
    outcome: str = ""
    next_steps: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    files: tuple[AttachmentItem, ...] = ()
    hint: Hint | None = None
    reusable: ReusableAnswer | None = None
    reused_from: str = ""
    evidence: StepEvidence | None = None

    @property
    def max_file_mb(self) -> int:
        return settings.MAX_ATTACHMENT_MB

    @property
    def is_custom(self) -> bool:
        return self.kind == "custom"

    @property
    def missing(self) -> tuple[VariableField, ...]:
        """The variables that the step needs and that have no value: asked for inline ([T3])."""
        return tuple(
            item for item in self.variables if item.error or not (item.value or item.is_skipped)
        )

    @property
    def output_lines(self) -> int:
        return count_lines(self.command_output)


@dataclass(frozen=True)
class SubmittedForm:
    """What a refused form held, to be shown again: the `typed` texts by field, which replace what
    is saved, the `errors` by field, and the id of the rendered form.
    """

    typed: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    request_id: str = ""


NO_INPUT = SubmittedForm()


def shown_step(
    work_session: Session, decision: Decision | None, sent: SubmittedForm = NO_INPUT
) -> ShownStep | None:
    """Return the recorded step that is open, or the current one where `decision` is None."""
    if decision is None:
        return current_step(work_session, sent)
    return recorded_step(work_session, decision, sent)


def current_step(work_session: Session, sent: SubmittedForm = NO_INPUT) -> ShownStep | None:
    """Return the step to answer now; None when no step is left."""
    node_id = work_session.current_node
    node = work_session.node(node_id) if node_id else None
    if node is None:
        return None
    saved = drafts.draft_texts(work_session, node_id)
    return _build_step(work_session, node_id, node, saved, sent)


def recorded_step(
    work_session: Session, decision: Decision, sent: SubmittedForm = NO_INPUT
) -> ShownStep:
    """Return an earlier step as it was recorded ([U6]), also where its node is gone."""
    node = work_session.node(decision.node_id) or {"type": "custom", "title": decision.question}
    saved = drafts.recorded_texts(work_session, decision)
    return _build_step(work_session, decision.node_id, node, saved, sent, decision)


def _build_step(
    work_session: Session,
    node_id: str,
    node: dict[str, Any],
    saved: tuple[str, str, str],
    sent: SubmittedForm,
    decision: Decision | None = None,
) -> ShownStep:
    values = work_session.session_variables
    texts = VariableTexts.of(work_session)
    notes, command_output, text = saved
    listed = decision.attachments if decision else work_session.draft_attachments(node_id)
    return ShownStep(
        position=decision.position if decision else work_session.decision_count + 1,
        node_id=node_id,
        kind=node["type"],
        title=texts.plain(node.get("title") or ""),
        body=texts.markdown(node.get("body") or ""),
        expected=texts.markdown(node.get("expected") or ""),
        commands=tuple(
            Command(
                label=texts.plain(command.get("label") or ""),
                shell=command.get("shell") or "",
                code=texts.command(command.get("code") or ""),
            )
            for command in node.get("commands") or []
        ),
        options=_options(node, texts, decision),
        variables=variable_fields(work_session, names=_declared_variables(work_session, node)),
        answer=decision.answer if decision else "",
        text=sent.typed.get("text", text),
        notes=sent.typed.get("notes", notes),
        command_output=sent.typed.get("command_output", command_output),
        base_hash=recording_services.text_hash(*saved),
        request_id=sent.request_id or str(uuid.uuid4()),
        revised_decision_id=decision.pk if decision else None,
        is_current=decision is None,
        outcome=node.get("outcome") or "",
        next_steps=fill(node.get("next_steps") or "", values),
        errors=sent.errors,
        files=attachment_items(listed, own_file_ids(work_session, [listed])),
        reused_from=reused_label(decision) if decision else "",
    )


def _options(
    node: dict[str, Any], texts: VariableTexts, decision: Decision | None
) -> tuple[Option, ...]:
    """Return the answers of a question, that of `decision` marked as chosen."""
    found = []
    for index, option in enumerate(node.get("options") or []):
        key = str(index + 1) if index < 9 else ""
        recorded = fill(option["label"], texts.values)
        is_chosen = decision is not None and recorded == decision.answer
        found.append(Option(index, texts.plain(option["label"]), key, chosen=is_chosen))
    return tuple(found)


def _declared_variables(work_session: Session, node: dict[str, Any]) -> list[str]:
    """Return the variables in a node that the flow declares; a stray `{{ word }}` is none."""
    declared = {item["name"] for item in work_session.intake_form}
    return [name for name in node_variables(node) if name in declared]


def with_hints(work_session: Session, step: ShownStep | None) -> ShownStep | None:
    """Return the step with the hints from earlier sessions ([H5]): one query at most,
    often none.
    """
    if step is None:
        return None
    known = hints_at(work_session, step.node_id, may_reuse=step.is_current)
    options = step.options
    if len(known.options) == len(options):
        pairs = zip(options, known.options, strict=True)
        options = tuple(replace(option, hint=hint) for option, hint in pairs)
    return replace(step, options=options, hint=known.at_solution, reusable=known.reusable)
