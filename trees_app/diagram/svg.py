"""A flow as a diagram: boxes with their answers, and lines to where each answer leads.

Drawn from left to right. An answer is a row of its question's box, so every line starts at its
own words and no label floats in between. What only an action leads to stands under it, as one
block. Pure; everything in whole px, ready for SVG attributes.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from trees_app.diagram.boxes import WIDTH, Box, MeasuredBox, Row, measure_box
from trees_app.diagram.layout import ENTRY, Columns, Link, back_edges, layout
from trees_app.diagram.routes import Routes, rounded_path, route
from trees_app.document.check import node_targets
from trees_app.outline import Branch, OutlineStep, outline

MARGIN = 24
STACK_GAP = 22
# A block no taller than this many boxes: a long procedure reads on in the next column.
MAX_STACK = 6
APART_GAP = 32
APART_HEAD = 72


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

    `apart_y` is the baseline of the heading over the steps that nothing leads to, else None.
    """

    left: int
    top: int
    width: int
    height: int
    boxes: tuple[Box, ...]
    edges: tuple[Edge, ...]
    apart_y: int | None


def diagram(structure: dict[str, Any], *, with_apart: bool = False) -> Diagram:
    """The drawing of a flow of well-formed shape, drafts included.

    Every step that can be reached has one box. `with_apart` adds those that can't, underneath.
    """
    steps = outline(structure)
    outcomes = {step.id: step.outcome for step in steps}
    blocks = _blocks(steps)
    stacked = {step.id for block in blocks for step in block[:-1]}
    sketches = {step.id: measure_box(step, outcomes, bare=step.id in stacked) for step in steps}
    boxes, edges, width, top, bottom = _placed(blocks, sketches)
    apart = _apart_steps(structure, steps) if with_apart else []
    apart_y = None
    if apart:
        apart_y = bottom + (APART_HEAD - 24 if boxes else 16)
        width = max(width, 3 * (WIDTH + APART_GAP) - APART_GAP)
        drawn = [measure_box(step, outcomes, bare=False) for step in apart]
        added, bottom = _grid(drawn, width, apart_y + 24)
        boxes += added
    return Diagram(
        left=-MARGIN,
        top=top - MARGIN,
        width=width + 2 * MARGIN if boxes else 0,
        height=bottom - top + 2 * MARGIN if boxes else 0,
        boxes=tuple(boxes),
        edges=tuple(edges),
        apart_y=apart_y,
    )


def _blocks(steps: list[OutlineStep]) -> list[list[OutlineStep]]:
    """Steps that stand under each other: an action, and what only it leads to, and so on."""
    by_id = {step.id: step for step in steps}
    arriving = Counter(way.target for step in steps for way in step.ways)
    # The first step is also led to from outside, and nothing may stand above it.
    arriving.update([step.id for step in steps[:1]])
    blocks: list[list[OutlineStep]] = []
    block_of: dict[str, list[OutlineStep]] = {}
    for step in steps:
        if step.id in block_of:
            continue
        block = [step]
        while block[-1].kind == "action" and len(block) < MAX_STACK:
            target = block[-1].ways[0].target
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
    row: Row
    source: int
    target: int


def _placed(
    blocks: list[list[OutlineStep]], sketches: dict[str, MeasuredBox]
) -> tuple[list[Box], list[Edge], int, int, int]:
    """Boxes, edges, and the width, top and bottom of what can be reached."""
    offsets, heights = _stacked(blocks, sketches)
    exits = _exits(blocks, sketches)
    back = back_edges(len(blocks), [(way.source, way.target) for way in exits])
    links = [
        Link(
            source=way.source,
            offset=offsets[way.step.id] + way.row.middle,
            target=way.target,
            is_cut=(way.source, way.target) in back,
        )
        for way in exits
    ]
    columns = layout(heights, links)
    routes = route(columns, links, width=WIDTH)
    boxes: list[Box] = []
    edges: list[Edge] = []
    led_to = {link.target for link in links}
    for number, block in enumerate(blocks):
        x, y = routes.lefts[columns.blocks[number].column], int(columns.blocks[number].y)
        added = _standing(block, sketches, x, y, is_led_to=number in led_to)
        boxes += added
        edges += _steps_down(block, added)
    edges += _lines(exits, columns, routes)
    return boxes, edges, routes.right, routes.top, routes.bottom


