"""Every call that makes something, as a caller sends it under a key of its own ([I4])."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from rest_framework.test import APIClient

from sessions_app.models import Attachment, LibraryStep, Outcome, Session
from tests.factories import make_key
from tests.permissions.api_table import BODIES, scopes_by_call
from trees_app.models import Tree

KEPT = [call.split()[1] for call, scope in scopes_by_call().items()
        if call.startswith("POST ") and scope == "write"]  # fmt: skip
# Who may make it, and what is made; nothing where something is changed.
MADE = {
    "api-sessions": ("owner", Session),
    "api-session-prepare": ("owner", Session),
    "api-session-batch": ("owner", Session),
    "api-session-save-as-tree": ("owner", Tree),
    "api-session-attachments": ("owner", Attachment),
    # The same text sent twice in a row is one, with or without a key.
    "api-session-addenda": ("owner", None),
    "api-session-complete": ("owner", None),
    "api-steps": ("owner", LibraryStep),
    "api-trees": ("author", Tree),
    "api-tree-fork": ("author", Tree),
    "api-tree-publish": ("author", None),
}


def client_of(user, **more):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {make_key(user)}", **more)
    return client


def send(world, name, key, *, person="owner", client=None, body=None):
    client = client or client_of(world.people[person])
    headers = {} if key is None else {"Idempotency-Key": key}
    if name == "api-session-attachments":
        file = {"file": SimpleUploadedFile("second.log", body or b"error 810")}
        return client.post(world.url(name), file, format="multipart", headers=headers)
    if name == "api-session-addenda":  # only a completed session takes one
        running = Session.objects.filter(pk=world.work_session.pk, completed_at=None)
        running.update(completed_at=timezone.now(), outcome=Outcome.RESOLVED)
    sent = world.fill(BODIES.get(f"POST {name}")) if body is None else body
    kind = None if sent is None else "json"
    return client.post(world.url(name), sent, format=kind, headers=headers)
