"""Keeping a form in the browser's session, and giving it back."""

import re
import time
from dataclasses import asdict, dataclass
from typing import Any

from django.http import HttpRequest

from accounts_app.models import User
from accounts_app.sign_in import known_browsers
from resolutionflow.web.typed_texts import UNREADABLE, TypedText, label_of, typed_texts

SESSION_KEY = "kept_form"
MAX_SECONDS = 3600
# Longer ones would make each page that follows slow: it begins with the browser's session.
MAX_CHARACTERS = 1_000_000
# What is proved anew each time, and what belongs to the page that was.
NEVER_KEPT = re.compile(r"csrfmiddlewaretoken|.*password.*|.*credential|code|confirm_code")


@dataclass(frozen=True)
class KeptForm:
    """A form as it was sent: to which of our addresses, from which page, what it held."""

    address: str
    page: str
    fields: list[list[str]]
    files: list[str]
    by: str
    at: float

    @property
    def texts(self) -> list[TypedText]:
        """Return what was typed, with labels."""
        found = [(name, value) for name, value in self.fields if label_of(name) and value.strip()]
        return [
            TypedText(f"{name}-{number}", label_of(name), value)
            for number, (name, value) in enumerate(found)
        ]


def keep(request: HttpRequest, *, page: str) -> bool:
    """Keep the form that `request` sent; False for one in which nothing was typed, or too much, and
    from a browser in which nobody has signed in.
    """
    by = known_browsers.last_mark(request)
    if not by or not typed_texts(request):
        return False
    fields = [
        [name, value]
        for name, values in request.POST.lists()
        for value in values
        if not NEVER_KEPT.fullmatch(name)
    ]
    if sum(len(name) + len(value) for name, value in fields) > MAX_CHARACTERS:
        return False
    kept = KeptForm(
        address=request.get_full_path(),
        page=page,
        fields=fields,
        files=_names_of_files(request),
        by=by,
        at=time.time(),
    )
    request.session[SESSION_KEY] = asdict(kept)
    return True


def _names_of_files(request: HttpRequest) -> list[str]:
    try:
        files = request.FILES
    except UNREADABLE:
        return []
    return [file.name or "a file" for name in files for file in files.getlist(name)]


def find_kept_form(request: HttpRequest, user: User) -> KeptForm | None:
    """Return the form that `user` sent from this browser within the last hour."""
    stored: dict[str, Any] | None = request.session.get(SESSION_KEY)
    kept = KeptForm(**stored) if stored else None
    if kept is None or kept.by != known_browsers.mark_of(user):
        return None
    return kept if time.time() - kept.at < MAX_SECONDS else None


def forget(request: HttpRequest) -> None:
    request.session.pop(SESSION_KEY, None)
