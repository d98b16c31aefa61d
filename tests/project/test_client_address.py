"""Where a request comes from: the connection, or what the outermost trusted proxy saw."""

import pytest
from django.test import RequestFactory

from resolutionflow.web.client_address import client_address


def address_of(*, connection="10.0.0.9", forwarded=None):
    headers = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    return client_address(RequestFactory().get("/", REMOTE_ADDR=connection, **headers))


@pytest.mark.parametrize(
    ("count", "forwarded", "address"),
    [
        (0, None, "10.0.0.9"),
        (0, "203.0.113.7", "10.0.0.9"),  # without proxies anybody may write the header
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "6.6.6.6, 203.0.113.7", "203.0.113.7"),
        (2, "203.0.113.7, 10.0.0.2", "203.0.113.7"),
        (2, "6.6.6.6,  203.0.113.7 ,10.0.0.2", "203.0.113.7"),
        (2, "6.6.6.6", "10.0.0.9"),  # came past one of the proxies
        (1, None, "10.0.0.9"),
        (1, "", "10.0.0.9"),
        (1, "unknown", "10.0.0.9"),
        (1, "203.0.113.7, <script>", "10.0.0.9"),
    ],
)
def test_proxies_are_counted_from_the_end(settings, count, forwarded, address):
    settings.TRUSTED_PROXY_COUNT = count
    assert address_of(forwarded=forwarded) == address


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("203.0.113.7:51234", "203.0.113.7"),
        ("[2001:db8::7]:443", "2001:db8::7"),
        ("[2001:db8::7]", "2001:db8::7"),
        ("2001:DB8:0::7", "2001:db8::7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("fe80::1%eth0", "fe80::1"),
    ],
)
def test_an_address_is_written_in_one_way(settings, written, address):
    settings.TRUSTED_PROXY_COUNT = 1
    assert address_of(forwarded=written) == address
    settings.TRUSTED_PROXY_COUNT = 0
    assert address_of(connection=written) == address


@pytest.mark.parametrize("connection", ["", "unix:", "localhost", "1.2.3", "1.2.3.4.5", "::g"])
def test_a_connection_without_an_address_has_none(connection):
    assert address_of(connection=connection) is None
