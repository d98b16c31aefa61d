"""Admin pages of accounts, teams, people and API keys."""

from typing import Any, ClassVar

from django.apps import apps
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import (
    AdminPasswordChangeForm,
    AdminUserCreationForm,
    ReadOnlyPasswordHashField,
    ReadOnlyPasswordHashWidget,
    UserChangeForm,
)
from django.contrib.auth.hashers import is_password_usable
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from accounts_app.addresses.tasks import ask_to_confirm_address
from accounts_app.audit_admin import AuditedAdmin
from accounts_app.confirmation import ask_to_confirm
from accounts_app.models import Account, ApiKey, Team, User
from resolutionflow.admin.scoped import OwnChoicesFilter
from resolutionflow.web.row_versions import SEEN_FIELD, digest
from resolutionflow.web.versioned_forms import hidden_seen

admin.site.unregister(Group)  # roles say who may do what; a group would change nothing
# Secrets of second factors and links among them, which even an operator has no use for.
for label in ("account", "mfa", "socialaccount", "usersessions"):
    for of_library in apps.get_app_config(label).get_models():
        if admin.site.is_registered(of_library):
            admin.site.unregister(of_library)


@admin.register(Account)
class AccountAdmin(AuditedAdmin):
    """Accounts. None is deleted here: its sessions are the MSP's records."""

    account_path = "pk"
    account_admins_may = frozenset({"view", "change"})
    operators_may = frozenset({"view", "add", "change"})
    list_display = ("name", "time_zone", "retention_days", "close_idle_after_days", "created_at")
    search_fields = ("name",)
    readonly_fields = ("created_at",)
    operators_own = ("name", "short_name", "tree_limit", "attachment_quota_mb")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        names = super().get_readonly_fields(request, obj)
        # Both names are unique among all accounts, which is not theirs to find out ([A1]).
        return names if request.user.is_superuser else [*names, *self.operators_own]


@admin.register(Team)
class TeamAdmin(AuditedAdmin):
    page_name = "session-list"
    list_display = ("name", "account")
    list_filter = ("account",)
    list_select_related = ("account",)
    search_fields = ("name",)
    autocomplete_fields = ("account",)

    def page_address(self, row: Team) -> str:
        return f"{reverse(self.page_name)}?team_id={row.pk}"


SIGN_IN_HELP = "Switched off, nobody signs in as this user."
# Django's script shows this list where the password would be taken away.
LOSS_HELP = (
    f'{SIGN_IN_HELP}<ul id="id_unusable_warning" class="messagelist">'
    '<li class="warning">The password that is set now would be lost.</li></ul>'
)


class PasswordStatus(ReadOnlyPasswordHashWidget):
    """Whether there is a password, and the button that sets one: no part of its hash."""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        if value and is_password_usable(value):
            context["summary"] = [{"label": "A password is set."}]
        return context


CHANGED_MEANWHILE = (
    "This password was changed elsewhere in the meantime, so nothing was saved. Set yours only if "
    "the new one is still to go."
)


class NewPasswordForm(AdminPasswordChangeForm):
    """A password for somebody else, who chooses their own when they sign in. It is set over the
    one that was there when the page was opened ([S15]).
    """

    usable_password_help_text = LOSS_HELP
    is_stale = False

    @property
    def seen_input(self) -> SafeString:
        now = digest(self.user.password)
        shown_again = self.is_bound and not self.is_stale
        return hidden_seen(SEEN_FIELD, self.data.get(SEEN_FIELD, now) if shown_again else now)

    def clean(self) -> Any:
        seen = self.data.get(SEEN_FIELD)
        if seen not in (None, digest(self.user.password)):
            self.is_stale = True
            raise ValidationError(CHANGED_MEANWHILE)
        return super().clean()

    def save(self, commit: bool = True) -> Any:
        self.user.must_change_password = True
        return super().save(commit)


class NewUserForm(AdminUserCreationForm):
    usable_password = AdminUserCreationForm.create_usable_password_field(SIGN_IN_HELP)

    class Meta(AdminUserCreationForm.Meta):
        model = User
        fields = ("username",)

    def clean_username(self) -> str:
        """Leave it to the model, which knows the account: Django's would name users of others."""
        return self.cleaned_data["username"]


class ChangedUserForm(UserChangeForm):
    password = ReadOnlyPasswordHashField(label="Password", widget=PasswordStatus)

    class Meta(UserChangeForm.Meta):
        model = User


