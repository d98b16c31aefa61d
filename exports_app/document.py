"""The export as data: what every format shows, in the order of [X1] to [X7].

Pure and frozen. The builder decides what is in it, the redaction step maps its texts, a renderer
only writes it down. An empty text or tuple, or None, means: this part is left out.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

from exports_app.cleaning import slug, words_of

SUMMARY = "Summary"
EVIDENCE = "Evidence / Reference"
STEPS = "Troubleshooting Steps"
RESOLUTION = "Resolution"
ADDENDUM = "Addendum"
HANDOVER = "Hand-over"
NEXT_STEPS = "Next Steps"
DURATION = "Session duration"
CUSTOM_MARK = "[CUSTOM]"
IN_PROGRESS_MARK = "(in progress)"
CUSTOM_LINE = "Custom step added by engineer"
OUTPUT_OMITTED = "(full output omitted)"
CARRIED_OVER = "Carried over from {}, not tested again"
TARGETS = "Targets"
TARGET_COLUMNS = ("Target", "Outcome", "Resolution")

#: The headings of the sections, by the names of their fields.
SECTION_HEADINGS = {
    "summary": SUMMARY,
    "handover": HANDOVER,
    "evidence": EVIDENCE,
    "steps": STEPS,
    "resolution": RESOLUTION,
    "addenda": ADDENDUM,
    "next_steps": NEXT_STEPS,
}
#: The sections by the names of their fields, in the two orders of the option `order`.
RECORDED_ORDER = (
    "summary",
    "handover",
    "evidence",
    "steps",
    "resolution",
    "addenda",
    "next_steps",
)
FIX_FIRST_ORDER = (
    "summary",
    "resolution",
    "addenda",
    "next_steps",
    "handover",
    "evidence",
    "steps",
)

TextMap = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class ExportAttachment:
    """A file of a step; `image` is its `data:` address when the export shows it."""

    name: str
    url: str
    image: str = ""

    @property
    def line(self) -> str:
        """Name and address as one line of text; the address alone when there is no name.

        A file that was uploaded here has an address on this site only, which is of no use to a
        reader elsewhere: only its name is shown.
        """
        address = "" if self.name and self.url.startswith("/") else self.url
        return f"{self.name}: {address}" if self.name and address else self.name or address

    def map_text(self, change: TextMap) -> "ExportAttachment":
        """Return the attachment with `change` applied to its texts."""
        return replace(self, name=change(self.name), url=change(self.url))


class DocumentStep(NamedTuple):
    """One recorded step. `timestamp` is ready to show; `output_cut` says lines were left out.

    `engineer` says who did it, only where several people worked on the session.

    `in_progress` marks the step that the session stands at, which isn't recorded yet.

    `carried_over` is the line about an answer from an earlier session, ready to show.

    `answer_offered` says that the answer is one of the labels that the flow offers, and so
    nothing that was typed. A tuple, because a run can have thousands and frozen dataclasses take
    three times as long to make.
    """

    position: int
    title: str
    custom: bool = False
    in_progress: bool = False
    answer: str = ""
    answer_offered: bool = False
    action: str = ""
    notes: str = ""
    command_output: str = ""
    output_cut: bool = False
    attachments: tuple[ExportAttachment, ...] = ()
    timestamp: str = ""
    engineer: str = ""
    carried_over: str = ""

    def map_text(self, change: TextMap) -> "DocumentStep":
        """Return the step with `change` applied to every human text."""
        return self._replace(
            title=change(self.title),
            answer=change(self.answer),
            action=change(self.action),
            notes=change(self.notes),
            command_output=change(self.command_output),
            attachments=tuple(item.map_text(change) for item in self.attachments),
            engineer=change(self.engineer),
        )


class DocumentAddendum(NamedTuple):
    """What was added after the session was completed; `written` is ready to show."""

    author: str
    written: str
    text: str

    @property
    def paragraph(self) -> str:
        """The text under a line that says by whom and when, where that is shown."""
        line = ", ".join(filter(None, (self.author.replace("\n", " "), self.written)))
        return f"{line}:\n{self.text}" if line else self.text

    def map_text(self, change: TextMap) -> "DocumentAddendum":
        """Return the addendum with `change` applied to what people wrote."""
        return self._replace(author=change(self.author), text=change(self.text))


class DocumentHandover(NamedTuple):
    """Who handed the session to whom, and what the receiver reads of its path; `when` is ready to
    show.
    """

    giver: str
    receiver: str
    when: str
    note: str
    found: tuple[tuple[str, str], ...] = ()
    open_here: tuple[str, ...] = ()
    unconfirmed: tuple[str, ...] = ()

    @property
    def paragraphs(self) -> str:
        """All of it as text: a line, the note, and a short list for each of the three."""
        people = f"{self.giver} to {self.receiver}".replace("\n", " ")
        parts = [", ".join(filter(None, (people, self.when))) + (":" if self.note else "")]
        if self.note:
            parts[0] += f"\n{self.note}"
        found = tuple(" ".join(filter(None, pair)) for pair in self.found)
        lists = (
            ("Found", found),
            ("Open here", self.open_here),
            ("Unconfirmed", self.unconfirmed),
        )
        for name, lines in lists:
            if lines:
                items = (f"- {line}".replace("\n", " ") for line in lines)
                parts.append("\n".join([f"{name}:", *items]))
        return "\n\n".join(parts)

    def map_text(self, change: TextMap) -> "DocumentHandover":
        """Return the hand-over with `change` applied to what people wrote."""
        return self._replace(
            giver=change(self.giver),
            receiver=change(self.receiver),
            note=change(self.note),
            found=tuple((change(question), change(answer)) for question, answer in self.found),
            open_here=tuple(change(line) for line in self.open_here),
            unconfirmed=tuple(change(line) for line in self.unconfirmed),
        )


@dataclass(frozen=True, slots=True)
class Summary:
    """The summary block [X11]; all five rows are always shown, blank ones too."""

    issue: str
    impact: str
    status: str
    resolution: str
    next_steps: str

    @property
    def rows(self) -> tuple[tuple[str, str], ...]:
        """The rows as (label, value) in their order."""
        return (
            ("Issue", self.issue),
            ("Impact", self.impact),
            ("Status", self.status),
            ("Resolution", self.resolution),
            ("Next Steps", self.next_steps),
        )

    def map_text(self, change: TextMap) -> "Summary":
        """Return the block with `change` applied to every value."""
        return Summary(
            issue=change(self.issue),
            impact=change(self.impact),
            status=change(self.status),
            resolution=change(self.resolution),
            next_steps=change(self.next_steps),
        )


@dataclass(frozen=True, slots=True)
class Header:
    """The head of the export [X1]: what a dispatcher reads. Times are ready to show.

    `title` is the flow's name, `flow` its category and version.
    """

    title: str
    ticket: str = ""
    client: str = ""
    target: str = ""
    engineer: str = ""
    engineers: str = ""
    started: str = ""
    completed: str = ""
    status: str = ""
    flow: str = ""

    @property
    def rows(self) -> tuple[tuple[str, str], ...]:
        """The filled fields as (label, value) in their order; the title is not one of them."""
        every = (
            ("Ticket", self.ticket),
            ("Client", self.client),
            ("Target", self.target),
            ("Engineer", "" if self.engineers else self.engineer),
            ("Engineers", self.engineers),
            ("Started", self.started),
            ("Completed", self.completed),
            ("Status", self.status),
            ("Flow", self.flow),
        )
        return tuple((label, value) for label, value in every if value)

    def map_text(self, change: TextMap) -> "Header":
        """Return the head with `change` applied to what people wrote."""
        return replace(
            self,
            title=change(self.title),
            ticket=change(self.ticket),
            client=change(self.client),
            target=change(self.target),
            engineer=change(self.engineer),
            engineers=change(self.engineers),
            flow=change(self.flow),
        )


@dataclass(frozen=True, slots=True)
class FileName:
    """The parts of the name of a downloaded file; `day` is an ISO date or ""."""

    ticket: str = ""
    flow: str = ""
    day: str = ""

    def with_ending(self, ending: str) -> str:
        """Return `ticket-flow-date.ending`: ASCII, at most 120 characters, never empty."""
        parts = (slug(self.ticket, 40), slug(self.flow, 55) or "session", slug(self.day, 10))
        return "-".join(part for part in parts if part) + "." + ending

    def full_name(self, ending: str) -> str:
        """Return the same name in the scripts that it was written in."""
        parts = (words_of(self.ticket, 40), words_of(self.flow, 55) or "session", self.day[:10])
        return "-".join(part for part in parts if part) + "." + ending

    def map_text(self, change: TextMap) -> "FileName":
        """Return the name's parts with `change` applied to what people wrote."""
        return replace(self, ticket=change(self.ticket), flow=change(self.flow))


