"""The address that a request comes from."""

from ipaddress import IPv6Address, ip_address

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str | None:
    """Return the IP address of the caller; None where there is none, as over a socket file.

    Behind `TRUSTED_PROXY_COUNT` proxies it is what the outermost of them saw: each appends whom it
    got the request from to `X-Forwarded-For`, so it is counted from the end; anything before it was
    sent by the caller and may be invented. A request with fewer entries has not come through all of
    the proxies, and only the address of its connection is known.
    """
    count = settings.TRUSTED_PROXY_COUNT
    passed_on = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    if count and len(passed_on) >= count:
        address = _plain_address(passed_on[-count])
        if address is not None:
            return address
    return _plain_address(request.META.get("REMOTE_ADDR", ""))


def _plain_address(text: str) -> str | None:
    """Return an address without port, brackets, zone and IPv6 around an IPv4 one; None if none."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(address)
