"""One MSP: its name, time zone, limits and policies."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models, transaction
from django.db.models import Q
from django.utils.text import slugify

from accounts_app.models.audit_entry import ObjectType
from accounts_app.models.audited import AuditedModel, AuditedQuerySet
from accounts_app.models.time_zone import TimeZoneField
from resolutionflow.json_shapes import ShapedJSONField, list_of, text
from resolutionflow.redaction import (
    PatternError,
    Policy,
    check_allowed,
    check_own_patterns,
    families,
    parse_policy,
)
from resolutionflow.uuid_model import UUIDModel
from resolutionflow.web.errors import DomainError

# A hundred years; more days than that don't fit in a date.
MAX_RETENTION_DAYS = 36_500
# Browsers forget a sign-in after that anyway (`SESSION_COOKIE_AGE`).
MAX_IDLE_MINUTES = 14 * 24 * 60
MAX_SHORT_NAME = 40
# What can't be taken for an address of mail behind an @, and is no name of this machine.
validate_short_name = RegexValidator(
    r"\A(?!localhost\Z)[a-z0-9]+(-[a-z0-9]+)*\Z",
    "Use small letters, digits and hyphens between them.",
)


def default_retention_days() -> int:
    return settings.SESSION_RETENTION_DAYS


class UnusablePolicy(DomainError):
    """What the account stored about redaction can't be used; without it nothing is masked."""

    status = 422


class Account(AuditedModel, UUIDModel):
    """One MSP. Nothing crosses accounts ([A1])."""

    audited_as = ObjectType.ACCOUNT
    audited_fields = (
        "name",
        "short_name",
        "time_zone",
        "tree_limit",
        "attachment_quota_mb",
        "close_idle_after_days",
        "retention_days",
        "redaction_allowed",
        "redaction_patterns",
        "redaction_families_off",
    )

    name = models.CharField(max_length=120, unique=True)
    short_name = models.CharField(
        max_length=MAX_SHORT_NAME,
        unique=True,
        blank=True,
        validators=[validate_short_name],
        help_text="Stands behind the @ of sign-in names: ana@northwind. Blank: made of the name.",
    )
    time_zone = TimeZoneField(default="UTC")
    tree_limit = models.PositiveIntegerField(
        null=True, blank=True, help_text="How many flows the account may own; blank is no limit."
    )
    attachment_quota_mb = models.PositiveIntegerField(
        default=1024,
        help_text="How many megabytes the files attached to its sessions may take together.",
    )
    requires_second_factor = models.BooleanField(
        "require a second factor",
        default=False,
        help_text="Everybody of the account adds an authenticator app or a passkey first.",
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
    idle_timeout_minutes = models.PositiveIntegerField(
        "sign out after minutes",
        null=True,
        blank=True,
        validators=[MinValueValidator(5), MaxValueValidator(MAX_IDLE_MINUTES)],
        help_text="Who does nothing for so many minutes must sign in again; blank: two weeks.",
    )
    redaction_allowed = models.TextField(
        "what stays unmasked",
        blank=True,
        default="",
        help_text="One text a line that is never masked; an expression between slashes: /…/.",
    )
    redaction_patterns = models.TextField(
        "own patterns",
        blank=True,
        default="",
        help_text="One a line, “name: regular expression”; what it matches is masked.",
    )
    redaction_families_off = ShapedJSONField(
        "rules not used",
        shape=list_of(text),
        blank=True,
        default=list,
        help_text="Names of families of rules that are not used.",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = AuditedQuerySet["Account"].as_manager()

    class Meta:
        ordering = ("name",)
        constraints = (
            models.CheckConstraint(condition=~Q(name=""), name="account_has_name"),
            models.CheckConstraint(
                condition=Q(
                    close_idle_after_days__range=(1, MAX_RETENTION_DAYS),
                    retention_days__range=(1, MAX_RETENTION_DAYS),
                ),
                name="account_policies_are_days",
            ),
            models.CheckConstraint(
                condition=Q(idle_timeout_minutes=None)
                | Q(idle_timeout_minutes__gte=5, idle_timeout_minutes__lte=MAX_IDLE_MINUTES),
                name="account_idle_timeout_is_sane",
            ),
        )

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; people sign in with the new short name when it has changed ([I6])."""
        is_new = self._state.adding
        if not self.short_name:
            self.short_name = free_short_name(self.name)
        with transaction.atomic():
            super().save(*args, **kwargs)
            if not is_new:
                for user in self.users.exclude(sign_in_name__endswith=f"@{self.short_name}"):
                    user.save(update_fields=["username"])

    def audited_account_id(self) -> UUID:
        return self.pk

    def redaction_policy(self) -> Policy:
        """Return what the account changes about redaction.

        Raises `UnusablePolicy` for an expression that was stored and can't be used, by another
        release of Python for example: leaving it out would show what it was to mask.
        """
        try:
            return parse_policy(
                self.redaction_allowed, self.redaction_patterns, tuple(self.redaction_families_off)
            )
        except PatternError as error:
            raise UnusablePolicy(
                f"The account's own redaction settings can't be used: {error} "
                "An admin can correct them in the settings."
            ) from None

    def clean(self) -> None:
        super().clean()
        too_long = {
            name: f"At most {MAX_RETENTION_DAYS:,} days."
            for name in ("close_idle_after_days", "retention_days")
            if (getattr(self, name) or 0) > MAX_RETENTION_DAYS
        }
        problems: dict[str, str] = too_long | self._redaction_problems()
        if problems:
            raise ValidationError(problems)

    def _redaction_problems(self) -> dict[str, str]:
        problems = {}
        for name, check in (
            ("redaction_allowed", check_allowed),
            ("redaction_patterns", check_own_patterns),
        ):
            try:
                check(getattr(self, name))
            except PatternError as error:
                problems[name] = str(error)
        off = self.redaction_families_off
        if not isinstance(off, list) or not all(name in families() for name in off):
            problems["redaction_families_off"] = "Choose from the list of families."
        return problems


def free_short_name(name: str) -> str:
    """Return a short name for an account called `name` that no account has yet."""
    stem = slugify(name)[: MAX_SHORT_NAME - 6].strip("-_").replace("_", "-") or "account"
    taken = set(
        Account.objects.filter(short_name__startswith=stem).values_list("short_name", flat=True)
    )
    number, short_name = 1, stem
    while short_name in taken or short_name == "localhost":
        number += 1
        short_name = f"{stem}-{number}"
    return short_name
