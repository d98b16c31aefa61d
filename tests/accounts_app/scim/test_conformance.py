"""What `scim2-tester` finds: it makes, reads, changes and deletes all that is announced."""

from collections.abc import Iterator

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from scim2_client.engines.wsgi import WSGISCIMClient
from scim2_tester import Status, check_server

from resolutionflow.wsgi import application
from tests.accounts_app.scim.calls import make_scim_key
from tests.factories import AccountFactory

pytestmark = [pytest.mark.django_db, pytest.mark.req("I3")]
FINE = (Status.SUCCESS, Status.COMPLIANT, Status.ACCEPTABLE)
# It asks for a search of users and groups at once, which may be left out (501).
LEFT_OUT = "searching several resource types at once"


@pytest.fixture(autouse=True)
def connection_of_test() -> Iterator[None]:
    """Keep the connection that holds the test's transaction, as Django's own client does."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


def test_scim2_tester_finds_nothing():
    headers = {"Authorization": f"Bearer {make_scim_key(AccountFactory())}"}
    client = WSGISCIMClient(application, base_url="http://localhost/scim/v2", headers=headers)
    results = check_server(client)
    found = [
        f"{result.title} ({result.resource_type}): {result.reason}"
        for result in results
        if result.status not in FINE and LEFT_OUT not in (result.reason or "")
    ]
    assert found == []
    assert len(results) > 50
