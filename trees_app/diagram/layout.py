"""The layout of a layered drawing: columns, the order within them, and heights.

The method of Sugiyama, Tagawa and Toda (1981), drawn from left to right: loops are cut, every
block gets a column, crossings are reduced by barycentre sweeps, and heights are set by least
squares. Links to one target are drawn as one trunk, so a long link takes one lane per column
however many answers lead there. Pure; px throughout.
"""

from bisect import bisect_right, insort
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

# A link that spans more columns than this is drawn outside, as those that go back.
MAX_SPAN = 14
ENTRY = 20
LANE_HEIGHT = 8
BLOCK_GAP = 26
LANE_GAP = 8
_ORDER_SWEEPS = 12
_HEIGHT_SWEEPS = 10
_LANE_WEIGHT = 3.0


@dataclass(frozen=True)
class Link:
    """A link from `offset` px below the top of block `source` to block `target`.

    `is_cut` keeps it from pushing its target further right, as a loop's last link would.
    """

    source: int
    offset: float
    target: int
    is_cut: bool


@dataclass(eq=False)
class LayoutItem:
    """What takes up height in a column: a block, or the lane of a trunk that passes."""

    column: int
    target: int
    is_lane: bool
    height: float
    y: float = 0.0
    position: int = 0
    # (neighbour, px from its top, px from mine); before comes from the left, after leads right.
    before: list[tuple["LayoutItem", float, float]] = field(default_factory=list)
    after: list[tuple["LayoutItem", float, float]] = field(default_factory=list)

    @property
    def entry(self) -> float:
        """Where links come in, px from the top."""
        return self.height / 2 if self.is_lane else ENTRY


@dataclass(frozen=True)
class Columns:
    """`blocks[n]` is block n. `outside` has the numbers of the links that are drawn outside of the
    columns: those to the same column or back, and the very long.
    """

    columns: list[list[LayoutItem]]
    blocks: list[LayoutItem]
    outside: frozenset[int]


def back_edges(count: int, links: Iterable[tuple[int, int]]) -> set[tuple[int, int]]:
    """Return the links that go back: part of a loop, and to the same or an earlier number.

    Cutting them leaves no loop, since the rest of a loop only counts upwards. Parts of a loop are
    strongly connected components, found as Tarjan does (1972), without recursion.
    """
    after: list[list[int]] = [[] for _ in range(count)]
    for source, target in links:
        after[source].append(target)
    part = _components(after)
    return {
        (source, target)
        for source in range(count)
        for target in after[source]
        if target <= source and part[source] == part[target]
    }


def _components(after: list[list[int]]) -> list[int]:
    """Return the strongly connected component of every vertex, by its root's number."""
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    part = [-1] * len(after)
    open_vertices: list[int] = []
    for root in range(len(after)):
        if root in index:
            continue
        trail = [(root, iter(after[root]))]
        index[root] = low[root] = len(index)
        open_vertices.append(root)
        while trail:
            vertex, targets = trail[-1]
            for target in targets:
                if target not in index:
                    index[target] = low[target] = len(index)
                    open_vertices.append(target)
                    trail.append((target, iter(after[target])))
                    break
                if part[target] < 0:
                    low[vertex] = min(low[vertex], index[target])
            else:
                trail.pop()
                if trail:
                    low[trail[-1][0]] = min(low[trail[-1][0]], low[vertex])
                if low[vertex] == index[vertex]:
                    member = -1
                    while member != vertex:
                        member = open_vertices.pop()
                        part[member] = vertex
    return part


def layout(heights: list[float], links: list[Link]) -> Columns:
    """Return the positions of blocks of these `heights` in columns; the topmost is at y = 0."""
    depth = _longest_paths(len(heights), links)
    blocks = [
        LayoutItem(depth[block], block, is_lane=False, height=height)
        for block, height in enumerate(heights)
    ]
    columns: list[list[LayoutItem]] = [[] for _ in range(max(depth, default=-1) + 1)]
    for block in blocks:
        columns[block.column].append(block)
    lanes: dict[tuple[int, int], LayoutItem] = {}
    outside = frozenset(
        number
        for number, link in enumerate(links)
        if not 0 < depth[link.target] - depth[link.source] <= MAX_SPAN
    )
    for number, link in enumerate(links):
        if number not in outside:
            _add_to_trunk(link, blocks, columns, lanes)
    _reduce_crossings(columns)
    _assign_heights(columns)
    return Columns(columns, blocks, outside)


def _longest_paths(count: int, links: list[Link]) -> list[int]:
    """Return each block's column: one further than the furthest block that leads to it."""
    after: list[list[int]] = [[] for _ in range(count)]
    missing = [0] * count
    for link in links:
        if not link.is_cut:
            after[link.source].append(link.target)
            missing[link.target] += 1
    depth = [0] * count
    ready = deque(block for block in range(count) if not missing[block])
    while ready:
        block = ready.popleft()
        for target in after[block]:
            depth[target] = max(depth[target], depth[block] + 1)
            missing[target] -= 1
            if not missing[target]:
                ready.append(target)
    return depth


