"""The redaction step of an export: between the document and its renderer ([R1] to [R4]).

It works on the document, so all formats mask the same findings, and on every human text in
it: title, ticket, client, labels, and the parts of the file name.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from exports_app import cleaning, redact_rendered
from exports_app.session_data import SessionData
from resolutionflow import redaction
from resolutionflow.web.errors import DomainError
from trees_app.shell_quoting import QUOTES

from .document import DocumentStep, ExportDocument
from .failure_log import log_failure
from .options import ExportOptions

TOKEN_PLACEHOLDER = redaction.PLACEHOLDERS["token"]

# An answer that is one word with a digit or a sign in it is a secret by its shape; "Yes" is not.
_SECRET_SHAPE = re.compile(r"(?=.*[\d\W_])\S{6,200}", re.DOTALL)


class RedactionTooLong(DomainError):
    """Looking through the text takes longer than one request may: nothing is exported."""

    status = 422


TOO_LONG = (
    "Looking through this text for what is sensitive takes too long. "
    "Shorten it, or export less of it, and try again."
)


class RedactionFailed(Exception):
    """Redaction broke. It carries no text of the session, and no export exists [R4]."""


@dataclass(frozen=True, slots=True)
class RedactionReport:
    """What was masked: the mode, and how many findings of each kind (all kinds, none left out)."""

    mode: str = "none"
    counts: Mapping[str, int] = field(default_factory=dict)


def redact(
    document: ExportDocument,
    source: SessionData,
    options: ExportOptions,
    *,
    secrets: Iterable[str] = (),
) -> tuple[ExportDocument, RedactionReport]:
    """Return the masked document with its footer [R3], and the report of what was masked.

    `secrets` are values that other sessions of the same export know to be secret.
    Raises `RedactionTooLong` where it takes too long, `RedactionFailed` whatever else goes wrong;
    the cause is not chained, because its text could quote what it was looking at.
    """
    try:
        with redaction.limit_time():
            masked, counts = _mask_document(document, source, options, secrets)
    except redaction.BudgetExceeded:
        raise RedactionTooLong(TOO_LONG) from None
    except Exception as error:
        log_failure(error)
        failed = True
    else:
        failed = False
    if failed:
        raise RedactionFailed("The redaction of this export failed, so nothing was exported.")
    report = RedactionReport(
        mode=options.redaction_mode, counts={kind: counts[kind] for kind in redaction.KINDS}
    )
    return replace(masked, footer=footer(report.counts)), report


@dataclass(frozen=True, slots=True)
class RedactedText:
    """A text with its findings (offsets in code points) and how it reads when they are masked."""

    text: str
    findings: list[redaction.Finding]
    counts: Mapping[str, int]


def redact_text(
    typed: str,
    *,
    redact_hostnames: bool = False,
    redact_phone_numbers: bool = False,
    secrets: Iterable[str] = (),
    policy: redaction.Policy = redaction.DEFAULT_POLICY,
) -> RedactedText:
    """Return what is sensitive in a finished text, such as an edited export, and mask it [R5].

    `secrets` are values known to be secret, such as `secrets_of` a session. Raises
    `RedactionFailed` as `redact` does.
    """
    try:
        with redaction.limit_time():
            found = redact_rendered.find_in_rendered(
                typed,
                redact_hostnames=redact_hostnames,
                redact_phone_numbers=redact_phone_numbers,
                secrets=secrets,
                policy=policy,
            )
            found = redact_rendered.propagate_secrets(typed, found)
            masked = redaction.mask(typed, findings=found)
        counts = Counter(finding.kind for finding in found)
    except redaction.BudgetExceeded:
        raise RedactionTooLong(TOO_LONG) from None
    except Exception as error:
        log_failure(error)
        failed = True
    else:
        failed = False
    if failed:
        raise RedactionFailed("The redaction of this text failed, so nothing is answered.")
    return RedactedText(masked, found, {kind: counts[kind] for kind in redaction.KINDS})


def secrets_of(source: SessionData) -> set[str]:
    """Return the values that no pattern tells but the session does: sensitive variables, and what
    was answered or noted at a step that asks for a secret.

    Of notes, lines count that look like a secret or are long: "ok" in a note is none.
    """
    secrets = set(_sensitive_values(source))
    values = cleaning.variables_on_one_line(source.variables or {})
    for step in source.steps:
        if not redaction.is_secret_label(
            cleaning.fill_variables(cleaning.clean(step.question), values)
        ):
            continue
        lines = cleaning.clean(step.notes).split("\n")
        if not step.answer_offered:
            lines.append(cleaning.clean(step.answer))
        filled = (cleaning.fill_variables(line, values).strip() for line in lines)
        secrets.update(line for line in filled if len(line) >= 8 or _SECRET_SHAPE.fullmatch(line))
    return secrets


def describe_counts(counts: Mapping[str, int]) -> str:
    """Return counts by kind as `2 IP addresses, 1 UNC path`; "" when there are none."""
    return ", ".join(
        kind.count(counts[name]) for name, kind in redaction.KINDS.items() if counts.get(name)
    )


def footer(counts: Mapping[str, int]) -> str:
    """Return the line that says what was masked, by kind, never a value."""
    return f"Redacted: {describe_counts(counts) or 'nothing was found to mask'}."


def _mask_document(
    document: ExportDocument,
    source: SessionData,
    options: ExportOptions,
    known: Iterable[str],
) -> tuple[ExportDocument, Counter[str]]:
    counts: Counter[str] = Counter()
    secrets = (*known, *_sensitive_values(source), *_secret_answers(document))
    labelled = _mask_labelled(document, counts)
    search = partial(
        redaction.find,
        redact_hostnames=options.redact_hostnames,
        redact_phone_numbers=options.redact_phone_numbers,
        secrets=tuple(secrets),
        policy=source.redaction_policy,
    )
    return _mask_texts(labelled, search, counts), counts


def _mask_labelled(document: ExportDocument, counts: Counter[str]) -> ExportDocument:
    """Return the document without what was typed where a secret was asked for; `counts` grows."""

    def mask_whole(typed: str) -> str:
        if not typed or typed == TOKEN_PLACEHOLDER:
            return typed
        counts["token"] += 1
        return TOKEN_PLACEHOLDER

    def mask_words(typed: str) -> str:
        found = redaction.password_like_lines(typed)
        counts["token"] += len(found)
        return redaction.mask(typed, findings=found)

    def hide(step: DocumentStep) -> DocumentStep:
        asked = redaction.is_secret_label(step.title)
        if asked or redaction.is_secret_label(step.action):
            # A password stands alone on a line beside its label, as a command prints it.
            step = step._replace(
                action=mask_words(step.action),
                notes=mask_whole(step.notes) if asked else mask_words(step.notes),
                command_output=mask_words(step.command_output),
            )
        # A label that the flow itself offers ("Done") is no secret, whatever was asked.
        if asked and not step.answer_offered:
            step = step._replace(answer=mask_whole(step.answer))
        return step

    labelled = replace(document, steps=tuple(hide(step) for step in document.steps))
    if document.resolution_label and redaction.is_secret_label(document.resolution_label):
        labelled = replace(labelled, resolution=mask_whole(document.resolution))
    if handover := document.handover:
        found = tuple(
            (question, mask_whole(answer) if redaction.is_secret_label(question) else answer)
            for question, answer in handover.found
        )
        labelled = replace(labelled, handover=handover._replace(found=found))
    return labelled


def _mask_texts(
    document: ExportDocument,
    search: Callable[[str], list[redaction.Finding]],
    counts: Counter[str],
) -> ExportDocument:
    """Return the document with what is found in its texts masked; `counts` grows by it.

    A document has hundreds of short texts: they are gathered first and searched together.
    """
    texts: list[str] = []

    def gather(typed: str) -> str:
        texts.append(typed)
        return typed

    document.map_text(gather)
    found = redaction.propagate_secrets(redaction.find_in_texts(texts, search))
    masked = {
        typed: redaction.mask(typed, findings=findings)
        for typed, findings in found.items()
        if findings
    }

    def mask(typed: str) -> str:
        counts.update(finding.kind for finding in found[typed])
        return masked.get(typed, typed)

    def mask_name(typed: str) -> str:
        return masked.get(typed, typed)

    return document.map_text(mask, names=mask_name)


def _sensitive_values(source: SessionData) -> Iterable[str]:
    """The values of the variables that are marked sensitive, or are so by their name.

    A value stands in the document as it was typed, as a clean single line (see
    `cleaning.fill_variables`) or quoted for a shell, so every shape of it is looked for.
    """
    for asked in source.intake:
        value = str((source.variables or {}).get(asked.name) or "")
        secret = asked.sensitive or any(
            label and redaction.is_secret_label(label) for label in (asked.label, asked.name)
        )
        if secret and value.strip():
            shapes = {value, cleaning.clean(value), cleaning.one_line(cleaning.clean(value))}
            # A shell prints a command back with the value quoted as the run page filled it in.
            yield from shapes.union(quote(value)[1:-1] for quote in QUOTES.values())


def _secret_answers(document: ExportDocument) -> Iterable[str]:
    """Answers to questions such as "Temporary password?", which may be repeated in other notes."""
    labelled = [(step.title, step.answer) for step in document.steps if not step.answer_offered]
    labelled.append((document.resolution_label, document.resolution))
    labelled += document.handover.found if document.handover else ()
    for label, answer in labelled:
        if label and _SECRET_SHAPE.fullmatch(answer) and redaction.is_secret_label(label):
            yield answer
