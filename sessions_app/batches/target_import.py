"""Reading the targets of a batch from what people have: typed, pasted, or in a CSV file. Pure."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from resolutionflow.web.text import sanitize_text, shorten
from sessions_app.batches.services import MAX_LABEL, MAX_TARGETS

# A column of one of these names holds the targets; the first name that is there counts.
COLUMN_NAMES = ("target", "name", "host")
MAX_FILE_BYTES = 1024 * 1024
DELIMITERS = ",;\t"


@dataclass(frozen=True)
class ParsedTargets:
    """What was read. `labels` are unique, in their order; `text` is all of it, one a line, to be
    shown again; `duplicates` were left out; `problems` say what is wrong, by line.
    """

    labels: tuple[str, ...]
    text: str
    duplicates: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def note(self) -> str:
        """How many were read, and which duplicates were left out."""
        count = len(self.labels)
        note = f"{count} target{'' if count == 1 else 's'} read."
        if self.duplicates:
            some = ", ".join(shorten(label, 40) for label in self.duplicates[:5])
            more = f" and {len(self.duplicates) - 5} more" if len(self.duplicates) > 5 else ""
            were = "duplicate was" if len(self.duplicates) == 1 else "duplicates were"
            note += f" {len(self.duplicates)} {were} left out: {some}{more}."
        return note


@dataclass(frozen=True)
class TargetRow:
    """One target, with its location as a person would name it."""

    location: str
    label: str


def parse_targets(typed: str, file: bytes | None = None, file_name: str = "") -> ParsedTargets:
    """Return the targets of the text and the file together. Duplicates differ in case at most."""
    lines = list(_typed_rows(sanitize_text(typed)))
    problems: list[str] = []
    if file is not None:
        if len(file) > MAX_FILE_BYTES:
            problems.append(
                f"{file_name} has more than {MAX_FILE_BYTES // 1024} KB. Send the targets alone."
            )
        elif (text := _decode(file)) is None:
            problems.append(f"{file_name} is no text. Save the list as CSV, and choose that.")
        else:
            lines.extend(_file_rows(text, file_name, problems))
    labels: dict[str, str] = {}
    duplicates: dict[str, str] = {}
    for line in lines:
        if len(line.label) > MAX_LABEL:
            problems.append(
                f"{line.location} has {len(line.label)} characters; a target has at most "
                f"{MAX_LABEL}: {shorten(line.label, 60)}"
            )
        elif line.label.casefold() in labels:
            duplicates.setdefault(line.label.casefold(), line.label)
        else:
            labels[line.label.casefold()] = line.label
    if len(labels) > MAX_TARGETS:
        problems.append(
            f"These are {len(labels)} targets, and a batch takes {MAX_TARGETS}. Take "
            f"{len(labels) - MAX_TARGETS} off, or make two batches."
        )
    if not labels and not problems:
        problems.append("Type at least one target, one a line, or choose a CSV file.")
    return ParsedTargets(
        labels=tuple(labels.values()),
        text="\n".join(line.label for line in lines),
        duplicates=tuple(duplicates.values()),
        problems=tuple(problems),
    )


def _typed_rows(typed: str) -> Iterator[TargetRow]:
    for number, line in enumerate(typed.split("\n"), start=1):
        if label := " ".join(line.split()):
            yield TargetRow(f"Line {number}", label)


def _decode(file: bytes) -> str | None:
    """Return the file's text: Unicode with or without its mark, else what Windows tools write.

    Return None when it is no text, such as a spreadsheet that wasn't saved as CSV.
    """
    if file.startswith((b"\xff\xfe", b"\xfe\xff")):
        return sanitize_text(file.decode("utf-16", "replace"))
    if b"\x00" in file:
        return None
    try:
        return sanitize_text(file.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return sanitize_text(file.decode("cp1252", "replace"))


def _file_rows(text: str, name: str, problems: list[str]) -> Iterator[TargetRow]:
    head = text.split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=head.count)
    rows = csv.reader(io.StringIO(text), delimiter=delimiter)
    try:
        filled = [(rows.line_num, row) for row in rows if any(cell.strip() for cell in row)]
    except csv.Error:
        problems.append(f"{name} can't be read as CSV: line {rows.line_num} isn't whole.")
        return
    column = _column(filled[0][1]) if filled else None
    for number, row in filled if column is None else filled[1:]:
        location = f"Line {number} of {name}"
        cell = row[column or 0] if len(row) > (column or 0) else ""
        if label := " ".join(cell.split()):
            yield TargetRow(location, label)
        else:
            problems.append(f"{location} has no target.")


def _column(heads: Iterable[str]) -> int | None:
    """Return the column whose head names targets; None where the file begins with a target."""
    names = [head.strip().casefold() for head in heads]
    return next((names.index(name) for name in COLUMN_NAMES if name in names), None)