def _add_to_trunk(
    link: Link,
    blocks: list[LayoutItem],
    columns: list[list[LayoutItem]],
    lanes: dict[tuple[int, int], LayoutItem],
) -> None:
    """Add a link's lanes to the columns between its ends, along the trunk where there is one."""
    here, offset = blocks[link.source], link.offset
    target = blocks[link.target]
    for column in range(here.column + 1, target.column):
        lane = lanes.get((link.target, column))
        is_new = lane is None
        if lane is None:
            lane = LayoutItem(column, link.target, is_lane=True, height=LANE_HEIGHT)
            lanes[link.target, column] = lane
            columns[column].append(lane)
        _connect(here, offset, lane)
        if not is_new:
            return
        here, offset = lane, lane.entry
    _connect(here, offset, target)


def _connect(left: LayoutItem, offset: float, right: LayoutItem) -> None:
    left.after.append((right, right.entry, offset))
    right.before.append((left, offset, right.entry))


# -- order -------------------------------------------------------------------------------------


def _reduce_crossings(columns: list[list[LayoutItem]]) -> None:
    """Order the columns by barycentres in both directions; keep the fewest crossings."""
    for column in columns:
        _set_positions(column)
    best = [list(column) for column in columns]
    fewest = _crossings(columns)
    for sweep in range(_ORDER_SWEEPS):
        if not fewest:
            break
        forwards = sweep % 2 == 0
        for column in columns[1:] if forwards else columns[-2::-1]:
            column.sort(key=lambda item: _barycentre(item, forwards=forwards))
            _set_positions(column)
        crossings = _crossings(columns)
        if crossings < fewest:
            fewest = crossings
            best = [list(column) for column in columns]
    for column, order in zip(columns, best, strict=True):
        column[:] = order
        _set_positions(column)


def _set_positions(column: list[LayoutItem]) -> None:
    for position, item in enumerate(column):
        item.position = position


def _barycentre(item: LayoutItem, *, forwards: bool) -> float:
    neighbours = item.before if forwards else item.after
    if not neighbours:
        return item.position
    places = (other.position + there / (other.height + 1) for other, there, _ in neighbours)
    return sum(places) / len(neighbours)


def _crossings(columns: list[list[LayoutItem]]) -> int:
    """Return how many pairs of links cross between neighbouring columns."""
    total = 0
    for column in columns:
        seen: list[int] = []
        for item in column:
            for _, other in sorted((mine, other.position) for other, _, mine in item.after):
                total += len(seen) - bisect_right(seen, other)
                insort(seen, other)
    return total


# -- heights -----------------------------------------------------------------------------------


def _assign_heights(columns: list[list[LayoutItem]]) -> None:
    """Set the heights: each item level with its neighbours, as far as the order allows."""
    for column in columns:
        _resolve_overlaps(column, [0.0] * len(column))
    for sweep in range(_HEIGHT_SWEEPS):
        for column in columns if sweep % 2 == 0 else reversed(columns):
            _resolve_overlaps(column, [_preferred_y(item) for item in column])
    # Boxes stay near where they are; trunks give up their last small steps.
    for column in columns:
        _resolve_overlaps(column, [_aligned_y(item) for item in column])
    top = min((item.y for column in columns for item in column), default=0.0)
    for column in columns:
        for item in column:
            item.y = round(item.y - top)


def _preferred_y(item: LayoutItem) -> float:
    total = weights = 0.0
    for other, there, mine in (*item.before, *item.after):
        weight = _LANE_WEIGHT if other.is_lane else 1.0
        total += weight * (other.y + there - mine)
        weights += weight
    return total / weights if weights else item.y


def _aligned_y(item: LayoutItem) -> float:
    """Return the height of the lane that a lane continues; a block stays where it is."""
    lanes = [other.y for other, _, _ in item.before if item.is_lane and other.is_lane]
    return lanes[0] if lanes else item.y


def _resolve_overlaps(column: list[LayoutItem], preferred: list[float]) -> None:
    """Set the heights nearest to `preferred` (least squares) that keep order and gaps.

    Isotonic regression by pooling adjacent violators, exact and in one pass.
    """
    pools: list[tuple[float, float, int]] = []
    offsets: list[float] = []
    offset = 0.0
    for number, (item, wanted) in enumerate(zip(column, preferred, strict=True)):
        if number:
            before = column[number - 1]
            narrow = before.is_lane or item.is_lane
            offset += before.height + (LANE_GAP if narrow else BLOCK_GAP)
        offsets.append(offset)
        weight = _LANE_WEIGHT if item.is_lane else 1.0
        total, size = weight * (wanted - offset), 1
        while pools and pools[-1][0] / pools[-1][1] > total / weight:
            earlier = pools.pop()
            total, weight, size = total + earlier[0], weight + earlier[1], size + earlier[2]
        pools.append((total, weight, size))
    number = 0
    for total, weight, size in pools:
        for _ in range(size):
            column[number].y = total / weight + offsets[number]
            number += 1
