"""Finding a session by words: the key that is searched, and how it is kept."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resolutionflow.web.text import normalize_for_search
from sessions_app import services
from sessions_app.models import SEARCHED, Session
from tests.factories import make_session

pytestmark = [pytest.mark.django_db, pytest.mark.req("H1", "S1")]

NAMES = {
    "ticket_number": "INC-4711",
    "client_name": "Müller & Söhne GmbH",
    "title": "Drucker spooler",
    "tree_name": "Impression réseau",
    "target_label": "srv-ÅRHUS-02",
}


@pytest.mark.req("H1")
@pytest.mark.parametrize(
    "typed",
    [
        "inc-4711", "4711", "muller", "MÜLLER", "müLLER  &", "sohne", "spool", "reseau", "RÉSEAU",
        "srv-arhus", "muller spooler", "spooler 4711 sohne",
    ],
)  # fmt: skip
def test_words_are_found_anywhere_in_any_case_and_without_accents(engineer, typed):
    work_session = make_session(engineer, **NAMES)
    make_session(engineer, client_name="Contoso", ticket_number="INC-1")
    assert list(Session.objects.search(typed)) == [work_session]


@pytest.mark.req("H1")
@pytest.mark.parametrize("typed", ["muller contoso", "47-11", "%", "_", "\\", "gmbh drucker x"])
def test_what_is_not_there_is_not_found(engineer, typed):
    make_session(engineer, **NAMES)
    assert not Session.objects.search(typed).exists()


def test_a_search_for_nothing_narrows_nothing(engineer):
    make_session(engineer)
    assert Session.objects.search("  ").count() == 1


def test_a_field_is_searched_alone(engineer):
    work_session = make_session(engineer, **NAMES)
    other = make_session(engineer, client_name="Drucker AG", ticket_number="reseau")
    for name, typed, found in (
        ("client_name", "SÖHNE", [work_session]),
        ("client_name", "drucker", [other]),
        ("tree_name", "reseau", [work_session]),
        ("ticket_number", "réseau", [other]),
        ("title", "drucker", [work_session]),
        ("ticket_number", "4711\nmuller", []),
    ):
        assert list(Session.objects.with_text(name, typed)) == found, (name, typed)


def test_every_write_keeps_the_key(engineer):
    work_session = make_session(engineer)
    services.update(user=engineer, pk=work_session.pk, changes={"client_name": "Ärzte am Markt"})
    services.set_title(user=engineer, pk=work_session.pk, title="Größe stimmt")
    found = Session.objects.get(pk=work_session.pk)
    assert found.search_key.split("\n") == [
        normalize_for_search(getattr(found, name)) for name in SEARCHED
    ]
    assert found.client_key == "arzte am markt"
    Session.objects.bulk_create([make_copy(found, client_name="Über Land")])
    assert Session.objects.filter(client_key="uber land").search("uber").exists()


def make_copy(work_session, **changes):
    values = {
        field.attname: getattr(work_session, field.attname)
        for field in Session._meta.concrete_fields
        if field.name not in ("id", "client_key", "search_key")
    }
    return Session(**{**values, **changes})


@given(text=st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00")))
@settings(max_examples=200)
def test_a_field_never_reaches_into_the_next_line(text):
    work_session = Session(client_name=text[:200], tree_name="Flow", ticket_number="T")
    work_session.refresh_search_keys()
    lines = work_session.search_key.split("\n")
    assert len(lines) == len(SEARCHED)
    assert lines[SEARCHED.index("tree_name")] == "flow"
