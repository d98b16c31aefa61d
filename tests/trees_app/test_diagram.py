"""The drawing of a flow: boxes, lines, and the page that shows them."""

import json
import random
import re
from itertools import pairwise
from pathlib import Path

import html5lib
import pytest
from django.urls import reverse

import trees_app
from tests.factories import TreeFactory, structure
from tests.growth import count_calls
from trees_app.diagram.layout import back_edges
from trees_app.diagram.svg import build_diagram
from trees_app.diagram.text import text_width, wrap_text
from trees_app.document.shape import empty_structure
from trees_app.outline import build_outline

STARTERS = sorted((Path(trees_app.__file__).parent / "starter_flows").glob("*.json"))
NUMBERS = re.compile(r"-?\d+")
HOSTILE = '</text></svg><script>alert("1")</script>&amp;{{ x }}'


def question(title, *targets):
    options = [{"label": f"to {target}", "next": target} for target in targets]
    return {"type": "question", "title": title, "options": options}


def flow(**nodes):
    return {"schema_version": 1, "start": next(iter(nodes)), "nodes": nodes}


def large(count):
    """Return a flow of `count` steps with answers to anywhere, forwards and back."""
    chance = random.Random(count)
    nodes = {
        f"n{index}": question(
            f"Step {index}",
            f"n{index + 1}",
            *(f"n{chance.randrange(count)}" for _ in range(2)),
        )
        for index in range(count - 1)
    }
    return flow(**nodes, **{f"n{count - 1}": {"type": "solution", "title": "End"}})


def ends(path):
    """Return the first and the last point of path data."""
    numbers = [int(number) for number in NUMBERS.findall(path)]
    return tuple(numbers[:2]), tuple(numbers[-2:])


def overlaps(one, other):
    return (
        one.x < other.x + other.w
        and other.x < one.x + one.w
        and one.y < other.y + other.h
        and other.y < one.y + one.h
    )


def corners(path):
    """Return every point that path data of one line names, in order."""
    numbers = [int(number) for number in NUMBERS.findall(path)]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


@pytest.fixture(params=[*STARTERS, None], ids=lambda path: path.stem if path else "large")
def document(request):
    return json.loads(request.param.read_text())["structure"] if request.param else large(60)


def test_every_reachable_step_has_one_box_with_the_outlines_number(document):
    drawn = build_diagram(document)
    assert {(box.id, box.number, box.title) for box in drawn.boxes} == {
        (step.id, step.number, step.title) for step in build_outline(document)
    }
    assert len(drawn.boxes) == len({box.id for box in drawn.boxes})


def test_boxes_do_not_overlap_and_are_inside(document):
    drawn = build_diagram(document)
    for index, box in enumerate(drawn.boxes):
        assert not any(overlaps(box, other) for other in drawn.boxes[:index])
        assert drawn.left <= box.x <= drawn.left + drawn.width - box.w
        assert drawn.top <= box.y <= drawn.top + drawn.height - box.h


def test_each_answer_has_a_line_from_its_row_to_its_step(document):
    drawn = build_diagram(document)
    boxes = {box.number: box for box in drawn.boxes}
    expected = [
        (step.number, branch.target_number)
        for step in build_outline(document)
        for branch in step.branches
    ]
    assert sorted((edge.source, edge.target) for edge in drawn.edges) == sorted(expected)
    for edge in drawn.edges:
        source, target = boxes[edge.source], boxes[edge.target]
        if not source.rows:  # the next step stands under it
            assert edge.path == f"M{source.x + 132} {source.y + source.h}V{target.y - 1}"
            continue
        start, end = ends(edge.path)[:: -1 if edge.goes_back else 1]
        rows = [row for row in source.rows if row.target_number == edge.target]
        assert start in [(source.x + source.w, source.y + row.middle) for row in rows]
        assert end[0] == target.x
        assert target.y < end[1] < target.y + target.h


def test_no_line_runs_through_a_box(document):
    drawn = build_diagram(document)
    for edge in drawn.edges:
        if "V" in edge.path:
            continue
        points = corners(edge.path)
        for (x1, y1), (x2, y2) in pairwise(points):
            for box in drawn.boxes:
                assert not (
                    max(x1, x2) > box.x
                    and min(x1, x2) < box.x + box.w
                    and max(y1, y2) > box.y
                    and min(y1, y2) < box.y + box.h
                ), (edge, box)


