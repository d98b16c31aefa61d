"""Who opens a session, to read it or to write it."""

import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from resolutionflow.web.errors import StateError
from sessions_app import permissions, services
from sessions_app.completion import services as completion_services
from sessions_app.models import Session
from tests.factories import (
    make_completed,
    make_session,
)

pytestmark = [pytest.mark.django_db, pytest.mark.req("A1", "A2")]


@pytest.mark.parametrize(
    ("who", "error"),
    [
        ("engineer", None),
        ("admin", None),
        ("integration", None),
        ("colleague", PermissionDenied),
        ("author", PermissionDenied),
        ("viewer", PermissionDenied),
        ("stranger", Http404),
    ],
)
def test_who_reads_a_session(engineer, who, error, request):
    work_session, user = make_session(engineer), request.getfixturevalue(who)
    listed = Session.objects.visible_to(user).filter(pk=work_session.pk).exists()
    assert listed == (error is None) == work_session.may_be_read_by(user)
    if error is None:
        assert permissions.get_readable_session(user, work_session.pk) == work_session
    else:
        with pytest.raises(error):
            permissions.get_readable_session(user, work_session.pk)


def test_an_assignee_reads_and_writes(engineer, colleague):
    work_session = make_session(engineer, assigned_to=colleague)
    assert permissions.get_readable_session(colleague, work_session.pk)
    assert services.set_scratchpad(user=colleague, pk=work_session.pk, text="x")


@pytest.mark.req("A4")
def test_a_viewer_who_is_assigned_still_only_reads(engineer, viewer):
    work_session = make_session(engineer, assigned_to=viewer)
    assert permissions.get_readable_session(viewer, work_session.pk)
    with pytest.raises(PermissionDenied):
        services.set_scratchpad(user=viewer, pk=work_session.pk, text="x")


WRITES = {
    "update": lambda user, pk: services.update(user=user, pk=pk, changes={"scratchpad": "x"}),
    "scratchpad": lambda user, pk: services.set_scratchpad(user=user, pk=pk, text="x"),
    "variables": lambda user, pk: services.set_variables(user=user, pk=pk, values={"a": "b"}),
    "title": lambda user, pk: services.set_title(user=user, pk=pk, title="New"),
    "complete": lambda user, pk: completion_services.complete(user=user, pk=pk, outcome="resolved"),
    "delete": lambda user, pk: services.delete(user=user, pk=pk),
}
EVERY_WRITE = pytest.mark.parametrize("write", WRITES.values(), ids=WRITES.keys())


@EVERY_WRITE
@pytest.mark.parametrize("who", ["colleague", "author", "admin", "viewer", "integration"])
def test_nobody_else_writes(engineer, write, who, request):
    work_session = make_session(engineer)
    with pytest.raises(PermissionDenied):
        write(request.getfixturevalue(who), work_session.pk)
    work_session.refresh_from_db()
    assert work_session.revision == 1


@EVERY_WRITE
def test_another_account_finds_nothing(engineer, stranger, write):
    with pytest.raises(Http404):
        write(stranger, make_session(engineer).pk)
    with pytest.raises(Http404):
        write(stranger, uuid.uuid4())


@pytest.mark.req("S4", "S5", "S7")
@pytest.mark.parametrize("name", ["update", "variables", "complete"])
def test_a_completed_session_is_not_changed(engineer, name):
    """Notes and next steps are frozen with it."""
    work_session = make_completed(engineer, outcome_notes="Reset it.", next_steps="Call.")
    with pytest.raises(StateError):
        WRITES[name](engineer, work_session.pk)
    work_session.refresh_from_db()
    assert (work_session.outcome_notes, work_session.next_steps) == ("Reset it.", "Call.")


@pytest.mark.req("S6", "S13", "S14")
@pytest.mark.parametrize("name", ["scratchpad", "title", "delete"])
def test_what_may_still_be_done_with_a_completed_session(engineer, name):
    WRITES[name](engineer, make_completed(engineer).pk)
