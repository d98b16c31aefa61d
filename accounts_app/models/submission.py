"""What users have sent already: so that a form, or a call of the API, makes its thing once."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, models
from django.utils import timezone

from accounts_app.models.user import User
from resolutionflow.json_shapes import Shape, ShapedJSONField, record, text, values_of
from resolutionflow.uuid_model import UUIDModel
from resolutionflow.web.errors import StillRunning


def _headers(value: Any) -> dict[str, str]:
    """Return the headers that an answer can have."""
    return {
        name: said
        for name, said in values_of(text)(value).items()
        if name.isascii() and name.replace("-", "").isalnum() and said.isprintable()
    }


_page_result: Shape = record({"toast": text, "undo": text})
_api_result: Shape = record({"headers": _headers, "body": text})


def _result(value: Any) -> dict[str, Any]:
    """Return what an answer said, of a page or, with a status, of the API; {} for neither."""
    status = value.get("status") if isinstance(value, dict) else None
    if type(status) is int and 200 <= status < 400:
        return {"status": status, **_named(_api_result(value), "headers", "body")}
    return _named(_page_result(value), "toast", "undo") if isinstance(value, dict) and value else {}


def _named(values: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: values[name] for name in names}


def _lock(name: str) -> bool:
    """Take a lock by name until the transaction ends; return whether nobody else has it."""
    number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        [is_taken] = cursor.fetchone()
    return bool(is_taken)


class SubmissionManager(models.Manager["Submission"]):
    def claim(
        self, *, user: User, key: str, path: str, fingerprint: str, wait: bool = True
    ) -> tuple["Submission", bool]:
        """Return the submission of `user` with this key, and whether it is the first one.

        Call it in the transaction that makes what was asked for. A second call with the same key
        waits until the first transaction has ended, and is the first itself if that made nothing;
        without `wait`, it raises `StillRunning`.
        """
        digest = self.model.digest_of(key)
        if not wait and not _lock(f"{user.pk} {digest}"):
            raise StillRunning("The first call with this key is still running. Send it again soon.")
        while True:
            row = self.model(user=user, digest=digest, path=path, fingerprint=fingerprint)
            self.bulk_create([row], ignore_conflicts=True)
            found = self.filter(user=user, digest=digest).first()
            if found is None:
                continue
            if found.pk == row.pk or found.is_newer_than(Submission.KEPT):
                return found, found.pk == row.pk
            found.delete()

    def is_of_another(self, *, user: User, key: str) -> bool:
        """Return whether somebody else has sent this key; for keys that the server made."""
        rows = self.filter(digest=self.model.digest_of(key)).exclude(user=user)
        return rows.exists()

    def delete_old(self) -> int:
        """Delete what was sent more than a day ago, and return how many."""
        return self.filter(created_at__lt=timezone.now() - Submission.KEPT).delete()[0]


class Submission(UUIDModel):
    """Something that a user sent under a key of its own: the token of a form, or what a caller of
    the API named the call. It has the answer that the first one got, for all that follow.

    Only the SHA-256 of the key is kept: of some keys an API key is made (`ApiKey.issue`).
    """

    KEPT = timedelta(days=1)

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="submissions")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the key.")
    path = models.CharField(max_length=255, help_text="The address that it was sent to.")
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of what was sent.")
    location = models.TextField(blank=True, help_text="The address of what was made.")
    result = ShapedJSONField(
        default=dict, shape=_result, help_text="What else the first answer said."
    )
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    objects = SubmissionManager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("digest", "user"), name="submission_once_per_user"),
        )

    def __str__(self) -> str:
        return self.path

    @staticmethod
    def digest_of(key: str) -> str:
        return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()

    def keep(self, *, result: dict[str, Any], location: str = "") -> None:
        """Keep the answer that this first submission gets."""
        self.location, self.result = location, result
        self.save(update_fields=["location", "result"])

    def is_newer_than(self, age: timedelta, *, now: datetime | None = None) -> bool:
        return (now or timezone.now()) - self.created_at < age
