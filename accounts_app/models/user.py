"""The people and integrations of an account, and who may do what."""

from collections.abc import Iterator
from typing import Any, ClassVar
from uuid import UUID

from django.contrib.auth.models import AbstractUser
from django.contrib.auth.models import UserManager as DjangoUserManager
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from accounts_app.models.account import Account
from accounts_app.models.audit_entry import Action, AuditEntry, ObjectType
from accounts_app.models.audited import AuditedModel, AuditedQuerySet, Changes
from accounts_app.models.team import Team
from accounts_app.models.time_zone import TimeZoneField
from resolutionflow.uuid_model import UUIDModel

# As Django has them, and what else stands in the principal names of directories: o'brien@…,
# ben_fabrikam.com#EXT#@…
validate_user_name = RegexValidator(
    r"^[\w.@+\-'!#^~]+\Z", "Use letters, digits and @ . + - _ ' ! # ^ ~ only."
)


class SignInNameField(models.CharField):
    """The user name with the account's short name, in small letters: `ana@northwind`.

    Written at every save, so that nothing has to keep it.
    """

    def pre_save(self, model_instance: Any, add: bool) -> str:
        value = model_instance.made_sign_in_name()
        setattr(model_instance, self.attname, value)
        return value


class UserManager(DjangoUserManager.from_queryset(AuditedQuerySet["User"])):  # type: ignore[misc]
    use_in_migrations = False


