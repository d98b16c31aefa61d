"""Which browsers have signed in as whom before: a signed cookie says so, for a year."""

import hashlib

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from accounts_app.models import User

SALT = "accounts_app.known_browsers"
MAX_USERS = 10
A_YEAR = 365 * 24 * 3600


def mark_of(user: User) -> str:
    """Return what stands for a user in the cookie."""
    return hashlib.sha256(user.pk.bytes).hexdigest()[:20]


def _marks(request: HttpRequest) -> list[str]:
    try:
        cookie = request.COOKIES.get(settings.KNOWN_BROWSER_COOKIE_NAME, "")
        found = signing.loads(cookie, salt=SALT, max_age=A_YEAR)
    except signing.BadSignature:
        return []
    return found if isinstance(found, list) else []


def remember(request: HttpRequest, response: HttpResponse, user: User) -> bool:
    """Keep that this browser signed in as `user`; return whether it is the first time."""
    marks, mark = _marks(request), mark_of(user)
    kept = [mark, *(one for one in marks if one != mark)][:MAX_USERS]
    response.set_cookie(
        settings.KNOWN_BROWSER_COOKIE_NAME,
        signing.dumps(kept, salt=SALT),
        max_age=A_YEAR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return mark not in marks


def is_known_as(request: HttpRequest, user: User | None) -> bool:
    """Return whether this browser has signed in as `user` before."""
    return user is not None and mark_of(user) in _marks(request)


def is_known(request: HttpRequest) -> bool:
    """Return whether this browser has signed in as anybody before."""
    return bool(_marks(request))


def last_mark(request: HttpRequest) -> str:
    """Return the mark of who signed in here last; "" for nobody."""
    return next(iter(_marks(request)), "")
