"""The sprite holds the icons that are shown, and no others."""

import re
from pathlib import Path

from trees_app.document.shape import NODE_TYPES, OUTCOMES

ROOT = Path(__file__).parents[2]
SPRITE = (ROOT / "static/icons/sprite.svg").read_text()
SYMBOLS = set(re.findall(r'<symbol id="([^"]+)"', SPRITE))
# Drawn by what they mean: a state, an outcome, the kind of a node.
MEANINGS = {name for name in SYMBOLS if name.startswith(("is-", "type-"))}
SOURCES = "".join(
    path.read_text()
    for folder in ("templates", "static/js", "accounts_app", "sessions_app", "exports_app")
    for path in sorted((ROOT / folder).rglob("*"))
    if path.suffix in (".html", ".js", ".py")
)


def test_every_icon_that_is_named_is_there() -> None:
    named = set(re.findall(r"""\bicon[ (]["']([a-z0-9-]+)["']""", SOURCES)) - {"is-", "type-"}
    assert len(named) > 50
    assert named <= SYMBOLS


def test_every_meaning_has_its_icon() -> None:
    assert {f"is-{name}" for name in OUTCOMES} <= MEANINGS
    assert {f"is-{name}" for name in ("prepared", "active", "idle", "completed")} <= MEANINGS
    assert {f"type-{name}" for name in (*NODE_TYPES, "custom")} <= MEANINGS


def test_no_icon_is_left_over() -> None:
    assert not {name for name in SYMBOLS - MEANINGS if not re.search(rf"[\"'#]{name}\b", SOURCES)}
