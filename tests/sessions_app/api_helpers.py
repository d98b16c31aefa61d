"""What the tests of the API share."""

import uuid

from sessions_app.models import Session
from tests.factories import (
    make_session,
)

OWN_ID = f"custom-{uuid.UUID(int=7)}"
STEP = {"node_id": "scope", "question": "Is one user affected?", "answer": "One user"}


def url(work_session, verb=""):
    return f"/api/v1/sessions/{work_session.pk}{verb and '/' + verb}"


def fields(response):
    assert response.status_code == 422, response.data
    return {problem["field"] for problem in response.json()["detail"]}


def prepared_for(assignee, *, by):
    work_session = make_session(by, assigned_to=assignee, prepared_by=by)
    Session.objects.filter(pk=work_session.pk).update(started_at=None)
    work_session.refresh_from_db()
    return work_session
