"""A flow as a diagram: boxes with their answers, and lines to where each answer leads.

Drawn from left to right. An answer is a row of its question's box, so every line starts at its
own words and no label floats in between. A step that only an action leads to is drawn below
it, as one block. Pure; everything in whole px, ready for SVG attributes.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from trees_app.diagram.boxes import WIDTH, AnswerRow, Box, MeasuredBox, measure_box
from trees_app.diagram.layout import ENTRY, Columns, Link, back_edges, layout
from trees_app.diagram.routes import Routes, rounded_path, route
from trees_app.document.nodes import node_targets
from trees_app.outline import Branch, OutlineStep, build_outline

MARGIN = 24
STACK_GAP = 22
# A block no taller than this many boxes: a long procedure reads on in the next column.
MAX_STACK = 6
UNREACHABLE_GAP = 32
UNREACHABLE_HEADING = 72


@dataclass(frozen=True)
class Edge:
    """A line between the steps of these numbers; `label` is the answer, "" if there is none.

    `path` is SVG path data from source to target, from target to source where it `goes_back`.
    """

    source: int
    target: int
    label: str
    outcome: str
    goes_back: bool
    path: str


@dataclass(frozen=True)
class Diagram:
    """`left`, `top`, `width`, `height` are the view box, margins included.

    `unreachable_y` is the baseline of the heading above the unreachable steps, else None.
    """

    left: int
    top: int
    width: int
    height: int
    boxes: tuple[Box, ...]
    edges: tuple[Edge, ...]
    unreachable_y: int | None


def build_diagram(structure: dict[str, Any], *, include_unreachable: bool = False) -> Diagram:
    """Return the drawing of a flow of well-formed shape, which may be a draft.

    Every step that can be reached has one box. `include_unreachable` adds the others below.
    """
    steps = build_outline(structure)
    outcomes = {step.id: step.outcome for step in steps}
    blocks = _blocks(steps)
    stacked = {step.id for block in blocks for step in block[:-1]}
    measured = {
        step.id: measure_box(step, outcomes, without_answers=step.id in stacked) for step in steps
    }
    boxes, edges, width, top, bottom = _place_blocks(blocks, measured)
    unreachable = _unreachable_steps(structure, steps) if include_unreachable else []
    unreachable_y = None
    if unreachable:
        unreachable_y = bottom + (UNREACHABLE_HEADING - 24 if boxes else 16)
        width = max(width, 3 * (WIDTH + UNREACHABLE_GAP) - UNREACHABLE_GAP)
        unreachable_boxes = [
            measure_box(step, outcomes, without_answers=False) for step in unreachable
        ]
        added, bottom = _grid(unreachable_boxes, width, unreachable_y + 24)
        boxes += added
    return Diagram(
        left=-MARGIN,
        top=top - MARGIN,
        width=width + 2 * MARGIN if boxes else 0,
        height=bottom - top + 2 * MARGIN if boxes else 0,
        boxes=tuple(boxes),
        edges=tuple(edges),
        unreachable_y=unreachable_y,
    )


def _blocks(steps: list[OutlineStep]) -> list[list[OutlineStep]]:
    """Return the blocks: an action, below it the step that only it leads to, and so on."""
    by_id = {step.id: step for step in steps}
    arriving = Counter(branch.target for step in steps for branch in step.branches)
    # The first step is also led to from outside, and nothing may stand above it.
    arriving.update([step.id for step in steps[:1]])
    blocks: list[list[OutlineStep]] = []
    block_of: dict[str, list[OutlineStep]] = {}
    for step in steps:
        if step.id in block_of:
            continue
        block = [step]
        while block[-1].kind == "action" and len(block) < MAX_STACK:
            target = block[-1].branches[0].target
            if not target or arriving[target] != 1 or target in block_of:
                break
            block.append(by_id[target])
        block_of.update((member.id, block) for member in block)
        blocks.append(block)
    return blocks


@dataclass(frozen=True)
class _Exit:
    """An answer that leads on: from the last step of the block `source` to the block `target`."""

    step: OutlineStep
    row: AnswerRow
    source: int
    target: int


def _place_blocks(
    blocks: list[list[OutlineStep]], measured: dict[str, MeasuredBox]
) -> tuple[list[Box], list[Edge], int, int, int]:
    """Return the boxes, edges, width, top and bottom of the steps that can be reached."""
    offsets, heights = _measure_blocks(blocks, measured)
    exits = _block_exits(blocks, measured)
    back = back_edges(len(blocks), [(branch.source, branch.target) for branch in exits])
    links = [
        Link(
            source=branch.source,
            offset=offsets[branch.step.id] + branch.row.middle,
            target=branch.target,
            is_cut=(branch.source, branch.target) in back,
        )
        for branch in exits
    ]
    columns = layout(heights, links)
    routes = route(columns, links, width=WIDTH)
    boxes: list[Box] = []
    edges: list[Edge] = []
    led_to = {link.target for link in links}
    for number, block in enumerate(blocks):
        x, y = routes.lefts[columns.blocks[number].column], int(columns.blocks[number].y)
        added = _stack_boxes(block, measured, x, y, is_led_to=number in led_to)
        boxes += added
        edges += _stack_edges(block, added)
    edges += _routed_edges(exits, columns, routes)
    return boxes, edges, routes.right, routes.top, routes.bottom


def _measure_blocks(
    blocks: list[list[OutlineStep]], measured: dict[str, MeasuredBox]
) -> tuple[dict[str, int], list[float]]:
    """Return each step's distance from the top of its block, and the heights of the blocks."""
    offsets: dict[str, int] = {}
    heights: list[float] = []
    for block in blocks:
        y = 0
        for step in block:
            offsets[step.id] = y
            y += measured[step.id].height + STACK_GAP
        heights.append(y - STACK_GAP)
    return offsets, heights


