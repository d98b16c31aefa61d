"""What the run page shows: the step, the path so far, and the panels, made ready for templates."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString

from sessions_app import drafts, recording
from sessions_app.companions import OWN_FILES
from sessions_app.files import kinds as file_kinds
from sessions_app.insight.hints import Carry, Hint, hints_at
from sessions_app.insight.words import day
from sessions_app.models import Decision, Outcome, Session
from trees_app.document import node_variables
from trees_app.markdown import render
from trees_app.variables import fill, fill_command

IMAGE_ENDINGS = tuple(
    ending
    for kind in file_kinds.KINDS
    if kind.content_type.startswith("image/")
    for ending in kind.endings
)


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
    code: str


@dataclass(frozen=True)
class VariableField:
    """A variable as a form field, with what is wrong with what was typed, if anything."""

    name: str
    label: str
    type: str
    input_type: str
    value: str
    required: bool
    choices: tuple[str, ...]
    help: str
    sensitive: bool
    error: str = ""

    @property
    def field_name(self) -> str:
        return f"variable-{self.name}"


@dataclass(frozen=True)
class File:
    """A file of a step. `remove_url` is "" for one that only is an address elsewhere."""

    name: str
    url: str
    remove_url: str
    is_image: bool


def files(listed: Iterable[Mapping[str, str]]) -> tuple[File, ...]:
    """Files as a decision lists them, made ready; what was uploaded here ends as its kind does."""
    return tuple(
        File(
            name=item["name"],
            url=item["url"],
            remove_url=f"{item['url']}/remove" if own else "",
            is_image=own and item["name"].lower().endswith(IMAGE_ENDINGS),
        )
        for item in listed
        if (own := item["url"].startswith(OWN_FILES)) or item["url"]
    )


@dataclass(frozen=True)
class Step:
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
    seen: str
    request_id: str
    revises: int | None
    is_current: bool
    outcome: str = ""
    next_steps: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    files: tuple[File, ...] = ()
    hint: Hint | None = None
    carry: Carry | None = None
    carried: str = ""

    @property
    def max_file_mb(self) -> int:
        return settings.MAX_ATTACHMENT_MB

    @property
    def is_custom(self) -> bool:
        return self.kind == "custom"

    @property
    def missing(self) -> tuple[VariableField, ...]:
        """The variables this step needs and doesn't have: asked for inline ([T3])."""
        return tuple(item for item in self.variables if not item.value or item.error)


@dataclass(frozen=True)
class PathItem:
    position: int
    question: str
    answer: str
    url: str
    is_custom: bool
    is_open: bool
    carried: str = ""


INPUT_TYPES = {"email": "email", "date": "date", "number": "text"}


