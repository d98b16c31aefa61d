"""A flow as a diagram: boxes with their answers, and lines to where each answer leads.

Drawn from left to right. An answer is a row of its question's box, so every line starts at its
own words and no label floats in between. What an action leads to alone stands under it as one
block. Pure; everything in whole px, ready for SVG attributes.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from trees_app.diagram_layout import ENTRY, Link, arranged, loops
from trees_app.diagram_routes import rounded_path, routed
from trees_app.diagram_text import wrapped
from trees_app.document import node_targets
from trees_app.outline import OutlineStep, Way, outline

WIDTH = 264
MARGIN = 24
INSET = 14
TITLE_SIZE = 13.5
LABEL_SIZE = 12.5
TITLE_LINES = 3
LABEL_LINES = 2
CHIP_WIDTH = 28
STACK_GAP = 22
# A block no taller than this many boxes: a long procedure reads on in the next column.
LONGEST_STACK = 6
APART_GAP = 32
APART_HEAD = 72


@dataclass(frozen=True)
class Line:
    """One line of text; `x`, `y` is the start of its baseline within the box."""

    text: str
    x: int
    y: int


@dataclass(frozen=True)
class Row:
    """An answer in a box: `y` is its top, `middle` the height at which its line leaves.

    `target_number` is None where the answer leads nowhere, or to a step that can't be reached.
    """

    label: str
    lines: tuple[Line, ...]
    y: int
    middle: int
    target: str
    target_number: int | None
    target_outcome: str


@dataclass(frozen=True)
class Box:
    """A step. `shape` and `arrow` are path data; `number` is the outline's, None when apart."""

    id: str
    number: int | None
    kind: str
    outcome: str
    word: str
    title: str
    lines: tuple[Line, ...]
    rows: tuple[Row, ...]
    x: int
    y: int
    w: int
    h: int
    shape: str
    arrow: str


@dataclass(frozen=True)
class Edge:
    """A line from one step to the next; `label` is the answer, "" when there is none to give."""

    source: int
    target: int
    label: str
    outcome: str
    goes_back: bool
    path: str


@dataclass(frozen=True)
class Diagram:
    """`apart_y` is the baseline of the heading over the steps that nothing leads to, else None."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    edges: tuple[Edge, ...]
    apart_y: int | None


@dataclass(frozen=True)
class _Sketch:
    """A step with its size, before it has a place."""

    step: OutlineStep
    lines: tuple[Line, ...]
    rows: tuple[Row, ...]
    height: int

    def at(self, x: int, y: int, *, number: int | None, arrow: str) -> Box:
        step = self.step
        shape = _shape(step.kind, self.height)
        return Box(
            id=step.id,
            number=number,
            kind=step.kind,
            outcome=step.outcome,
            word=_word(step),
            title=step.title,
            lines=self.lines,
            rows=self.rows,
            x=x,
            y=y,
            w=WIDTH,
            h=self.height,
            shape=shape,
            arrow=arrow,
        )


def diagram(structure: dict[str, Any], *, with_apart: bool = False) -> Diagram:
    """The drawing of a flow of well-formed shape, drafts included.

    Every step that can be reached has one box. `with_apart` adds those that can't, underneath.
    """
    steps = outline(structure)
    outcomes = {step.id: step.outcome for step in steps}
    blocks = _blocks(steps)
    stacked = {step.id for block in blocks for step in block[:-1]}
    sketches = {step.id: _sketch(step, outcomes, bare=step.id in stacked) for step in steps}
    boxes, edges, width, top, bottom = _placed(blocks, sketches)
    apart = _apart_steps(structure, steps) if with_apart else []
    apart_y = None
    if apart:
        apart_y = bottom + (APART_HEAD - 24 if boxes else 16)
        width = max(width, 3 * (WIDTH + APART_GAP) - APART_GAP)
        drawn = [_sketch(step, outcomes, bare=False) for step in apart]
        added, bottom = _grid(drawn, width, apart_y + 24)
        boxes += added
    return Diagram(
        width=width + 2 * MARGIN if boxes else 0,
        height=bottom - top + 2 * MARGIN if boxes else 0,
        boxes=tuple(boxes),
        edges=tuple(edges),
        apart_y=apart_y,
    )