def _block_exits(blocks: list[list[OutlineStep]], measured: dict[str, MeasuredBox]) -> list[_Exit]:
    """Return the answers that lead on; only a block's last step has answer rows."""
    block_of = {step.id: number for number, block in enumerate(blocks) for step in block}
    return [
        _Exit(block[-1], row, source, block_of[row.target])
        for source, block in enumerate(blocks)
        for row in measured[block[-1].id].rows
        if row.target_number is not None
    ]


def _stack_boxes(
    block: list[OutlineStep], measured: dict[str, MeasuredBox], x: int, y: int, *, is_led_to: bool
) -> list[Box]:
    """Return the boxes of a block whose top left corner is at `x`, `y`, each with its arrowhead."""
    boxes: list[Box] = []
    for step in block:
        arrow = f"M{x - 9} {y + ENTRY - 5}l9 5l-9 5z" if is_led_to else ""
        if boxes:
            arrow = f"M{x + WIDTH // 2 - 5} {y - 9}l5 9l5 -9z"
        boxes.append(measured[step.id].place_at(x, y, number=step.number, arrow=arrow))
        y += boxes[-1].h + STACK_GAP
    return boxes


def _stack_edges(block: list[OutlineStep], boxes: list[Box]) -> list[Edge]:
    """Return the edges within a block, from each step to the one below it."""
    return [
        Edge(
            source=above.number,
            target=below.number,
            label="",
            outcome=below.outcome,
            goes_back=False,
            path=f"M{box.x + WIDTH // 2} {box.y - STACK_GAP}V{box.y - 1}",
        )
        for above, below, box in zip(block, block[1:], boxes[1:], strict=False)
    ]


def _routed_edges(exits: list[_Exit], columns: Columns, routes: Routes) -> list[Edge]:
    """Return the edges between blocks, along their routes."""
    edges = []
    for branch, points in zip(exits, routes.lines, strict=True):
        goes_back = columns.blocks[branch.target].column <= columns.blocks[branch.source].column
        edges.append(
            Edge(
                source=branch.step.number,
                target=branch.row.target_number or 0,
                label=branch.row.label,
                outcome=branch.row.target_outcome,
                goes_back=goes_back,
                # Dashes are counted from a path's start: from the target, so that those of
                # lines that share their last stretch fall on each other.
                path=rounded_path(points[::-1] if goes_back else points),
            )
        )
    return edges


def _unreachable_steps(structure: dict[str, Any], reached: list[OutlineStep]) -> list[OutlineStep]:
    """Return the steps that no answer leads to, in the document's order; their `number` is 0."""
    numbers = {step.id: step.number for step in reached}
    titles = {step.id: step.title for step in reached}
    found = []
    for node_id, node in (structure.get("nodes") or {}).items():
        if node_id in numbers:
            continue
        labels = [option["label"] for option in node.get("options") or []]
        targets = node_targets(node)
        if node["type"] != "question":
            labels = [""] * len(targets)
        branches = tuple(
            Branch(label, target, titles.get(target, target), numbers.get(target), goes_back=False)
            for label, target in zip(labels, targets, strict=True)
        )
        title, outcome = node.get("title") or node_id, node.get("outcome") or ""
        count = len(node.get("commands") or [])
        found.append(OutlineStep(node_id, 0, node["type"], title, 0, outcome, count, branches))
    return found


def _grid(measured: list[MeasuredBox], width: int, y: int) -> tuple[list[Box], int]:
    """Return boxes without edges, in rows of at most `width` px from `y` down, and their bottom."""
    across = max(1, (width + UNREACHABLE_GAP) // (WIDTH + UNREACHABLE_GAP))
    boxes = []
    for start in range(0, len(measured), across):
        line = measured[start : start + across]
        for place, box in enumerate(line):
            x = place * (WIDTH + UNREACHABLE_GAP)
            boxes.append(box.place_at(x, y, number=None, arrow=""))
        y += max(box.height for box in line) + UNREACHABLE_GAP
    return boxes, y - UNREACHABLE_GAP