def test_lines_are_inside_the_view_box(document):
    drawn = build_diagram(document)
    for edge in drawn.edges:
        for x, y in corners(edge.path.replace("V", " 0 ")):
            assert drawn.left <= x <= drawn.left + drawn.width
            assert drawn.top <= y <= drawn.top + drawn.height


def test_lines_that_go_back_are_marked():
    drawn = build_diagram(structure())
    back = {(edge.source, edge.target, edge.label) for edge in drawn.edges if edge.goes_back}
    numbers = {box.id: box.number for box in drawn.boxes}
    assert back == {(numbers["replies"], numbers["ping"], "No, try again")}


def test_two_answers_to_one_step_are_no_loop():
    drawn = build_diagram(
        flow(
            a=question("a", "end", "b"),
            b=question("b", "end"),
            end={"type": "solution", "title": "End"},
        )
    )
    assert not any(edge.goes_back for edge in drawn.edges)
    x = {box.id: box.x for box in drawn.boxes}
    assert x["a"] < x["b"] < x["end"]


def test_a_step_that_leads_to_itself_goes_back():
    (edge,) = build_diagram(flow(a=question("a", "a"))).edges
    assert (edge.source, edge.target, edge.goes_back) == (1, 1, True)


def test_cutting_loops_leaves_none():
    chance = random.Random(3)
    links = [(chance.randrange(60), chance.randrange(60)) for _ in range(200)]
    left = set(links) - back_edges(60, links)
    remaining = {vertex: {b for a, b in left if a == vertex} for vertex in range(60)}
    while remaining:
        ended = {vertex for vertex, targets in remaining.items() if not targets & set(remaining)}
        assert ended, "a loop is left"
        for vertex in ended:
            del remaining[vertex]


def test_a_step_that_only_an_action_leads_to_is_below_it():
    drawn = build_diagram(structure() | {"start": "ping"})
    ping, replies = (
        next(box for box in drawn.boxes if box.id == name) for name in ("ping", "replies")
    )
    assert ping.x == replies.x
    assert ping.y + ping.h < replies.y
    assert not ping.rows


@pytest.mark.parametrize("include_unreachable", [False, True])
def test_an_empty_draft_draws_nothing(include_unreachable):
    drawn = build_diagram(empty_structure(), include_unreachable=include_unreachable)
    assert (drawn.boxes, drawn.edges, drawn.width, drawn.height) == ((), (), 0, 0)


def test_an_answer_that_leads_nowhere_has_no_line():
    draft = flow(
        a={
            "type": "question",
            "options": [
                {"label": "Later"},
                {"label": "Gone", "next": "gone"},
                {"label": "b", "next": "b"},
            ],
        },
        b={"type": "action", "title": None, "next": None},
    )
    drawn = build_diagram(draft)
    labels = [row.label for box in drawn.boxes for row in box.rows]
    assert labels == [
        "Later (leads nowhere yet)",
        "Gone (leads nowhere yet)",
        "b",
        "Leads nowhere yet",
    ]
    assert [(edge.source, edge.target) for edge in drawn.edges] == [(1, 2)]


def test_authors_see_unreachable_steps_below():
    draft = structure()
    draft["nodes"]["lost"] = question("Lost", "ping", "stray")
    draft["nodes"]["stray"] = {"type": "solution", "title": "Stray"}
    assert "lost" not in {box.id for box in build_diagram(draft).boxes}
    drawn = build_diagram(draft, include_unreachable=True)
    apart = [box for box in drawn.boxes if box.number is None]
    assert {box.id for box in apart} == {"lost", "stray"}
    reached = [box for box in drawn.boxes if box.number]
    assert min(box.y for box in apart) > drawn.unreachable_y > max(box.y + box.h for box in reached)
    assert not any(overlaps(apart[0], other) for other in drawn.boxes if other is not apart[0])
    assert max(box.y + box.h for box in apart) <= drawn.top + drawn.height