class User(AuditedModel, UUIDModel, AbstractUser):
    """A person or an integration of one account.

    `is_superuser` is the operator of the whole installation and may have no account.
    """

    audited_as = ObjectType.USER
    audited_fields = (
        "username",
        "first_name",
        "last_name",
        "email",
        "account",
        "team",
        "role",
        "is_active",
        "is_superuser",
        "password",
    )

    class Role(models.TextChoices):
        ADMIN = "admin", "Admin"
        AUTHOR = "author", "Author"
        ENGINEER = "engineer", "Engineer"
        VIEWER = "viewer", "Viewer"
        INTEGRATION = "integration", "Integration"

    class AnswerKeys(models.TextChoices):
        DIGITS = "digits", "1 to 9"
        ALT = "alt", "Alt and 1 to 9"
        OFF = "off", "None"

    # Set before a new password is saved by somebody who was asked; otherwise it ends the keys.
    keeps_api_keys = False
    # Engineers, authors and admins run flows; viewers and integrations only read.
    RUNNER_ROLES = (Role.ADMIN, Role.AUTHOR, Role.ENGINEER)

    username = models.CharField(
        "user name",
        max_length=150,
        validators=[validate_user_name],
        help_text="Once within the account. Letters, digits and @ . + - _ ' ! # ^ ~",
    )
    sign_in_name = SignInNameField(max_length=191, unique=True, editable=False)
    account = models.ForeignKey(
        Account, models.CASCADE, related_name="users", null=True, blank=True
    )
    team = models.ForeignKey(Team, models.SET_NULL, related_name="users", null=True, blank=True)
    role = models.CharField(max_length=12, choices=Role.choices, default=Role.ENGINEER)
    time_zone = TimeZoneField(blank=True)
    must_change_password = models.BooleanField(
        default=False, help_text="Somebody else chose it: a new one is asked for first."
    )
    # Who speaks to the computer, or brushes keys, must be able to switch these off (WCAG 2.1.4).
    single_key_shortcuts = models.BooleanField(
        "single-key shortcuts",
        default=True,
        help_text="Letters, digits and signs that act without Ctrl or Alt.",
    )
    answer_keys = models.CharField(
        "keys of answers and outcomes",
        max_length=6,
        choices=AnswerKeys,
        default=AnswerKeys.DIGITS,
        help_text="Plain digits need single-key shortcuts. With Alt they act without them, too.",
    )

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        indexes = (
            models.Index(Lower("username"), name="user_by_name"),
            models.Index(Lower("email"), name="user_by_email"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(role__in=("admin", "author", "engineer", "viewer", "integration")),
                name="user_role_is_known",
            ),
            models.CheckConstraint(
                condition=Q(account__isnull=False) | Q(is_superuser=True),
                name="user_has_account_or_operates",
            ),
            models.CheckConstraint(
                condition=Q(answer_keys__in=("digits", "alt", "off")),
                name="user_answer_keys_are_known",
            ),
        )

    def __str__(self) -> str:
        return self.display_name

    _keeps_password = False

    @property
    def display_name(self) -> str:
        return self.get_full_name() or self.username

    @property
    def active_answer_keys(self) -> str:
        """Return which keys choose answers: plain digits only with single-key shortcuts ([U4])."""
        plain = self.answer_keys == self.AnswerKeys.DIGITS
        return self.AnswerKeys.OFF if plain and not self.single_key_shortcuts else self.answer_keys

    def made_sign_in_name(self) -> str:
        """Return the name that is unique in the whole installation ([I6]).

        An operator without an account has the user name alone.
        """
        name = self.username.lower()
        return f"{name}@{self.account.short_name}" if self.account else name

    def clean(self) -> None:
        super().clean()
        others = User.objects.filter(sign_in_name=self.made_sign_in_name()).exclude(pk=self.pk)
        if others.exists():
            raise ValidationError(
                {"username": f"“{self.username}” is taken already. Choose another user name."}
            )
        if self.team and self.team.account_id != self.account_id:
            raise ValidationError({"team": "Choose a team of the same account."})
        if not self.account_id and not self.is_superuser:
            raise ValidationError({"account": "Everyone but the operator belongs to an account."})

    # -- what the audit log has of a user ------------------------------------------------------

    def audited_name(self) -> str:
        return self.username

    def audited_facts(self) -> dict[str, Any]:
        return {"role": self.role, "display_name": self.display_name}

    def actions_of(self, changes: Changes) -> Iterator[tuple[Action, dict[str, Any]]]:
        if changes.pop("password", None):
            yield Action.PASSWORD_CHANGED, {}
        if changes:
            yield from super().actions_of(changes)

    def check_password(self, raw_password: str | None) -> bool:
        """As Django's, which may store the same password anew, by a better hash: no change."""
        self._keeps_password = True
        try:
            return super().check_password(raw_password)
        finally:
            self._keeps_password = False

    def change_entries(self, before: dict[str, Any], after: dict[str, Any]) -> list[AuditEntry]:
        if self._keeps_password:
            after = {**after, "password": before["password"]}
        return super().change_entries(before, after)

    # -- saving --------------------------------------------------------------------------------

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; a new password, and being deactivated, end the user's API keys and browser sessions
        for good ([I5]). The page of a new password keeps its own browser signed in.

        Whoever had learnt the old password may have made a key with it, and somebody who comes back
        must not find keys working that nobody thought of.
        """
        # Django's own note of a password that was set and isn't saved yet.
        is_new_password = getattr(self, "_password", None) is not None
        signs_out = not self._state.adding and (not self.is_active or is_new_password)
        ends_keys = signs_out and not (self.is_active and self.keeps_api_keys)
        changed = kwargs.get("update_fields")
        if changed is not None and {"username", "account"} & set(changed):
            kwargs["update_fields"] = {*changed, "sign_in_name"}
        with transaction.atomic():
            super().save(*args, **kwargs)
            if ends_keys:
                self.api_keys.filter(revoked_at=None).update(revoked_at=timezone.now())
            if signs_out:
                self.browser_sessions.all().delete()

    @classmethod
    def deactivate(cls, users: "models.QuerySet[User]") -> int:
        """Deactivate `users`, which ends their API keys for good; return how many there are."""
        with transaction.atomic():
            chosen = list(users.order_by("pk").select_for_update(of=("self",)))
            for user in chosen:
                user.is_active = False
                user.save(update_fields=["is_active"])
        return len(chosen)

    # -- who may do what ([A2]–[A4]) -----------------------------------------------------------

    @property
    def is_account_admin(self) -> bool:
        return self.role == self.Role.ADMIN

    @property
    def administers_account(self) -> bool:
        """Whether they are an admin of an account; an operator may have none."""
        return self.is_account_admin and self.account_id is not None

    def administered_account(self, refusal: str) -> Account:
        """Return the account that they are an admin of; others get `PermissionDenied`."""
        if not self.administers_account or self.account is None:
            raise PermissionDenied(refusal)
        return self.account

    @property
    def own_account_id(self) -> UUID:
        """The id of the user's account; `PermissionDenied` for an operator without one."""
        if self.account_id is None:
            raise PermissionDenied("Only people of an account may do this.")
        return self.account_id

    @property
    def may_run_sessions(self) -> bool:
        return self.account_id is not None and self.role in self.RUNNER_ROLES

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
        return self.is_active and (self.is_superuser or self.administers_account)
