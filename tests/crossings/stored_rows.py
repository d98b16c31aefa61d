"""What is stored, before and after a form was sent, and the words of the page that came."""

import html
import re

from django.apps import apps
from django.http import HttpResponse

from accounts_app.models import BrowserSession

# And django-allauth's addresses of mail, which wait there to be confirmed.
OURS = ("account", "accounts_app", "trees_app", "sessions_app", "exports_app")


def stored() -> dict[str, list[str]]:
    """Return every row of ours, but who is signed in and when somebody was last."""
    found = {}
    for app in OURS:
        for model in apps.get_app_config(app).get_models():
            if model is BrowserSession or "Audit" in model.__name__ or "Event" in model.__name__:
                continue
            names = [f.attname for f in model._meta.concrete_fields if f.name != "last_login"]
            found[model._meta.label] = sorted(map(str, model._base_manager.values_list(*names)))
    return found


def counts() -> dict[str, int]:
    return {name: len(rows) for name, rows in stored().items()}


def is_stored(text: str) -> bool:
    return any(text in row for rows in stored().values() for row in rows)


def words_of(answer: HttpResponse) -> str:
    text = html.unescape(answer.content.decode())
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)).strip()