def test_without_a_start_every_step_is_unreachable():
    draft = structure() | {"start": ""}
    assert build_diagram(draft).boxes == ()
    assert len(build_diagram(draft, include_unreachable=True).boxes) == len(draft["nodes"])


def test_a_thousand_steps_are_drawn_about_linearly():
    """Five times the steps take some seven times the calls; 25 times, were it quadratic."""
    small, big = large(200), large(1_000)
    assert count_calls(lambda: build_diagram(big)) < 10 * count_calls(lambda: build_diagram(small))


def test_text_is_broken_to_fit():
    title = "Donaudampfschifffahrtsgesellschaftskapitän " * 5
    lines = wrap_text(title, width=150, size=13, lines=3)
    assert len(lines) == 3
    assert lines[-1].endswith("…")
    assert all(text_width(line, 13) <= 150 for line in lines)
    assert wrap_text("one two", width=150, size=13, lines=2) == ("one two",)
    assert "{{ host }}" in wrap_text("ask for {{ host }} now", width=75, size=13, lines=9)
    assert wrap_text(" \n ", width=150, size=13, lines=2) == ()
    assert "".join(wrap_text("漢字" * 20, width=100, size=10, lines=9)) == "漢字" * 20


# -- the page ------------------------------------------------------------------------------------


def svg_of(response):
    assert response.status_code == 200
    page = html5lib.parse(response.content.decode(), namespaceHTMLElements=False)
    return page, page.find(".//{http://www.w3.org/2000/svg}svg[@class='diagram__svg']")


def test_boxes_link_to_the_steps_of_the_outline(page, engineer, author):
    tree = TreeFactory(author=author, published=True)
    url = reverse("flow-detail", args=[tree.pk])
    _, svg = svg_of(page(engineer).get(url))
    hrefs = {a.get("href") for a in svg.iter("{http://www.w3.org/2000/svg}a")}
    assert hrefs == {f"?view=steps#node-{node_id}" for node_id in tree.structure["nodes"]}
    steps, drawing = svg_of(page(engineer).get(url, {"view": "steps"}))
    assert drawing is None
    ids = {element.get("id") for element in steps.iter() if element.get("id")}
    assert {href.partition("#")[2] for href in hrefs} <= ids


def test_hostile_titles_stay_text_and_nothing_is_styled_inline(page, author):
    hostile = structure()
    for node in hostile["nodes"].values():
        node["title"] = HOSTILE * 3
        for option in node.get("options") or []:
            option["label"] = HOSTILE + option["label"]
    hostile["nodes"]["lost"] = {"type": "solution", "title": HOSTILE}
    tree = TreeFactory(author=author, structure=hostile)
    document, svg = svg_of(page(author).get(reverse("flow-detail", args=[tree.pk])))
    kinds = {element.tag.rpartition("}")[2] for element in svg.iter()}
    assert kinds == {"svg", "g", "a", "path", "title", "use", "text", "rect"}
    assert all(script.get("src") for script in document.iter("script"))
    assert not any("style" in element.attrib for element in svg.iter())
    assert not any(name.startswith("on") for element in svg.iter() for name in element.attrib)
    names = [a.get("aria-label") for a in svg.iter("{http://www.w3.org/2000/svg}a")]
    assert all(HOSTILE in name for name in names)
    titles = [title.text for title in svg.iter("{http://www.w3.org/2000/svg}title")]
    assert HOSTILE * 3 in titles  # too long for its box, whole on hover
    assert HOSTILE + "One user" in titles


def test_only_those_who_edit_see_unreachable_steps(page, engineer, author):
    tree = TreeFactory(author=author, published=True)
    tree.structure["nodes"]["lost"] = {"type": "solution", "title": "Lost ending"}
    tree.save()
    url = reverse("flow-detail", args=[tree.pk])
    assert "Lost ending" in page(author).get(url).content.decode()
    assert "Lost ending" not in page(engineer).get(url).content.decode()


def test_an_empty_draft_says_so(page, author):
    tree = TreeFactory(author=author, structure=empty_structure())
    response = page(author).get(reverse("flow-detail", args=[tree.pk]))
    assert svg_of(response)[1] is None
    assert "This flow has no steps yet." in response.content.decode()
