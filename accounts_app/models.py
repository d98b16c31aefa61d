"""The MSP (`Account`), its teams and people, and the keys of its integrations.

Who may do what stands on `User`; what a user may *see* stands on the querysets of the models
that are seen (`visible_to`).
"""

import hashlib
import secrets
import zoneinfo
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import MinValueValidator
from django.db import connection, models
from django.db.models import Q
from django.utils import timezone

from resolutionflow.web.prepared_query import PreparedQuery


def validate_time_zone(name: str) -> None:
    """Raise `ValidationError` unless `name` is an IANA time zone such as Europe/Berlin."""
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise ValidationError(
            f"“{name}” is not a time zone; use a name such as Europe/Berlin.", code="time_zone"
        ) from None


# A hundred years; more days than that don't fit in a date.
MAX_RETENTION_DAYS = 36_500


def default_retention_days() -> int:
    return settings.SESSION_RETENTION_DAYS


class Account(models.Model):
    """One MSP. Nothing crosses accounts ([A1])."""

    name = models.CharField(max_length=120, unique=True)
    time_zone = models.CharField(max_length=64, default="UTC", validators=[validate_time_zone])
    tree_limit = models.PositiveIntegerField(
        null=True, blank=True, help_text="How many flows the account may own; blank is no limit."
    )
    attachment_quota_mb = models.PositiveIntegerField(
        default=1024,
        help_text="How many megabytes the files attached to its sessions may take together.",
    )
    close_idle_after_days = models.PositiveIntegerField(
        default=7,
        validators=[MinValueValidator(1)],
        help_text="Idle sessions are closed as cancelled after so many days.",
    )
    retention_days = models.PositiveIntegerField(
        default=default_retention_days,
        validators=[MinValueValidator(1)],
        help_text="Completed sessions are archived and deleted after so many days.",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("name",)
        constraints = (
            models.CheckConstraint(condition=~Q(name=""), name="account_has_name"),
            models.CheckConstraint(
                condition=Q(close_idle_after_days__gte=1, retention_days__gte=1),
                name="account_policies_are_days",
            ),
        )

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        too_long = {
            name: f"At most {MAX_RETENTION_DAYS:,} days."
            for name in ("close_idle_after_days", "retention_days")
            if (getattr(self, name) or 0) > MAX_RETENTION_DAYS
        }
        if too_long:
            raise ValidationError(too_long)


class Team(models.Model):
    """Some people of an account who share flows and prepared sessions."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="teams")
    name = models.CharField(max_length=120)

    class Meta:
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(fields=("account", "name"), name="team_name_once_per_account"),
        )

    def __str__(self) -> str:
        return self.name


class User(AbstractUser):
    """A person or an integration of one account.

    `is_superuser` is the operator of the whole installation and may have no account.
    """

    class Role(models.TextChoices):
        ADMIN = "admin", "Admin"
        AUTHOR = "author", "Author"
        ENGINEER = "engineer", "Engineer"
        VIEWER = "viewer", "Viewer"
        INTEGRATION = "integration", "Integration"

    account = models.ForeignKey(
        Account, models.CASCADE, related_name="users", null=True, blank=True
    )
    team = models.ForeignKey(Team, models.SET_NULL, related_name="users", null=True, blank=True)
    role = models.CharField(max_length=12, choices=Role.choices, default=Role.ENGINEER)
    time_zone = models.CharField(
        max_length=64,
        blank=True,
        validators=[validate_time_zone],
        help_text="Blank: the account's.",
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(role__in=("admin", "author", "engineer", "viewer", "integration")),
                name="user_role_is_known",
            ),
            models.CheckConstraint(
                condition=Q(account__isnull=False) | Q(is_superuser=True),
                name="user_has_account_or_operates",
            ),
        )

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        return self.get_full_name() or self.username

    def clean(self) -> None:
        super().clean()
        if self.team and self.team.account_id != self.account_id:
            raise ValidationError({"team": "Choose a team of the same account."})
        if not self.account_id and not self.is_superuser:
            raise ValidationError({"account": "Everyone but the operator belongs to an account."})

    # -- who may do what ([A2]–[A4]) -----------------------------------------------------------

    @property
    def is_account_admin(self) -> bool:
        return self.role == self.Role.ADMIN

    @property
    def own_account_id(self) -> int:
        """The id of the user's account; `PermissionDenied` for an operator without one."""
        if self.account_id is None:
            raise PermissionDenied("Only people of an account may do this.")
        return self.account_id

    @property
    def may_run_sessions(self) -> bool:
        """Engineers, authors and admins run flows; viewers and integrations only read."""
        return self.account_id is not None and self.role in (
            self.Role.ADMIN,
            self.Role.AUTHOR,
            self.Role.ENGINEER,
        )

    @property
    def may_write_trees(self) -> bool:
        return self.account_id is not None and self.role in (self.Role.ADMIN, self.Role.AUTHOR)

    @property
    def reads_account_sessions(self) -> bool:
        """Admins and integrations read every session of their account ([A2])."""
        return self.account_id is not None and self.role in (
            self.Role.ADMIN,
            self.Role.INTEGRATION,
        )

    @property
    def may_use_admin_site(self) -> bool:
        return self.is_active and (
            self.is_superuser or (self.is_account_admin and self.account_id is not None)
        )


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def visible_to(self, user: User) -> "ApiKeyQuerySet":
        """An admin sees the keys of the account, everyone else their own."""
        if user.is_superuser:
            return self
        if user.is_account_admin:
            return self.filter(user__account_id=user.account_id)
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


class ApiKey(models.Model):
    """A named key of one user, in the shape `rf_<prefix>_<secret>`.

    Only the SHA-256 of the whole key is kept: the secret has 256 random bits, so a slow
    password hash would cost every request and protect nothing. The prefix is what a person can
    recognise in a list.
    """

    LAST_USED_RESOLUTION = timedelta(minutes=1)

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=8)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        verbose_name = "API key"
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"{self.name} (rf_{self.prefix}_…)"

    @staticmethod
    def digest_of(key: str) -> str:
        return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()

    @classmethod
    def issue(
        cls, *, user: User, name: str, expires_at: datetime | None = None
    ) -> tuple["ApiKey", str]:
        """Make a key; answer it with its text, which nobody can be shown again."""
        prefix = secrets.token_hex(4)
        key = f"rf_{prefix}_{secrets.token_urlsafe(32)}"
        made = cls(
            user=user, name=name, prefix=prefix, digest=cls.digest_of(key), expires_at=expires_at
        )
        made.full_clean()
        made.save()
        return made, key

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

    def touch(self) -> None:
        """Remember the use, at most once a minute, so that a busy key writes little."""
        now = timezone.now()
        if self.last_used_at is None or now - self.last_used_at > self.LAST_USED_RESOLUTION:
            self.last_used_at = now
            ApiKey.objects.filter(pk=self.pk).update(last_used_at=now)

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.digest:
            raise ValueError("An API key is made by ApiKey.issue(), which knows its secret.")
        super().save(*args, **kwargs)