@admin.register(User)
class UserAdmin(AuditedAdmin, DjangoUserAdmin):
    """Users. A person who leaves is switched off, not deleted: sessions keep their engineer."""

    form = ChangedUserForm
    add_form = NewUserForm
    change_password_form = NewPasswordForm
    account_admins_may = operators_may = frozenset({"view", "add", "change"})
    unversioned = ("password", "last_login", "must_change_password")
    list_display = ("username", "sign_in_name", "first_name", "last_name", "role", "team",
                    "account", "is_active")  # fmt: skip
    list_filter = ("role", "is_active", ("team", OwnChoicesFilter), "account")
    list_select_related = ("team", "account")
    search_fields = ("username", "first_name", "last_name", "email")
    ordering = ("username",)
    filter_horizontal = ()
    autocomplete_fields = ("account", "team")
    readonly_fields = ("last_login", "date_joined")
    actions = ("switch_off", "switch_on")
    page_name = "session-list"
    person: ClassVar[Any] = (
        "Person",
        {"fields": ("first_name", "last_name", "email", "time_zone")},
    )
    place: ClassVar[Any] = ("Place", {"fields": ("account", "team", "role", "is_active")})
    operator: ClassVar[Any] = ("Operator", {"fields": ("is_superuser",)})
    times: ClassVar[Any] = ("Times", {"fields": ("last_login", "date_joined")})
    add_fieldsets = (
        (None, {"fields": ("username", "usable_password", "password1", "password2")}),
        person,
        ("Place", {"fields": ("account", "team", "role")}),
    )
    fieldsets = ((None, {"fields": ("username", "password")}), person, place, operator, times)

    def page_address(self, row: User) -> str:
        return f"{reverse(self.page_name)}?owner={row.pk}"

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if request.user.is_superuser:
            return fieldsets
        return [fieldset for fieldset in fieldsets if fieldset[0] != "Operator"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return also what would lock the viewer out, on their own record."""
        names = super().get_readonly_fields(request, obj)
        if obj is not None and obj.pk == request.user.pk:
            return [*names, "role", "is_active", "is_superuser"]
        return names

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only the operator changes an operator's record, its password included."""
        may = super().has_change_permission(request, obj)
        return may and (request.user.is_superuser or not (obj and obj.is_superuser))

    def user_change_password(
        self,
        request: HttpRequest,
        id: str,
        form_url: str = "",
    ) -> HttpResponse:
        """Set somebody else's password; one's own needs the old one, on the page for that."""
        if id == str(request.user.pk):
            return HttpResponseRedirect(reverse("password_change"))
        with transaction.atomic():
            response = super().user_change_password(request, id, form_url)
        form = (getattr(response, "context_data", None) or {}).get("form")
        if getattr(form, "is_stale", False):
            response.status_code = 409
        return response

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.must_change_password = True
        super().save_model(request, obj, form, change)
        if "email" in form.changed_data:
            ask_to_confirm_address(obj, site=request.build_absolute_uri("/"))

    def _changeable(
        self, request: HttpRequest, users: models.QuerySet[User]
    ) -> models.QuerySet[User]:
        viewer: Any = request.user
        others = users.exclude(pk=viewer.pk)
        return others if viewer.is_superuser else others.filter(is_superuser=False)

    @admin.action(
        description="Switch off: they can't sign in, their keys end", permissions=["change"]
    )
    def switch_off(self, request: HttpRequest, users: models.QuerySet[User]) -> None:
        count = User.deactivate(self._changeable(request, users))
        self.message_user(request, f"{count} switched off.", messages.SUCCESS)

    @admin.action(description="Switch on", permissions=["change"])
    def switch_on(self, request: HttpRequest, users: models.QuerySet[User]) -> None:
        count = self._changeable(request, users).update(is_active=True)
        self.message_user(request, f"{count} switched on.", messages.SUCCESS)


@admin.register(ApiKey)
class ApiKeyAdmin(AuditedAdmin):
    """API keys, to list and revoke. The settings page makes them, and shows a key once."""

    account_path = "user__account"
    account_admins_may = operators_may = frozenset({"view"})
    unversioned = ("last_used_at", "last_used_from")
    list_display = ("name", "shown_prefix", "user", "scopes", "created_at", "expires_at",
                    "last_used_at", "last_used_from", "revoked_at")  # fmt: skip
    list_filter = (("revoked_at", admin.EmptyFieldListFilter), "user__account")
    list_select_related = ("user",)
    search_fields = ("name", "prefix", "user__username")
    fields = ("name", "shown_prefix", "user", "scopes", "created_at", "expires_at",
              "last_used_at", "last_used_from", "revoked_at")  # fmt: skip
    actions = ("revoke",)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        title = "API keys (a new one is made on the account's settings page)"
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    @admin.display(description="Key", ordering="prefix")
    def shown_prefix(self, key: ApiKey) -> str:
        return f"rf_{key.prefix}_…"

    @admin.action(description="Revoke: the key stops working at once", permissions=["view"])
    def revoke(self, request: HttpRequest, keys: models.QuerySet[ApiKey]) -> HttpResponse | None:
        asked = ask_to_confirm(request, action="Revoking API keys")
        if asked is not None:
            return asked
        if not request.user.is_superuser:
            keys = keys.filter(user__is_superuser=False)
        count = keys.filter(revoked_at=None).update(revoked_at=timezone.now())
        self.message_user(request, f"{count} revoked.", messages.SUCCESS)
        return None
