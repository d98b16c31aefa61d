"""A flow's documents as they are read: in shape, whichever part of them is stored otherwise."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest

from resolutionflow.json_shapes import read_json
from trees_app.document import shape, stored
from trees_app.document.advice import find_advice
from trees_app.document.check import publish_problems

pytestmark = pytest.mark.req("S16", "T1")

OTHERS: tuple[Any, ...] = (None, 3, 0.5, True, "", "x", [], [None], {}, {"x": []}, 10**400)
STRUCTURE: dict[str, Any] = {
    "schema_version": 1,
    "start": "ask",
    "nodes": {
        "ask": {
            "type": "question",
            "title": "Is {{ host }} up?",
            "variables": ["host"],
            "options": [{"label": "Yes", "next": "look"}, {"label": "No", "next": "done"}],
        },
        "look": {
            "type": "action",
            "title": "Look",
            "body": "At it.",
            "expected": "Light",
            "commands": [{"label": "Ping", "shell": "cmd", "code": "ping {{ host }}"}],
            "next": "done",
        },
        "done": {
            "type": "solution",
            "title": "Done",
            "outcome": "resolved",
            "next_steps": "None.",
        },
    },
}
INTAKE: list[Any] = [
    {"name": "host", "label": "Host", "type": "host", "required": True, "sensitive": False},
    {"name": "site", "help": "Where", "type": "select", "choices": ["North", "South"]},
]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    if isinstance(value, dict):
        for name, part in value.items():
            yield from places(part, (*path, name))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from places(part, (*path, index))


def variants(document: Any) -> Iterator[Any]:
    """Yield the document with each part replaced by each of `OTHERS`, and without it."""
    for path in places(document):
        if not path:
            yield from OTHERS
            continue
        for other in (*OTHERS, ...):
            changed = deepcopy(document)
            holder = changed
            for step in path[:-1]:
                holder = holder[step]
            if other is ...:
                del holder[path[-1]]
            else:
                holder[path[-1]] = other
            yield changed


def test_a_structure_is_read_in_shape():
    for changed in variants(STRUCTURE):
        read = stored.read_structure(changed)
        assert shape.shape_problems(read) == [], changed
        publish_problems(read, INTAKE)
        find_advice(read, INTAKE)


def test_an_intake_form_is_read_in_shape():
    for changed in variants(INTAKE):
        read = stored.read_intake_form(changed)
        assert shape.intake_problems(read) == [], changed
        publish_problems(STRUCTURE, read)
        find_advice(STRUCTURE, read)


def test_a_snapshot_is_read_in_shape():
    frozen = {
        "name": "Flow",
        "description": "",
        "category": "",
        "version": 1,
        "tree_type": "troubleshooting",
        "structure": STRUCTURE,
        "intake_form": INTAKE,
    }
    for changed in variants(frozen):
        read = stored.read_frozen(changed)
        assert shape.shape_problems(read["structure"]) == []
        assert shape.intake_problems(read["intake_form"]) == []
        assert {"name", "version"} <= read.keys()
        assert all(type(read.get(name, "")) is str for name in ("name", "description", "category"))
        assert type(read["version"]) is int


def test_what_fits_stays_as_it_is():
    assert stored.read_structure(deepcopy(STRUCTURE)) == STRUCTURE
    assert stored.read_intake_form(deepcopy(INTAKE)) == INTAKE


@pytest.mark.parametrize("text", ["[" * 5_000 + "]" * 5_000, "1" * 5_000, "nothing", ""])
def test_what_cannot_be_parsed_is_read_as_nothing(text):
    assert read_json(text, stored.read_structure) == shape.empty_structure()
    assert read_json(text, stored.read_intake_form) == []


def test_a_number_that_no_answer_could_hold_is_read_as_zero():
    assert read_json('{"x": [1e400, -1e400, 1.5]}', dict) == {"x": [0.0, 0.0, 1.5]}
