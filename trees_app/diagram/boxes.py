"""The boxes of a flow's diagram: their texts broken into lines, their sizes and shapes."""

from dataclasses import dataclass

from trees_app.diagram.text import ELLIPSIS, wrap_text
from trees_app.outline import Branch, OutlineStep

WIDTH = 264
INSET = 14
TITLE_SIZE = 13.5
LABEL_SIZE = 12.5
TITLE_LINES = 3
LABEL_LINES = 2
CHIP_WIDTH = 28


@dataclass(frozen=True)
class TextLine:
    """One line of text; `x`, `y` is the start of its baseline within the box."""

    text: str
    x: int
    y: int


@dataclass(frozen=True)
class AnswerRow:
    """An answer in a box: `y` is its top, `middle` the height at which its line leaves.

    `target_number` is None where the answer leads nowhere, or to a step that can't be reached.
    """

    label: str
    lines: tuple[TextLine, ...]
    y: int
    middle: int
    target: str
    target_number: int | None
    target_outcome: str
    is_shortened: bool

    @property
    def chip_y(self) -> int:
        return self.middle - 10


@dataclass(frozen=True)
class Box:
    """A step. `shape` and `arrow` are path data; `number` is the outline's, None if unreachable."""

    id: str
    number: int | None
    kind: str
    outcome: str
    kind_label: str
    title: str
    lines: tuple[TextLine, ...]
    rows: tuple[AnswerRow, ...]
    x: int
    y: int
    w: int
    h: int
    shape: str
    arrow: str
    is_shortened: bool

    @property
    def stripe(self) -> int:
        """Where the stripe at an action's side ends."""
        return self.h - 1


@dataclass(frozen=True)
class MeasuredBox:
    """A step with its texts and size, before it has a place."""

    step: OutlineStep
    lines: tuple[TextLine, ...]
    rows: tuple[AnswerRow, ...]
    height: int

    def place_at(self, x: int, y: int, *, number: int | None, arrow: str) -> Box:
        step = self.step
        return Box(
            id=step.id,
            number=number,
            kind=step.kind,
            outcome=step.outcome,
            kind_label=_kind_label(step),
            title=step.title,
            lines=self.lines,
            rows=self.rows,
            x=x,
            y=y,
            w=WIDTH,
            h=self.height,
            shape=_shape(step.kind, self.height),
            arrow=arrow,
            is_shortened=_is_shortened(self.lines, step.title),
        )


def measure_box(
    step: OutlineStep, outcomes: dict[str, str], *, without_answers: bool
) -> MeasuredBox:
    """Return a step's texts and size. One `without_answers` has its next step below it."""
    titles = wrap_text(step.title, width=WIDTH - 2 * INSET, size=TITLE_SIZE, lines=TITLE_LINES) or (
        "",
    )
    lines = tuple(TextLine(text, INSET, 50 + 18 * place) for place, text in enumerate(titles))
    y = 50 + 18 * (len(lines) - 1) + 14
    rows = []
    for branch in () if without_answers else step.branches:
        row = _row(step, branch, y, outcomes.get(branch.target, ""))
        rows.append(row)
        y += 2 * (row.middle - row.y)
    return MeasuredBox(step, lines, tuple(rows), y)


def _row(step: OutlineStep, branch: Branch, y: int, outcome: str) -> AnswerRow:
    label = branch.label
    if not branch.target:
        label = f"{label} (leads nowhere yet)" if label else "Leads nowhere yet"
    elif step.kind == "action":
        label = "Then"
    room = WIDTH - 2 * INSET - CHIP_WIDTH - 8
    texts = wrap_text(label, width=room, size=LABEL_SIZE, lines=LABEL_LINES) or ("",)
    height = 30 + 16 * (len(texts) - 1)
    lines = tuple(TextLine(text, INSET, y + 19 + 16 * place) for place, text in enumerate(texts))
    return AnswerRow(
        label=label,
        lines=lines,
        y=y,
        middle=y + height // 2,
        target=branch.target,
        target_number=branch.target_number,
        target_outcome=outcome,
        is_shortened=_is_shortened(lines, label),
    )


def _is_shortened(lines: tuple[TextLine, ...], text: str) -> bool:
    return lines[-1].text.endswith(ELLIPSIS) and not text.endswith(ELLIPSIS)


def _kind_label(step: OutlineStep) -> str:
    """Return the kind of a step in words, for those who can't see shape and colour."""
    if step.kind == "solution":
        return step.outcome.replace("_", " ").capitalize() or "Solution"
    if step.command_count:
        plural = "" if step.command_count == 1 else "s"
        return f"{step.kind.capitalize()} · {step.command_count} command{plural}"
    return step.kind.capitalize()


def _shape(kind: str, height: int) -> str:
    """Return the outline: a question has its corners cut, an action is square, a solution round."""
    w, h = WIDTH, height
    if kind == "question":
        return f"M10 0H{w - 10}L{w} 10V{h - 10}L{w - 10} {h}H10L0 {h - 10}V10z"
    r = 3 if kind == "action" else 22
    corner = f"a{r} {r} 0 0 1"
    return (
        f"M{r} 0H{w - r}{corner} {r} {r}V{h - r}{corner} -{r} {r}"
        f"H{r}{corner} -{r} -{r}V{r}{corner} {r} -{r}z"
    )
