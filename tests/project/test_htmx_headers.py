"""Headers of HTMX: a strange one breaks nothing, and a fragment is never taken for its page."""

import pytest
from django.urls import reverse

from resolutionflow.web.middleware import is_address

NO_ADDRESSES = ["http://[", "//[x", "http%3A//%5B", "http://[::1"]


@pytest.mark.parametrize("value", NO_ADDRESSES)
def test_what_is_no_address_is_recognised(value):
    assert not is_address(value)
    assert is_address("http://testserver/flows?q=%5B&x=é")


@pytest.mark.parametrize("value", NO_ADDRESSES)
@pytest.mark.parametrize("auto_encoded", [False, True])
def test_a_current_address_that_is_none_is_ignored(client, engineer, value, auto_encoded):
    headers = {"HX-Request": "true", "HX-Current-URL": value}
    if auto_encoded:
        headers["HX-Current-URL-URI-AutoEncoded"] = "true"
    anonymous = client.get(reverse("session-list"), headers=headers)
    assert anonymous.status_code == 401
    assert anonymous["HX-Redirect"].startswith(reverse("login"))
    client.force_login(engineer)
    for name in ("session-list", "flow-list", "dashboard"):
        assert client.get(reverse(name), headers=headers).status_code == 200


@pytest.mark.parametrize("name", ["session-list", "flow-list", "batch-list", "dashboard"])
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_pages_and_fragments_vary_by_htmx(client, engineer, name, headers):
    client.force_login(engineer)
    response = client.get(reverse(name), headers=headers)
    assert "HX-Request" in response["Vary"]
