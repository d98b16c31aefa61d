"""The preview [U3]: the generated text to read and edit, and the values of its options.

Nothing is written. Edits stay in the browser; only options are sent here.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

from django.utils import timezone

from accounts_app.models import UnusablePolicy
from exports_app import (
    builder,
    inline_images,
    redact_document,
    service,
    session_reader,
    truncation,
)
from exports_app.cleaning import clean, fill_variables, one_line, variables_on_one_line
from exports_app.document import Summary
from exports_app.option_labels import MORE_LABELS, SUMMARY_LABELS
from exports_app.options import ExportOptions, SummaryOverrides
from exports_app.preview.proof import sign_export
from exports_app.rendered_export import RenderedExport
from exports_app.renderers import RENDERERS, page_format
from exports_app.renderers.renderer import Renderer
from exports_app.session_data import SessionData, StepData
from exports_app.truncation import Cuts
from resolutionflow import redaction
from resolutionflow.web.text import shorten
from sessions_app.models import Session

MAX_STEP_TITLE = 60
#: What can be edited, in characters and lines, and how much is shown of what can't.
MAX_EDITABLE_LENGTH, MAX_EDITABLE_LINES = 1_000_000, 30_000
#: What is looked through for a hint where no script does it.
MAX_HINT_LENGTH = 200_000
MAX_SHOWN_LENGTH, MAX_SHOWN_LINES = 100_000, 1_000


class TicketSystem(NamedTuple):
    """A ticket system: how many characters note and title may have; 0 for no limit."""

    label: str
    note: int = 0
    title: int = 0


#: Only limits that are documented by the maker stand here. Autotask: the entity TicketNotes of its
#: REST API says 32,000 for the description and 250 for the title.
TICKET_SYSTEMS = {
    "": TicketSystem("No length limit"),
    "autotask": TicketSystem("Autotask note", note=32_000, title=250),
}
#: What may be cut to fit: nothing, command output, or notes and scratchpad as well.
CUTS = ("", "output", "notes")


@dataclass(frozen=True)
class Preview:
    """The text to edit. `summary` is the block that is generated when nothing is typed,
    `masked_name` the file name for a text that was masked by hand. `has_images` says that the
    export has images, which the text to edit can't have.
    """

    renderer: Renderer
    rendered: RenderedExport
    cuts: Cuts
    summary: Summary | None
    masked_name: str
    has_images: bool

    @cached_property
    def length(self) -> int:
        return truncation.utf16_length(self.rendered.content)

    @cached_property
    def is_truncated(self) -> bool:
        """Whether the text is too long to edit in a browser: only its beginning is shown.

        A text box lays out every line at each key: a log of 100,000 lines takes it seconds.
        """
        content = self.rendered.content
        return len(content) > MAX_EDITABLE_LENGTH or content.count("\n") > MAX_EDITABLE_LINES

    @property
    def editor_text(self) -> str:
        """The text, or its first lines when it is too long to edit."""
        if not self.is_truncated:
            return self.rendered.content
        lines = self.rendered.content[:MAX_SHOWN_LENGTH].split("\n")
        return "\n".join(lines[:MAX_SHOWN_LINES])


def rendered_page(
    work_session: Session, options: ExportOptions, *, ticket_system: str = "", cut: str = ""
) -> str:
    """Return the export as an HTML page, pictures and all, to look at. Writes nothing.

    It is cut to fit if asked, without pictures then. Raises as `build_preview` does.
    """
    options = options.model_copy(update={"format": page_format(options.format)})
    if cut:
        return build_preview(
            work_session, options, ticket_system=ticket_system, cut=cut
        ).rendered.content
    return service.render_session(work_session, options).content


def build_preview(
    work_session: Session, options: ExportOptions, *, ticket_system: str = "", cut: str = ""
) -> Preview:
    """Return the export of a session the caller may read, cut to fit if asked. Writes nothing.

    Raises `RedactionFailed` when masking was asked for and broke [R4].
    """
    source = session_reader.read_session(work_session, options, exported_at=timezone.now())
    document, report = service.prepare_document(source, options)
    renderer = RENDERERS[options.format]
    limit = TICKET_SYSTEMS[ticket_system].note
    cuts = Cuts()
    if cut and limit:
        document, cuts = truncation.truncate_to_limit(
            document,
            limit=limit,
            measure=lambda it: truncation.utf16_length(renderer.render(it)),
            notes_too=cut == "notes",
        )
    bare = options.model_copy(update={"include_summary": True, "summary": SummaryOverrides()})
    summary = builder.build_document(replace(source, steps=()), bare).summary
    secrets = redact_document.secrets_of(replace(source, steps=()))
    name = document.file_name.map_text(
        lambda typed: (
            redact_document.redact_text(
                typed,
                redact_hostnames=options.redact_hostnames,
                redact_phone_numbers=options.redact_phone_numbers,
                secrets=secrets,
                policy=work_session.account.redaction_policy(),
            ).text
        )
    )
    return Preview(
        renderer=renderer,
        rendered=service.render_document(document, report, options),
        cuts=cuts,
        summary=summary,
        masked_name=name.with_ending(renderer.extension),
        has_images=not cut and inline_images.has_images(document, work_session, options),
    )


def step_titles(work_session: Session) -> list[tuple[int, str]]:
    """Return the path as (number, title) for the cutoff."""
    path = work_session.all_decisions.filter(discarded_branch__isnull=True).order_by("position")
    return step_choices(enumerate(path.values_list("question", flat=True), start=1), work_session)


def step_choices(path: Iterable[tuple[int, str]], work_session: Session) -> list[tuple[int, str]]:
    """Return the steps (number, question) with their titles, variables filled in and kept short."""
    values = variables_on_one_line(work_session.session_variables or {})
    return [
        (number, shorten(fill_variables(one_line(clean(question)), values), MAX_STEP_TITLE))
        for number, question in path
    ]


def session_secrets(work_session: Session) -> set[str]:
    """Return the values that the session marks as secret, to find them in an edited export."""
    path = work_session.all_decisions.filter(discarded_branch__isnull=True)
    source = session_reader.read_session(work_session, ExportOptions(audience="client"))
    values = variables_on_one_line(source.variables or {})
    asking = [
        number
        for number, step in enumerate(source.steps, start=1)
        if redaction.is_secret_label(fill_variables(clean(step.question), values))
    ]
    secrets = redact_document.secrets_of(source)
    if asking:
        noted = path.filter(position__in=asking).values_list("question", "notes")
        secrets |= redact_document.secrets_of(
            SessionData(
                tree_name=source.tree_name,
                steps=[StepData(question=question, notes=notes) for question, notes in noted],
                variables=source.variables,
            )
        )
    return secrets


def describe_sensitive_values(work_session: Session, text: str, options: ExportOptions) -> str:
    """Return which values in `text` are likely sensitive, in words; "" for none.

    A text that takes longer to look through than a page may isn't looked through: nobody has asked.
    Nor is one where the account's own patterns can't be used.
    """
    if len(text) > MAX_HINT_LENGTH:
        return ""
    try:
        policy = work_session.account.redaction_policy()
    except UnusablePolicy:
        return ""
    secrets = session_secrets(work_session)
    found = redact_document.redact_text(
        text,
        redact_hostnames=options.redact_hostnames,
        redact_phone_numbers=options.redact_phone_numbers,
        secrets=secrets,
        policy=policy,
    )
    return redact_document.describe_counts(found.counts)


def kinds_for_script() -> str:
    """The table of kinds, for the page's script."""
    return json.dumps(
        {
            name: {
                "placeholder": kind.placeholder,
                "singular": kind.singular,
                "plural": kind.plural,
            }
            for name, kind in redaction.KINDS.items()
        }
    )


