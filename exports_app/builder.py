"""Build the `ExportDocument` of a session.

Pure: it applies the options to what `session_reader` has read, so a renderer decides nothing.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import islice

from exports_app import cleaning, step_query
from exports_app.clock import ExportClock
from exports_app.session_data import SessionData, StepData
from resolutionflow.web.dates import zone_of

from .document import (
    CARRIED_OVER,
    FIX_FIRST_ORDER,
    RECORDED_ORDER,
    DocumentAddendum,
    DocumentHandover,
    DocumentStep,
    ExportAttachment,
    ExportDocument,
    FileName,
    Header,
    Summary,
)
from .options import ExportOptions
from .renderers import RENDERERS

NO_RESOLUTION = "No resolution recorded."
NOT_RESOLVED = "Not resolved yet."
PAUSED, NOTHING_YET = " \u2014 paused at step {}", " \u2014 no step recorded yet"


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
        self.clock = ExportClock(
            zone_of(source.time_zone), has_seconds=options.detail_level == "full"
        )
        self.values = cleaning.variables_on_one_line(source.variables or {})
        self.internal = options.audience == "internal"
        self.only_resolution = options.audience == "resolution"
        self.tree_info = options.include_tree_info and self.internal
        self.is_active = source.started_at is not None and source.completed_at is None
        self.shows_steps = options.detail_level != "summary" and not self.only_resolution
        self.step_limit = min(options.max_step_index or source.step_count, source.step_count)

    def document(self) -> ExportDocument:
        options, source = self.options, self.source
        header = self._header()
        shown, last = self._steps()
        shown, engineers = self._with_engineers(shown)
        notes = self._clean_text(source.outcome_notes) if options.include_outcome_notes else ""
        next_steps = self._clean_text(source.next_steps) if options.include_next_steps else ""
        resolution, lead, label = notes, "", ""
        if not notes and (RENDERERS[options.format].needs_resolution or self.only_resolution):
            resolution, lead, label = self._fallback_resolution(last)
        wants_summary = options.include_summary or options.detail_level == "summary"
        shows_evidence = self.internal and options.detail_level != "summary"
        return ExportDocument(
            header=replace(header, engineers=engineers),
            notices=() if self.only_resolution else self._notices(),
            summary=(
                self._summary(notes, next_steps)
                if wants_summary and not self.only_resolution
                else None
            ),
            handover=self._handover(),
            evidence=self._clean_text(source.scratchpad) if shows_evidence else "",
            steps=shown,
            resolution=resolution,
            addenda=self._addenda(),
            resolution_lead=lead,
            resolution_label=label,
            outcome=self._outcome(),
            next_steps="" if self.only_resolution else next_steps,
            duration=self._duration(),
            order=FIX_FIRST_ORDER if options.order == "fix_first" else RECORDED_ORDER,
            file_name=self._file_name(),
        )

    def _clean_text(self, typed: str) -> str:
        if typed.isprintable() and "{{" not in typed:
            return typed.rstrip()  # one line with nothing to clean or to fill, as most are
        return cleaning.strip_line_ends(cleaning.fill_variables(cleaning.clean(typed), self.values))

    def _time(self, value: datetime | None) -> str:
        if value is None or not self.options.include_timestamps:
            return ""
        return self.clock.header_time(value)

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
            engineer=self._clean_text(source.engineer) if self.internal else "",
            started=self._time(source.started_at),
            completed=self._time(source.completed_at),
            status=self._status(" (exported at step {})", " (no step recorded yet)"),
            flow=self._flow(),
        )

    def _flow(self) -> str:
        """Return category and version of the flow, which only a full export names."""
        if not self.tree_info or self.options.detail_level != "full":
            return ""
        version = self._clean_text(self.source.version)
        parts = (self._clean_text(self.source.category), f"version {version}" if version else "")
        return ", ".join(part for part in parts if part)

    def _status(self, where: str = "", nowhere: str = "") -> str:
        """Return the outcome, or how far the session is, followed by `where` or `nowhere`."""
        if self.source.started_at is None:
            return "Prepared (not started)"
        if not self.is_active:
            return self.source.outcome
        count = self.source.step_count
        return "In Progress" + (where.format(count) if count else nowhere)

    def _outcome(self) -> str:
        return "" if self.only_resolution else self._status()

    def _notices(self) -> tuple[str, ...]:
        notices = []
        count = self.source.step_count
        if self.is_active and count:
            notices.append(f"Session still in progress \u2014 exported at step {count} of path")
        if self.shows_steps and self.step_limit < count:
            notices.append(f"Showing steps 1\u2013{self.step_limit} of {count}.")
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
            status=override_or(typed.status, self._status(PAUSED, NOTHING_YET)),
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
        if self.shows_steps and self._shows_current_step():
            shown.append(self._current_step())
        return tuple(shown), last

    def _shows_current_step(self) -> bool:
        cutoff = self.options.max_step_index
        return (
            self.options.include_current_step
            and self.source.current_step is not None
            and (cutoff is None or cutoff > self.source.step_count)
        )

    def _current_step(self) -> DocumentStep:
        """Return the step that the session stands at, with what is typed there."""
        assert self.source.current_step is not None  # noqa: S101 (see `_shows_current_step`)
        position = self.source.step_count + 1
        return self._step(position, self.source.current_step)._replace(in_progress=True)

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
        clean_text = self._clean_text
        action, notes, engineer, output, cut = "", "", "", "", False
        if self.internal:
            action = clean_text(step.action) if step.action else ""
            notes = clean_text(step.notes) if step.notes else ""
            engineer = clean_text(step.engineer) if step.engineer else ""
            if step.command_output:
                output, cut = self._output(step.command_output)
        shown_at = step.timestamp if self.options.include_timestamps else None
        # By place: a run can have thousands of steps, and by name it takes twice as long.
        return DocumentStep(
            position,
            clean_text(step.question) or "Untitled step",
            step.node_id.startswith("custom-"),
            False,
            clean_text(step.answer),
            step.answer_offered,
            action,
            notes,
            output,
            cut,
            tuple(self._attachments(step)) if self.internal and step.attachments else (),
            self.clock.step_time(shown_at) if shown_at else "",
            engineer,
            self._carried_over(step) if step.carried_over_from else "",
        )

    def _output(self, typed: str) -> tuple[str, bool]:
        """Return a command output as the level shows it, and whether lines are left out."""
        output = cleaning.strip_blank_lines(cleaning.clean(typed))
        if self.options.detail_level != "standard":
            return output, False
        return cleaning.head_lines(output, step_query.MAX_OUTPUT_LINES)

    def _carried_over(self, step: StepData) -> str:
        """Return the line that says when a reused answer was given; all audiences get it."""
        given_at = step.carried_over_from
        is_dated = given_at is not None and self.options.include_timestamps
        return CARRIED_OVER.format(
            self.clock.day(given_at) if given_at and is_dated else "an earlier session"
        )

    def _attachments(self, step: StepData) -> Iterator[ExportAttachment]:
        for item in step.attachments:
            name, url = (self._clean_text(str(item.get(key) or "")) for key in ("name", "url"))
            if name or url:
                yield ExportAttachment(name=name, url=url)

    def _fallback_resolution(self, last: StepData | None) -> tuple[str, str, str]:
        """Return the resolution that nobody wrote [X14]: the last answer, what the product says
        before it, and the question that a typed answer answers.
        """
        lead = NOT_RESOLVED if self.is_active else ""
        if last is None:
            return lead or NO_RESOLUTION, "", ""
        question = self._clean_text(last.question)
        answer = self._clean_text(last.answer)
        typed = bool(answer) and not last.answer_offered
        if lead and (answer or question):
            lead += " Last answer: " if answer else " Last step: "
        return answer or question or lead or NO_RESOLUTION, lead, question if typed else ""

    def _addenda(self) -> tuple[DocumentAddendum, ...]:
        return tuple(
            DocumentAddendum(
                self._clean_text(item.author) if self.internal else "",
                self._time(item.written_at),
                self._clean_text(item.text),
            )
            for item in self.source.addenda
        )

    def _handover(self) -> DocumentHandover | None:
        given, clean = self.source.handover, self._clean_text
        if given is None or not self.options.shows_handover:
            return None
        return DocumentHandover(
            giver=clean(given.giver),
            receiver=clean(given.receiver),
            when=self._time(given.handed_at),
            note=clean(given.note),
            found=tuple((clean(question), clean(answer)) for question, answer in given.found),
            open_here=tuple(clean(line) for line in given.open_here),
            unconfirmed=tuple(clean(line) for line in given.unconfirmed),
        )

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
            day=self.clock.day(when) if when else "",
        )
