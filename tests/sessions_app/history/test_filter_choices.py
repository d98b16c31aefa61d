"""The people and flows that the history page offers to filter by."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts_app.models import User
from tests.factories import TreeFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.req("H1")
def test_who_and_what_came_since_can_be_filtered_by_at_once(page, admin, author):
    """Nothing is remembered by the process that was asked before."""
    client = page(admin)
    client.get("/sessions")
    person = UserFactory(account=admin.account, first_name="Newly", last_name="Hired")
    flow = TreeFactory(author=author, name="Newly published", published=True)
    shown = client.get("/sessions").content.decode()
    for one in (person.pk, flow.pk, "Newly Hired", "Newly published"):
        assert str(one) in shown
    User.objects.filter(pk=person.pk).update(first_name="Renamed")
    flow.name = "Named anew"
    flow.save()
    shown = client.get("/sessions").content.decode()
    assert "Renamed Hired" in shown
    assert "Named anew" in shown
    assert "Newly" not in shown


@pytest.mark.req("H1")
def test_the_filters_choices_cost_two_queries_however_many(page, admin, author):
    client = page(admin)
    client.get("/sessions")
    counts = []
    for _ in range(2):
        for _ in range(4):
            UserFactory(account=admin.account)
            TreeFactory(author=author, published=True)
        with CaptureQueriesContext(connection) as whole:
            client.get("/sessions")
        with CaptureQueriesContext(connection) as part:
            client.get("/sessions", headers={"HX-Request": "true"})
        counts.append((len(whole), len(whole) - len(part)))
    assert counts[0] == counts[1]
    assert counts[0][1] == 2