def page_context(
    work_session: Session, options: ExportOptions, *, ticket_system: str = "", cut: str = ""
) -> dict[str, Any]:
    """Return the context of the preview's templates."""
    preview = build_preview(work_session, options, ticket_system=ticket_system, cut=cut)
    system = TICKET_SYSTEMS[ticket_system]
    typed = options.summary
    made = {name: _generated_value(preview, name) for name in SUMMARY_LABELS}
    more = [(name, label, getattr(options, name)) for name, label in MORE_LABELS.items()]
    return {
        "work_session": work_session,
        "title": work_session.title or work_session.tree_name,
        "options": options,
        "kinds": kinds_for_script(),
        "preview": preview,
        "proof": sign_export(work_session, preview.rendered, options),
        # Asked for by the page alone, where no script looks through the text.
        "sensitive": lambda: describe_sensitive_values(
            work_session, preview.rendered.content, options
        ),
        "length": f"{preview.length:,}",
        "over": f"{preview.cuts.excess:,}",
        "is_over": bool(system.note and preview.length > system.note),
        "system": system,
        "ticket_system": ticket_system,
        "ticket_systems": TICKET_SYSTEMS,
        "cut": cut,
        "export_steps": step_titles(work_session),
        "has_current_step": session_reader.has_current_step(work_session),
        "more": more,
        "more_is_set": not all(is_on for _, _, is_on in more),
        "summary_fields": [
            (name, label, getattr(typed, name), made[name])
            for name, label in SUMMARY_LABELS.items()
        ],
        # A script puts these in where nothing was typed over the ones before.
        "made_summary": json.dumps(made),
    }


def _generated_value(preview: Preview, name: str) -> str:
    return getattr(preview.summary, name) if preview.summary else ""