def _stacked(
    blocks: list[list[OutlineStep]], sketches: dict[str, MeasuredBox]
) -> tuple[dict[str, int], list[float]]:
    """How far below the top of its block each step stands, and how high the blocks are."""
    offsets: dict[str, int] = {}
    heights: list[float] = []
    for block in blocks:
        y = 0
        for step in block:
            offsets[step.id] = y
            y += sketches[step.id].height + STACK_GAP
        heights.append(y - STACK_GAP)
    return offsets, heights


def _exits(blocks: list[list[OutlineStep]], sketches: dict[str, MeasuredBox]) -> list[_Exit]:
    """Only a block's last step has rows: each of them is the start of a line."""
    block_of = {step.id: number for number, block in enumerate(blocks) for step in block}
    return [
        _Exit(block[-1], row, source, block_of[row.target])
        for source, block in enumerate(blocks)
        for row in sketches[block[-1].id].rows
        if row.target_number is not None
    ]


def _standing(
    block: list[OutlineStep], sketches: dict[str, MeasuredBox], x: int, y: int, *, is_led_to: bool
) -> list[Box]:
    """The boxes of a block whose top left corner is at `x`, `y`, each with its arrowhead."""
    boxes: list[Box] = []
    for step in block:
        arrow = f"M{x - 9} {y + ENTRY - 5}l9 5l-9 5z" if is_led_to else ""
        if boxes:
            arrow = f"M{x + WIDTH // 2 - 5} {y - 9}l5 9l5 -9z"
        boxes.append(sketches[step.id].at(x, y, number=step.number, arrow=arrow))
        y += boxes[-1].h + STACK_GAP
    return boxes


def _steps_down(block: list[OutlineStep], boxes: list[Box]) -> list[Edge]:
    """The lines inside a block, from each step to the one under it."""
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


def _lines(exits: list[_Exit], columns: Columns, routes: Routes) -> list[Edge]:
    """The lines between blocks, along their routes."""
    edges = []
    for way, points in zip(exits, routes.lines, strict=True):
        goes_back = columns.blocks[way.target].column <= columns.blocks[way.source].column
        edges.append(
            Edge(
                source=way.step.number,
                target=way.row.target_number or 0,
                label=way.row.label,
                outcome=way.row.target_outcome,
                goes_back=goes_back,
                # Dashes are counted from a path's start: from the target, so that those of
                # lines that share their last stretch fall on each other.
                path=rounded_path(points[::-1] if goes_back else points),
            )
        )
    return edges


def _apart_steps(structure: dict[str, Any], reached: list[OutlineStep]) -> list[OutlineStep]:
    """The steps that no answer leads to, in the document's order; their `number` is 0."""
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
        ways = tuple(
            Branch(label, target, titles.get(target, target), numbers.get(target), goes_back=False)
            for label, target in zip(labels, targets, strict=True)
        )
        title, outcome = node.get("title") or node_id, node.get("outcome") or ""
        count = len(node.get("commands") or [])
        found.append(OutlineStep(node_id, 0, node["type"], title, 0, outcome, count, ways))
    return found


def _grid(sketches: list[MeasuredBox], width: int, y: int) -> tuple[list[Box], int]:
    """Boxes without lines in rows of at most `width` px from `y` down, and where they end."""
    across = max(1, (width + APART_GAP) // (WIDTH + APART_GAP))
    boxes = []
    for start in range(0, len(sketches), across):
        line = sketches[start : start + across]
        for place, drawn in enumerate(line):
            x = place * (WIDTH + APART_GAP)
            boxes.append(drawn.at(x, y, number=None, arrow=""))
        y += max(drawn.height for drawn in line) + APART_GAP
    return boxes, y - APART_GAP
