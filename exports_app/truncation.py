"""Cut an export to the limit of a ticket system: command output first, answers never.

Pure: a document in, a shorter document out, and what was cut. Titles, answers, summary,
resolution and next steps are never cut.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from exports_app.document import OUTPUT_OMITTED, ExportDocument

TRUNCATION_MARK = "(cut here to fit)"
_MAX_ROUNDS = 12

Measure = Callable[[ExportDocument], int]


class _Piece(NamedTuple):
    """A text that may be cut: a field of the step `at` an index, or of the document (None)."""

    at: int | None
    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Cuts:
    """What was cut, by the numbers of the steps; `excess` is how many characters are still too
    many.
    """

    outputs: tuple[int, ...] = ()
    notes: tuple[int, ...] = ()
    evidence: bool = False
    excess: int = 0

    def describe(self) -> str:
        """Return what was cut in words, "" for nothing: `output of steps 3 and 7, scratchpad`."""
        parts = []
        if self.outputs:
            parts.append(f"output of {_format_positions(self.outputs)}")
        if self.notes:
            parts.append(f"notes of {_format_positions(self.notes)}")
        if self.evidence:
            parts.append("scratchpad")
        return ", ".join(parts)


def truncate_to_limit(
    document: ExportDocument, *, limit: int, measure: Measure, notes_too: bool = False
) -> tuple[ExportDocument, Cuts]:
    """Return `document` cut until `measure` of it is at most `limit`, and what was cut.

    Command outputs share the budget evenly: short ones stay whole, the longest lose most. Only with
    `notes_too`, and only when cutting every output is not enough, notes, actions and the
    scratchpad are cut in the same way. What still does not fit is `Cuts.excess`.
    """
    shorter = document
    stages = [_output_pieces(document)]
    if notes_too:
        stages.append(_note_pieces(document))
    for pieces in stages:
        if measure(shorter) <= limit:
            break
        shorter = _cut_evenly(shorter, pieces, limit, measure)
    return shorter, _list_cuts(document, shorter, max(0, measure(shorter) - limit))


def utf16_length(text: str) -> int:
    """Return the length of `text` as browsers and ticket systems count it, in UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _output_pieces(document: ExportDocument) -> list[_Piece]:
    return [
        _Piece(index, "command_output", step.command_output)
        for index, step in enumerate(document.steps)
        if step.command_output
    ]


def _note_pieces(document: ExportDocument) -> list[_Piece]:
    pieces = [_Piece(None, "evidence", document.evidence)] if document.evidence else []
    pieces += [
        _Piece(index, name, value)
        for index, step in enumerate(document.steps)
        for name, value in (("notes", step.notes), ("action", step.action))
        if value
    ]
    return pieces


def _cut_evenly(
    document: ExportDocument, pieces: Sequence[_Piece], limit: int, measure: Measure
) -> ExportDocument:
    """Return the document with `pieces` cut to about the largest common length that fits."""
    barest = _cut(document, pieces, 0)
    free = limit - measure(barest)
    lengths = sorted(len(piece.text) for piece in pieces)
    budget = free
    for _ in range(_MAX_ROUNDS):
        if budget <= 0:
            break
        candidate = _cut(document, pieces, _common_length(lengths, budget))
        used = measure(candidate) - (limit - free)
        if used <= free:
            return candidate
        # A format writes more than the text itself: indents, escapes.
        budget = min(budget - 1, budget * free // used)
    return barest


def _common_length(lengths: Sequence[int], budget: int) -> int:
    """Return the largest length to which `lengths` (ascending) can be cut to add up to `budget`."""
    left = budget
    for done, length in enumerate(lengths):
        share = left // (len(lengths) - done)
        if length > share:
            return share
        left -= length
    return lengths[-1] if lengths else 0


def _cut(document: ExportDocument, pieces: Iterable[_Piece], length: int) -> ExportDocument:
    steps = list(document.steps)
    whole: dict[str, str] = {}
    for at, name, text in pieces:
        mark = OUTPUT_OMITTED if name == "command_output" else TRUNCATION_MARK
        if len(text) <= max(length, len(mark)):
            continue
        head = _head(text, length)
        shown = f"{head}\n{mark}" if head else mark
        if at is None:
            whole[name] = shown
        elif name == "command_output" and head:
            # The renderers write the mark below the output themselves.
            steps[at] = steps[at]._replace(command_output=head, output_cut=True)
        elif name == "command_output":
            steps[at] = steps[at]._replace(command_output=mark, output_cut=False)
        elif name == "notes":
            steps[at] = steps[at]._replace(notes=shown)
        else:
            steps[at] = steps[at]._replace(action=shown)
    return replace(document, steps=tuple(steps), evidence=whole.get("evidence", document.evidence))


def _head(text: str, length: int) -> str:
    """Return at most `length` characters of `text`, up to the end of a line or at least a word."""
    head = text[:length]
    end = head.rfind("\n")
    if end <= 0:
        end = head.rfind(" ")
    return head[:end].rstrip() if end > 0 else ""


def _list_cuts(before: ExportDocument, after: ExportDocument, excess: int) -> Cuts:
    pairs = list(zip(before.steps, after.steps, strict=True))
    return Cuts(
        outputs=tuple(
            old.position for old, new in pairs if old.command_output != new.command_output
        ),
        notes=tuple(
            old.position for old, new in pairs if (old.notes, old.action) != (new.notes, new.action)
        ),
        evidence=before.evidence != after.evidence,
        excess=excess,
    )


def _format_positions(positions: Sequence[int]) -> str:
    """Return `step 3`, `steps 3 and 7`, `steps 1, 2 and 3`; a long list ends with how many more."""
    if len(positions) == 1:
        return f"step {positions[0]}"
    shown = [str(position) for position in positions]
    if len(shown) > 8:
        shown = [*shown[:7], f"{len(shown) - 7} more"]
    return f"steps {', '.join(shown[:-1])} and {shown[-1]}"