def variable_fields(
    work_session: Session,
    *,
    names: list[str] | None = None,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> tuple[VariableField, ...]:
    """The session's variables as fields: those in `names`, or all that the flow declares.

    `typed` and `errors` show a refused form as it was typed.
    """
    declared = {item["name"]: item for item in work_session.intake_form}
    chosen = declared if names is None else {n: declared.get(n, {"name": n}) for n in names}
    values = {**work_session.session_variables, **(typed or {})}
    return tuple(
        VariableField(
            name=name,
            label=item.get("label") or name.replace("_", " ").capitalize(),
            type=item.get("type") or "text",
            input_type=INPUT_TYPES.get(item.get("type") or "", "text"),
            value=values.get(name, ""),
            required=bool(item.get("required")),
            choices=tuple(item.get("choices") or ()),
            help=item.get("help") or "",
            sensitive=bool(item.get("sensitive")),
            error=(errors or {}).get(f"variables.{name}", ""),
        )
        for name, item in chosen.items()
    )


def current_step(
    work_session: Session,
    *,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    request_id: str = "",
) -> Step | None:
    """The step to answer now; `None` when the path has run out of nodes.

    `typed` (notes, command_output) wins over the saved draft: it is what a refused form held.
    """
    node_id = work_session.current_node
    node = work_session.node(node_id) if node_id else None
    if node is None:
        return None
    return _step(
        work_session,
        node_id,
        node,
        position=work_session.decision_count + 1,
        saved=drafts.draft_of(work_session, node_id),
        typed=typed,
        errors=errors,
        request_id=request_id,
    )


def recorded_step(
    work_session: Session,
    decision: Decision,
    *,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    request_id: str = "",
) -> Step:
    """An earlier step as it was noted ([U6]); a node that is gone shows what was recorded."""
    node = work_session.node(decision.node_id) or {"type": "custom", "title": decision.question}
    return _step(
        work_session,
        decision.node_id,
        node,
        position=decision.position,
        saved=drafts.typed_of(work_session, decision),
        typed=typed,
        errors=errors,
        request_id=request_id,
        decision=decision,
    )


def _step(
    work_session: Session,
    node_id: str,
    node: dict[str, Any],
    *,
    position: int,
    saved: tuple[str, str, str],
    typed: Mapping[str, str] | None,
    errors: Mapping[str, str] | None,
    request_id: str,
    decision: Decision | None = None,
) -> Step:
    values = work_session.session_variables
    answer = decision.answer if decision else ""
    options = []
    for index, option in enumerate(node.get("options") or []):
        label = fill(option["label"], values)
        key = str(index + 1) if index < 9 else ""
        options.append(Option(index, label, key, chosen=bool(decision) and label == answer))
    typed = typed or {}
    return Step(
        position=position,
        node_id=node_id,
        kind=node["type"],
        title=fill(node.get("title") or "", values),
        body=render(node.get("body") or "", values),
        expected=render(node.get("expected") or "", values),
        commands=tuple(
            Command(
                label=fill(command.get("label") or "", values),
                shell=command.get("shell") or "",
                code=fill_command(command.get("code") or "", values),
            )
            for command in node.get("commands") or []
        ),
        options=tuple(options),
        variables=variable_fields(work_session, names=_declared(work_session, node)),
        answer=answer,
        text=typed.get("text", saved[2]),
        notes=typed.get("notes", saved[0]),
        command_output=typed.get("command_output", saved[1]),
        seen=recording.digest(*saved),
        request_id=request_id or str(uuid.uuid4()),
        revises=decision.pk if decision else None,
        is_current=decision is None,
        outcome=node.get("outcome") or "",
        next_steps=fill(node.get("next_steps") or "", values),
        errors=errors or {},
        files=files(decision.attachments if decision else work_session.waiting_files(node_id)),
        carried=_carried(decision) if decision else "",
    )


def with_hints(work_session: Session, step: Step | None) -> Step | None:
    """The step with what earlier sessions say there ([H5]): one query at most, often none."""
    if step is None:
        return None
    known = hints_at(work_session, step.node_id, may_carry=step.is_current)
    options = step.options
    if len(known.options) == len(options):
        pairs = zip(options, known.options, strict=True)
        options = tuple(replace(option, hint=hint) for option, hint in pairs)
    return replace(step, options=options, hint=known.here, carry=known.carry)


def _carried(decision: Decision) -> str:
    return day(decision.carried_over_from) if decision.carried_over_from else ""


def _declared(work_session: Session, node: dict[str, Any]) -> list[str]:
    """The variables of a node that the flow asks for; a stray `{{ word }}` asks for nothing."""
    declared = {item["name"] for item in work_session.intake_form}
    return [name for name in node_variables(node) if name in declared]


def path_item(work_session: Session, decision: Decision, *, is_open: bool = False) -> PathItem:
    return PathItem(
        position=decision.position,
        question=decision.question,
        answer=decision.answer,
        url=step_url(work_session, decision.position),
        is_custom=decision.is_custom,
        is_open=is_open,
        carried=_carried(decision),
    )


def path_items(work_session: Session, *, opened: int | None = None) -> list[PathItem]:
    """The path so far, in one query; `opened` is the position of the step that is shown."""
    shown = ("position", "node_id", "question", "answer", "carried_over_from", "session_id")
    rows = work_session.decisions.only(*shown)
    return [path_item(work_session, row, is_open=row.position == opened) for row in rows]


def step_url(work_session: Session, position: int) -> str:
    return f"{reverse('session-run', args=[work_session.pk])}?step={position}"


OUTCOME_HELP = {
    Outcome.RESOLVED: "The problem is gone",
    Outcome.WORKAROUND: "They can work for now",
    Outcome.ESCALATED: "Someone else takes over",
    Outcome.UNRESOLVED: "It is still there",
    Outcome.CANCELLED: "No longer needed",
    Outcome.RESOLVED_EXTERNALLY: "Fixed by someone else",
}


@dataclass(frozen=True)
class Tile:
    value: str
    label: str
    help: str
    checked: bool


@dataclass(frozen=True)
class Ending:
    """The form that completes a session, prefilled from the solution it stands at ([U2])."""

    tiles: tuple[Tile, ...]
    outcome_notes: str
    next_steps: str
    errors: Mapping[str, str]


def ending(
    work_session: Session,
    step: Step | None,
    *,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> Ending:
    """What was `typed` in a refused form, else what was saved, else what the solution suggests."""
    solution = step if step is not None and step.kind == "solution" else None
    suggested = {
        "outcome": solution.outcome if solution else "",
        "outcome_notes": work_session.outcome_notes or (solution.title if solution else ""),
        "next_steps": work_session.next_steps or (solution.next_steps if solution else ""),
    }
    values = {**suggested, **(typed or {})}
    return Ending(
        tiles=tuple(
            Tile(outcome.value, outcome.label, OUTCOME_HELP[outcome], values["outcome"] == outcome)
            for outcome in OUTCOME_HELP
        ),
        outcome_notes=values["outcome_notes"],
        next_steps=values["next_steps"],
        errors=errors or {},
    )