@dataclass(frozen=True, slots=True)
class ExportDocument:
    """One export. `outcome` is the label under a PSA resolution; `footer` is the last line.

    `order` has the names of the sections as they follow each other, filled or not.

    `resolution_lead` is what the product says before a resolution that nobody wrote.

    `resolution_label` is the question that `resolution` answers when it was taken from a step:
    redaction must know it, as an answer to "Temporary password?" is a secret without looking so.
    """

    header: Header
    notices: tuple[str, ...] = ()
    summary: Summary | None = None
    handover: DocumentHandover | None = None
    evidence: str = ""
    steps: tuple[DocumentStep, ...] = ()
    resolution: str = ""
    addenda: tuple[DocumentAddendum, ...] = ()
    resolution_lead: str = ""
    resolution_label: str = ""
    outcome: str = ""
    next_steps: str = ""
    duration: str = ""
    footer: str = ""
    order: tuple[str, ...] = RECORDED_ORDER
    file_name: FileName = FileName()

    @property
    def sections(self) -> list[str]:
        """The names of the sections that have something to show, in their order."""
        return [name for name in self.order if getattr(self, name)]

    def section_text(self, name: str) -> str:
        """Return the text of a section that is one text, with what the product says before it."""
        if name == "addenda":
            return "\n\n".join(item.paragraph for item in self.addenda)
        if name == "handover":
            return self.handover.paragraphs if self.handover else ""
        text: str = getattr(self, name)
        return self.resolution_lead + text if name == "resolution" else text

    def map_text(self, change: TextMap, *, names: TextMap | None = None) -> "ExportDocument":
        """Return the document with `change` applied to every human text in it.

        `names` is what is applied to the parts of the file name, `change` by default. Times,
        outcome labels and the lines that the product itself writes stay as they are.
        """
        return replace(
            self,
            header=self.header.map_text(change),
            summary=self.summary.map_text(change) if self.summary else None,
            handover=self.handover.map_text(change) if self.handover else None,
            evidence=change(self.evidence),
            steps=tuple(step.map_text(change) for step in self.steps),
            resolution=change(self.resolution),
            addenda=tuple(item.map_text(change) for item in self.addenda),
            next_steps=change(self.next_steps),
            file_name=self.file_name.map_text(names or change),
        )


@dataclass(frozen=True, slots=True)
class TargetLine:
    """A target in the table of a batch; `result` is its resolution cut to one line."""

    target: str
    outcome: str
    result: str


@dataclass(frozen=True, slots=True)
class BatchDocument:
    """The export of a batch. `parts` are the documents of its targets, titled by the targets."""

    header: Header
    targets: tuple[TargetLine, ...]
    parts: tuple[ExportDocument, ...]
    footer: str
    file_name: FileName

    @property
    def head(self) -> ExportDocument:
        """The header as a document of its own, for the renderers of single documents."""
        return ExportDocument(header=self.header)
