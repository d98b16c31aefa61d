"""Build the `ExportDocument` of a session.

`read_session` (with `step_query`) is where everything that a document says comes from.
`build_document` is pure: it applies the options, so a renderer decides nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from exports_app import cleaning, step_query
from exports_app.session_data import IntakeField, SessionData, StepData
from resolutionflow.redaction import DEFAULT_POLICY

from .document import (
    CARRIED_OVER,
    DocumentStep,
    ExportAttachment,
    ExportDocument,
    FileName,
    Header,
    Summary,
)
from .options import ExportOptions
from .renderers import RENDERERS

if TYPE_CHECKING:
    from sessions_app.models import Session

NO_RESOLUTION = "No resolution recorded."


def build_document(source: SessionData, options: ExportOptions) -> ExportDocument:
    """Return what `options` want to be shown of `source`, its texts clean and variables filled in.

    Nothing is escaped or masked yet.
    """
    return _DocumentBuilder(source, options).document()


class _DocumentBuilder:
    """Builds one document; its attributes are what the parts share."""

    def __init__(self, source: SessionData, options: ExportOptions) -> None:
        self.source = source
        self.options = options
        self.zone = cleaning.zone_of(source.time_zone)
        self.first_day = self._time(source.started_at, with_offset=False)[:10]
        self.values = cleaning.variables_on_one_line(source.variables or {})
        self.internal = options.audience == "internal"
        self.only_resolution = options.audience == "resolution"
        self.tree_info = options.include_tree_info and self.internal
        self.shows_steps = options.detail_level != "summary" and not self.only_resolution
        self.step_limit = min(options.max_step_index or source.step_count, source.step_count)

    def document(self) -> ExportDocument:
        options, source = self.options, self.source
        shown, last = self._steps()
        shown, engineers = self._with_engineers(shown)
        notes = self._clean_text(source.outcome_notes) if options.include_outcome_notes else ""
        next_steps = self._clean_text(source.next_steps) if options.include_next_steps else ""
        resolution, resolution_label = notes, ""
        if not notes and (RENDERERS[options.format].needs_resolution or self.only_resolution):
            resolution, resolution_label = self._fallback_resolution(last)
        wants_summary = options.include_summary or options.detail_level == "summary"
        shows_evidence = self.internal and options.detail_level != "summary"
        return ExportDocument(
            header=replace(self._header(), engineers=engineers),
            notices=() if self.only_resolution else self._notices(),
            summary=(
                self._summary(notes, next_steps)
                if wants_summary and not self.only_resolution
                else None
            ),
            evidence=self._clean_text(source.scratchpad) if shows_evidence else "",
            steps=shown,
            resolution=resolution,
            resolution_label=resolution_label,
            outcome=self._outcome(),
            next_steps="" if self.only_resolution else next_steps,
            duration=self._duration(),
            file_name=self._file_name(),
        )

    def _clean_text(self, typed: str) -> str:
        if typed.isprintable() and "{{" not in typed:
            return typed.rstrip()  # one line with nothing to clean or to fill, as most are
        return cleaning.strip_line_ends(cleaning.fill_variables(cleaning.clean(typed), self.values))

    def _time(self, value: datetime | None, *, with_offset: bool = True) -> str:
        if value is None or not self.options.include_timestamps:
            return ""
        return cleaning.format_time(value, self.zone, with_offset=with_offset)

    def _step_time(self, value: datetime | None) -> str:
        """Return the time of day, with the date where it is not the day of the start."""
        shown = self._time(value, with_offset=False)
        return shown[11:] if shown[:10] == self.first_day else shown

    def _header(self) -> Header:
        source = self.source
        title = self._clean_text(source.tree_name) or "Untitled flow"
        if self.only_resolution:
            return Header(title=title)
        return Header(
            title=title,
            ticket=self._clean_text(source.ticket_number),
            client=self._clean_text(source.client_name),
            target=self._clean_text(source.target_label),
            session_title=self._clean_text(source.title),
            engineer=self._clean_text(source.engineer),
            started=self._time(source.started_at),
            completed=self._time(source.completed_at),
            status=self._status(" (exported at step {})"),
            category=self._clean_text(source.category) if self.tree_info else "",
            version=self._clean_text(source.version) if self.tree_info else "",
            description=self._clean_text(source.description) if self.tree_info else "",
        )

    def _status(self, where: str) -> str:
        if self.source.completed_at is not None:
            return self.source.outcome
        if self.source.started_at is None:
            return "Prepared (not started)"
        return "In Progress" + where.format(self.source.step_count)

    def _outcome(self) -> str:
        return "" if self.only_resolution else self._status("")

    def _notices(self) -> tuple[str, ...]:
        notices = []
        if self.source.started_at is not None and self.source.completed_at is None:
            notices.append("This session is still in progress.")
        if self.shows_steps and self.step_limit < self.source.step_count:
            notices.append(f"Showing steps 1\u2013{self.step_limit} of {self.source.step_count}.")
        return tuple(notices)

    def _summary(self, resolution: str, next_steps: str) -> Summary:
        issue = self._clean_text(self.source.tree_name)
        if self.tree_info and self.source.description.strip():
            issue += ": " + self._clean_text(self.source.description)
        typed = self.options.summary

        def override_or(override: str | None, otherwise: str) -> str:
            return (
                otherwise
                if override is None
                else cleaning.strip_line_ends(cleaning.clean(override))
            )

        return Summary(
            issue=override_or(typed.issue, issue),
            impact=override_or(typed.impact, ""),
            status=override_or(typed.status, self._status(" \u2014 paused at step {}")),
            resolution=override_or(typed.resolution, resolution),
            next_steps=override_or(typed.next_steps, next_steps),
        )

    def _steps(self) -> tuple[tuple[DocumentStep, ...], StepData | None]:
        """Return the steps to show, and the last one within the cutoff, shown or not."""
        shown: list[DocumentStep] = []
        last = None
        for position, last in enumerate(islice(self.source.steps, self.step_limit), start=1):
            if self.shows_steps:
                shown.append(self._step(position, last))
        return tuple(shown), last

    def _with_engineers(
        self, shown: tuple[DocumentStep, ...]
    ) -> tuple[tuple[DocumentStep, ...], str]:
        """Return the steps with their engineers, and all engineers in the order of their steps.

        Only where several people did the steps that are shown; else nothing is added.
        """
        if not any(step.engineer for step in shown):
            return shown, ""
        owner = self._clean_text(self.source.engineer)
        named = tuple(step._replace(engineer=step.engineer or owner) for step in shown)
        return named, ", ".join(dict.fromkeys(step.engineer for step in named))

    def _step(self, position: int, step: StepData) -> DocumentStep:
        output, cut = "", False
        if self.internal and step.command_output:
            output = cleaning.strip_blank_lines(cleaning.clean(step.command_output))
            if self.options.detail_level == "standard":
                output, cut = cleaning.head_lines(output, step_query.MAX_OUTPUT_LINES)
        return DocumentStep(
            position=position,
            title=self._clean_text(step.question) or "Untitled step",
            custom=step.node_id.startswith("custom-"),
            answer=self._clean_text(step.answer),
            answer_offered=step.answer_offered,
            action=self._clean_text(step.action) if step.action and self.internal else "",
            notes=self._clean_text(step.notes) if step.notes and self.internal else "",
            command_output=output,
            output_cut=cut,
            attachments=(
                tuple(self._attachments(step)) if self.internal and step.attachments else ()
            ),
            timestamp=self._step_time(step.timestamp),
            engineer=self._clean_text(step.engineer) if self.internal else "",
            carried_over=self._carried_over(step) if step.carried_over_from else "",
        )

    def _carried_over(self, step: StepData) -> str:
        """Return the line that says when a reused answer was given; all audiences get it."""
        day = self._time(step.carried_over_from, with_offset=False)[:10]
        return CARRIED_OVER.format(day or "an earlier session")

    def _attachments(self, step: StepData) -> Iterator[ExportAttachment]:
        for item in step.attachments:
            name, url = (self._clean_text(str(item.get(key) or "")) for key in ("name", "url"))
            if name or url:
                yield ExportAttachment(name=name, url=url)

    def _fallback_resolution(self, last: StepData | None) -> tuple[str, str]:
        """Return the last answer as the resolution that nobody wrote [X14], and its question."""
        if last is None:
            return NO_RESOLUTION, ""
        question = self._clean_text(last.question)
        answer = self._clean_text(last.answer)
        typed = bool(answer) and not last.answer_offered
        return answer or question or NO_RESOLUTION, question if typed else ""

    def _duration(self) -> str:
        started, completed = self.source.started_at, self.source.completed_at
        if not (started and completed and self.options.include_timestamps):
            return ""
        return "" if self.only_resolution else cleaning.duration(completed - started)

    def _file_name(self) -> FileName:
        source = self.source
        when = source.completed_at or source.started_at or source.exported_at
        return FileName(
            ticket=self._clean_text(source.ticket_number),
            flow=self._clean_text(source.tree_name),
            day=when.astimezone(self.zone).date().isoformat() if when else "",
        )


def read_session(
    work_session: "Session", options: ExportOptions, *, exported_at: datetime | None = None
) -> SessionData:
    """Return `work_session` as plain data, with the steps that `options` need.

    One query reads the decisions (a second one only when a long output has hardly a line end);
    where command output is left out or cut, it is left out or cut in the database.
    """
    snapshot = work_session.tree_snapshot
    found, step_count = step_query.fetch_steps(work_session, options, _offered_answers(snapshot))
    return SessionData(
        tree_name=str(snapshot.get("name") or work_session.tree_name),
        steps=found,
        step_count=step_count,
        description=str(snapshot.get("description") or ""),
        category=str(snapshot.get("category") or ""),
        version=str(snapshot.get("version") or ""),
        ticket_number=work_session.ticket_number,
        client_name=work_session.client_name,
        title=work_session.title,
        target_label=work_session.target_label,
        engineer=work_session.user.get_full_name() or work_session.user.get_username(),
        scratchpad=work_session.scratchpad,
        variables=work_session.session_variables,
        intake=tuple(
            IntakeField(
                name=str(field.get("name") or ""),
                label=str(field.get("label") or ""),
                sensitive=bool(field.get("sensitive")),
            )
            for field in snapshot.get("intake_form") or ()
        ),
        started_at=work_session.started_at,
        completed_at=work_session.completed_at,
        exported_at=exported_at,
        outcome=work_session.get_outcome_display() if work_session.outcome else "",
        outcome_notes=work_session.outcome_notes,
        next_steps=work_session.next_steps,
        time_zone=step_query.account_time_zone(work_session),
        redaction_policy=work_session.account.redaction_policy()
        if options.redaction_mode == "mask"
        else DEFAULT_POLICY,
    )


def _offered_answers(snapshot: Mapping[str, Any]) -> set[tuple[str, str]]:
    """Return the answers that the flow offers, as (node id, label)."""
    structure = snapshot.get("structure") or {}
    return {
        (node_id, str(option.get("label")))
        for node_id, node in (structure.get("nodes") or {}).items()
        for option in node.get("options") or ()
    }
