"""What people read says no mark of the specification, and one thing has one name ([U4])."""

import re
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.conf import settings

from resolutionflow.api import docs

pytestmark = pytest.mark.req("U4")
MARK = re.compile(r"\[[A-Z]{1,2}\d{1,2}\]")
OURS = ("accounts_app", "trees_app", "sessions_app", "exports_app")
FORMER_NAMES = re.compile(
    r"own step\b|narrow or widen|\bdoubles?\b(?! (?:click|quote))|take this away|beyond retention",
    re.IGNORECASE,
)
COMMENT = re.compile(r"\{#.*?#\}|\{% comment.*?endcomment %\}", re.DOTALL)


def shown_by_models() -> Iterator[tuple[str, str]]:
    for name in OURS:
        for model in apps.get_app_config(name).get_models():
            yield str(model), str(model._meta.verbose_name)
            for field in model._meta.get_fields():
                for attribute in ("help_text", "verbose_name"):
                    yield f"{model.__name__}.{field.name}", str(getattr(field, attribute, ""))
                for _, label in getattr(field, "flatchoices", ()):
                    yield f"{model.__name__}.{field.name}", str(label)


def shown_by_files() -> Iterator[tuple[str, str]]:
    for path in sorted((settings.BASE_DIR / "templates").rglob("*.html")):
        yield str(path), COMMENT.sub("", path.read_text())
    for path in sorted((settings.BASE_DIR / "docs").glob("*.md")):
        if path.name != "requirements.md":
            yield str(path), path.read_text()
    for path in sorted((settings.BASE_DIR / "static" / "js").rglob("*.js")):
        yield str(path), re.sub(r"/\*.*?\*/|//[^\n]*", "", path.read_text(), flags=re.DOTALL)


def texts_of(value: object) -> Iterator[str]:
    """Return all texts of the OpenAPI document."""
    if isinstance(value, dict):
        for one in value.values():
            yield from texts_of(one)
    elif isinstance(value, list):
        for one in value:
            yield from texts_of(one)
    elif isinstance(value, str):
        yield value


def test_no_mark_of_the_specification_is_shown() -> None:
    shown = [*shown_by_models(), *shown_by_files()]
    shown.extend(("OpenAPI", text) for text in texts_of(docs.document()))
    found = [f"{where}: {mark}" for where, text in shown for mark in MARK.findall(text)]
    assert not found, "\n".join(found)


def test_one_thing_has_one_name() -> None:
    found = [
        f"{where}: {word}"
        for where, text in (*shown_by_models(), *shown_by_files())
        for word in FORMER_NAMES.findall(text)
    ]
    assert not found, "\n".join(found)
