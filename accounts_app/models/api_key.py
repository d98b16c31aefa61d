"""The keys of an account's integrations."""

import base64
import hashlib
import secrets
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts_app.models.audit_entry import Action, ObjectType
from accounts_app.models.audited import AuditedModel, AuditedQuerySet, Changes
from accounts_app.models.user import User
from resolutionflow.api.scopes import SCIM_SCOPE, all_scopes, key_scopes
from resolutionflow.uuid_model import UUIDModel
from resolutionflow.web.prepared_query import PreparedQuery


class ApiKeyQuerySet(AuditedQuerySet["ApiKey"]):
    def visible_to(self, user: User) -> "ApiKeyQuerySet":
        """An admin sees the keys of the account, everyone else their own."""
        if user.is_superuser:
            return self
        if user.is_account_admin:
            return self.filter(user__account_id=user.own_account_id)
        return self.filter(user=user)

    def with_digest(self, digest: str) -> "ApiKey | None":
        """The key with this digest and its user, whatever became of them: with this every call of
        a script begins.
        """
        rows = _key().rows(digest=digest)
        if not rows:
            return None
        own = len(_columns(ApiKey))
        key = ApiKey.from_db(connection.alias, _columns(ApiKey), rows[0][:own])
        key.user = User.from_db(connection.alias, _columns(User), rows[0][own:])
        return key


@cache
def _columns(model: type[models.Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


@cache
def _key() -> PreparedQuery:
    of_user = (f"user__{name}" for name in _columns(User))
    found = ApiKey.objects.filter(digest="some").values_list(*_columns(ApiKey), *of_user)
    return PreparedQuery.compile(found, {"some": "digest"})


class ApiKey(AuditedModel, UUIDModel):
    """A named key of one user, in the shape `rf_<prefix>_<secret>`.

    Only the SHA-256 of the whole key is kept: the secret has 256 random bits, so a slow
    password hash would cost every request and protect nothing. The prefix is what a person can
    recognise in a list.
    """

    audited_as = ObjectType.API_KEY
    audited_fields = ("user", "name", "scopes", "expires_at", "revoked_at")

    LAST_USED_RESOLUTION = timedelta(minutes=1)
    DEFAULT_DAYS = 365
    MAX_DAYS = 3650

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=8)
    digest = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(
        models.CharField(max_length=6, choices=key_scopes()),
        default=all_scopes,
        help_text="What the key may be used for.",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    last_used_from = models.GenericIPAddressField(
        "last used from", null=True, blank=True, help_text="The address of the caller."
    )

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        verbose_name = "API key"
        ordering = ("-created_at",)
        constraints = (
            models.CheckConstraint(
                condition=Q(scopes__contained_by=["read", "export", "write"], scopes__len__gte=1)
                | Q(scopes=[SCIM_SCOPE]),
                name="api_key_scopes_are_known",
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} (rf_{self.prefix}_…)"

    def audited_account_id(self) -> Any:
        return self.user.account_id

    def audited_facts(self) -> dict[str, Any]:
        return {
            "of": self.user.username,
            "of_id": str(self.user_id),
            "scopes": ", ".join(self.scopes),
            "expires": str(self.expires_at or "never"),
        }

    def actions_of(self, changes: Changes) -> Iterator[tuple[Action, dict[str, Any]]]:
        if changes.get("revoked_at", ("", None))[1] is not None:
            del changes["revoked_at"]
            yield Action.REVOKED, {}
        if changes:
            yield from super().actions_of(changes)

    @staticmethod
    def digest_of(key: str) -> str:
        return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()

    @staticmethod
    def text_of_seed(user: User, seed: str) -> str:
        """Return the key that a seed gives: so a form sent twice shows one key, and none is stored.

        The seed needs 122 random bits or more, and must not be stored either.
        """
        made = salted_hmac(f"accounts_app.ApiKey.{user.pk}", seed, algorithm="sha512").digest()
        secret = base64.urlsafe_b64encode(made[4:36]).decode().rstrip("=")
        return f"rf_{made[:4].hex()}_{secret}"

    @classmethod
    def expiry(cls, days: int | None = None) -> datetime:
        """Return when a key ends that is made now for so many days, a year unless it is said."""
        return timezone.now() + timedelta(days=days or cls.DEFAULT_DAYS)

    @classmethod
    def issue(
        cls,
        *,
        user: User,
        name: str,
        scopes: Collection[str] | None = None,
        expires_at: datetime | None = None,
        never_expires: bool = False,
        seed: str = "",
    ) -> tuple["ApiKey", str]:
        """Make a key; answer it with its text, which can't be read back.

        It has all scopes and is good for a year, unless something else is asked for. With a `seed`,
        as a form has one, the text follows from that (`text_of_seed`).
        """
        key = cls.text_of_seed(user, seed or secrets.token_urlsafe(32))
        prefix = key.split("_")[1]
        made = cls(
            user=user,
            name=name,
            prefix=prefix,
            digest=cls.digest_of(key),
            scopes=all_scopes() if scopes is None else _in_order(scopes),
            expires_at=None if never_expires else expires_at or cls.expiry(),
        )
        made.full_clean()
        made.save()
        return made, key

    def has_scope(self, scope: str) -> bool:
        return scope in self.scopes

    @property
    def is_usable(self) -> bool:
        return self.revoked_at is None and (
            self.expires_at is None or self.expires_at > timezone.now()
        )

    def revoke(self) -> None:
        """End the key at once; revoking twice keeps the first time."""
        if self.revoked_at is None:
            self.revoked_at = timezone.now()
            self.save(update_fields=["revoked_at"])

    def touch(self, address: str | None = None) -> None:
        """Remember the use and the caller's address, at most once a minute, so that a busy key
        writes little.
        """
        now = timezone.now()
        before = now - self.LAST_USED_RESOLUTION
        if self.last_used_at is not None and self.last_used_at >= before:
            return
        self.last_used_at, self.last_used_from = now, address
        unused = Q(last_used_at=None) | Q(last_used_at__lt=before)
        ApiKey.objects.filter(unused, pk=self.pk).update(last_used_at=now, last_used_from=address)

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.digest:
            raise ValueError("An API key is made by ApiKey.issue(), which knows its secret.")
        super().save(*args, **kwargs)


def _in_order(scopes: Collection[str]) -> list[str]:
    """Return scopes once each, in the order in which they are offered; unknown ones last."""
    known = all_scopes()
    return sorted(
        dict.fromkeys(scopes), key=lambda scope: known.index(scope) if scope in known else 99
    )
