"""The lines of a layered drawing: vertical tracks between columns, lanes above and below.

Every line is made of horizontal and vertical pieces with rounded corners. Lines to one target share
their track, so answers that lead to the same step flow together. Pure; px throughout.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from trees_app.diagram.layout import Columns, Link

LEAD_OUT = 14
LEAD_IN = 24
TRACK = 9
LANE_STEP = 10
LANE_MARGIN = 26
CORNER = 7
_MIN_CLEARANCE = 6
# Above this many tracks in one gap, pairs are no longer compared.
_MAX_COMPARED = 48

Point = tuple[int, int]


@dataclass(eq=False)
class Track:
    """A vertical piece in the gap left of a column: from the heights `lefts` to `rights`."""

    target: int
    lefts: list[int] = field(default_factory=list)
    rights: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    x: int = 0
    level: int = 0

    def __post_init__(self) -> None:
        self.low = self.high = 0

    def close(self) -> None:
        heights = [*self.lefts, *self.rights, *self.ends]
        self.low, self.high = min(heights), max(heights)


@dataclass(frozen=True)
class Routes:
    """`lines[n]` are the corners of link n; `lefts[c]` is the left edge of column c.

    `top` and `bottom` bound the drawing (lanes included), `right` is its width.
    """

    lines: list[list[Point]]
    lefts: list[int]
    right: int
    top: int
    bottom: int


def route(columns: Columns, links: Sequence[Link], *, width: int) -> Routes:
    """Return the lines of `links` between columns of boxes `width` px wide."""
    bottom = max((int(item.y + item.height) for item in columns.blocks), default=0)
    outer = _outer_lanes(columns, links, bottom)
    gaps = _tracks(columns, links, outer)
    lefts: list[int] = []
    x = 0
    for gap in range(len(columns.columns) + 1):
        tracks = list(gaps[gap].values())
        levels = _assign_levels(tracks)
        for track in tracks:
            track.x = x + LEAD_OUT + TRACK * track.level
        if gap < len(columns.columns):
            if gap or tracks:
                x += LEAD_OUT + TRACK * max(levels - 1, 0) + LEAD_IN
            lefts.append(x)
            x += width
        elif tracks:
            x += LEAD_OUT + TRACK * levels
    lines = [
        _outside_line(columns, link, gaps, lefts, width, outer)
        if number in columns.outside
        else _inside_line(columns, link, gaps, lefts, width)
        for number, link in enumerate(links)
    ]
    heights = [*outer.values(), 0, bottom]
    return Routes(lines, lefts, x, min(heights), max(heights))


def rounded_path(points: Sequence[Point]) -> str:
    """Return SVG path data along `points`, with its corners rounded."""
    corners = [
        here
        for before, here, after in zip(points, points[1:], points[2:], strict=False)
        if not (before[0] == here[0] == after[0] or before[1] == here[1] == after[1])
    ]
    path = [points[0], *corners, points[-1]]
    pieces = [f"M{path[0][0]} {path[0][1]}"]
    for before, here, after in zip(path, path[1:], path[2:], strict=False):
        room = min(CORNER, _distance(before, here) // 2, _distance(here, after) // 2)
        start, end = _towards(here, before, room), _towards(here, after, room)
        pieces.append(f"L{start[0]} {start[1]}Q{here[0]} {here[1]} {end[0]} {end[1]}")
    pieces.append(f"L{path[-1][0]} {path[-1][1]}")
    return "".join(pieces)


def _distance(one: Point, other: Point) -> int:
    return abs(one[0] - other[0]) + abs(one[1] - other[1])


def _towards(here: Point, there: Point, length: int) -> Point:
    distance = max(1, _distance(here, there))
    return (
        here[0] + (there[0] - here[0]) * length // distance,
        here[1] + (there[1] - here[1]) * length // distance,
    )


def _outer_lanes(columns: Columns, links: Sequence[Link], bottom: int) -> dict[int, int]:
    """Return the height of each target's outer lane: above or below, whichever is nearer.

    Lanes that don't meet share a height; short ones lie next to the columns.
    """
    ends: dict[int, list[int]] = defaultdict(list)
    heights: dict[int, list[float]] = defaultdict(list)
    for number in sorted(columns.outside):
        link = links[number]
        source, end = columns.blocks[link.source], columns.blocks[link.target]
        ends[link.target] += [source.column + 1, end.column]
        heights[link.target] += [source.y + link.offset, end.y + end.entry]
    found: dict[int, int] = {}
    taken: dict[bool, list[list[tuple[int, int]]]] = {False: [], True: []}
    for target in sorted(ends, key=lambda key: max(ends[key]) - min(ends[key])):
        low, high = min(ends[target]), max(ends[target])
        is_below = sum(heights[target]) / len(heights[target]) > bottom / 2
        rows = taken[is_below]
        row = next(
            (
                number
                for number, spans in enumerate(rows)
                if all(high < left or right < low for left, right in spans)
            ),
            len(rows),
        )
        if row == len(rows):
            rows.append([])
        rows[row].append((low, high))
        distance = LANE_MARGIN + LANE_STEP * row
        found[target] = bottom + distance if is_below else -distance
    return found


def _tracks(
    columns: Columns, links: Sequence[Link], outer: dict[int, int]
) -> dict[int, dict[tuple[str, int], Track]]:
    """Return by gap the tracks of trunks (“on”) and of links to and from outer lanes."""
    gaps: dict[int, dict[tuple[str, int], Track]] = defaultdict(dict)
    for number, link in enumerate(links):
        source, target = columns.blocks[link.source], columns.blocks[link.target]
        if number in columns.outside:
            lane = outer[link.target]
            way_out = gaps[source.column + 1].setdefault(
                ("out", link.target), Track(link.target, ends=[lane])
            )
            way_out.lefts.append(int(source.y + link.offset))
            entry = int(target.y + target.entry)
            gaps[target.column].setdefault(
                ("in", link.target), Track(link.target, rights=[entry], ends=[lane])
            )
    for column in columns.columns:
        for item in column:
            for other, there, mine in item.after:
                entry = int(other.y + there)
                track = gaps[other.column].setdefault(
                    ("on", other.target), Track(other.target, rights=[entry])
                )
                track.lefts.append(int(item.y + mine))
    for tracks in gaps.values():
        for track in tracks.values():
            track.close()
    return gaps


def _assign_levels(tracks: list[Track]) -> int:
    """Set the levels of the tracks of a gap, from the left; return how many there are.

    Vertical pieces that don't pass each other share a level.
    """
    tracks.sort(key=_initial_order)
    if len(tracks) <= _MAX_COMPARED:
        for _ in tracks:
            swapped = False
            for index in range(len(tracks) - 1):
                one, other = tracks[index], tracks[index + 1]
                if _crossing_cost(other, one) < _crossing_cost(one, other):
                    tracks[index : index + 2] = [other, one]
                    swapped = True
            if not swapped:
                break
    placed: list[Track] = []
    for track in tracks:
        track.level = max(
            (
                other.level + 1
                for other in placed
                if track.low - _MIN_CLEARANCE < other.high
                and other.low - _MIN_CLEARANCE < track.high
            ),
            default=0,
        )
        placed.append(track)
    return max((track.level + 1 for track in placed), default=0)


def _initial_order(track: Track) -> int:
    """Return the sort key: downward lines the lowest first, upward lines the highest first."""
    start = sum(track.lefts) // len(track.lefts) if track.lefts else track.ends[0]
    end = (track.rights or track.ends)[0]
    return -start if end >= start else start


def _crossing_cost(left: Track, right: Track) -> int:
    """Return how many lines cross or, worse, overlap when `left` is left of `right`."""
    crossings = sum(right.low < height < right.high for height in left.rights)
    crossings += sum(left.low < height < left.high for height in right.lefts)
    if left.target != right.target:
        crossings += 4 * sum(
            abs(one - other) < _MIN_CLEARANCE for one in left.rights for other in right.lefts
        )
    return crossings


def _inside_line(
    columns: Columns,
    link: Link,
    gaps: dict[int, dict[tuple[str, int], Track]],
    lefts: list[int],
    width: int,
) -> list[Point]:
    source, target = columns.blocks[link.source], columns.blocks[link.target]
    height = int(source.y + link.offset)
    points = [(lefts[source.column] + width, height)]
    for gap in range(source.column + 1, target.column + 1):
        track = gaps[gap]["on", link.target]
        points += [(track.x, height), (track.x, track.rights[0])]
        height = track.rights[0]
    return [*points, (lefts[target.column], height)]


def _outside_line(
    columns: Columns,
    link: Link,
    gaps: dict[int, dict[tuple[str, int], Track]],
    lefts: list[int],
    width: int,
    outer: dict[int, int],
) -> list[Point]:
    source, target = columns.blocks[link.source], columns.blocks[link.target]
    start = int(source.y + link.offset)
    entry = int(target.y + target.entry)
    lane = outer[link.target]
    way_out = gaps[source.column + 1]["out", link.target]
    way_in = gaps[target.column]["in", link.target]
    return [
        (lefts[source.column] + width, start),
        (way_out.x, start),
        (way_out.x, lane),
        (way_in.x, lane),
        (way_in.x, entry),
        (lefts[target.column], entry),
    ]
