"""Base of the admin pages: an account's admin sees and changes that account alone.

Who may do what follows from the role, not from Django's permissions: the operator
(`is_superuser`) works on every account, an account's admin on their own ([A1]), and nobody else
has access.
"""

import json
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.db import models
from django.db.models.constants import LOOKUP_SEP
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString

from resolutionflow.admin.versioned import VersionedAdmin
from resolutionflow.json_shapes import is_deep
from resolutionflow.web.text import unstorable_message

MAX_COUNT = 10_000
# What a list may be narrowed by, after the name of a column or of a filter.
COMPARISONS = frozenset(
    {
        "exact",
        "id__exact",
        "pk__exact",
        "in",
        "isnull",
        "isempty",
        "icontains",
        "gt",
        "gte",
        "lt",
        "lte",
    }
)


class BoundedPaginator(Paginator):
    """Counts up to 10,000 rows, so that a list of millions costs what a short one costs."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return rows.order_by()[:MAX_COUNT].count()


class ReadableJSONField(forms.JSONField):
    """JSON to edit, indented, with its letters as letters; nothing that can't be stored."""

    def to_python(self, value: Any) -> Any:
        try:
            read = super().to_python(value)
        except (ValueError, RecursionError):  # thousands of digits, thousands of levels
            read = None
            problem = "This can't be read as JSON."
        else:
            problem = "This is nested too deeply." if is_deep(read) else unstorable_message(read)
        if problem:
            raise forms.ValidationError(problem)
        return read

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, forms.fields.InvalidJSONInput):
            return value
        # What was refused is shown again, half of a character pair as a question mark.
        return format_json(value).encode("utf-8", "replace").decode()


def format_json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def format_preformatted(text: str) -> SafeString:
    """Return `text` as typed, with its line breaks, for a read-only field."""
    return format_html("<pre>{}</pre>", text)


def uuid_or_none(text: str) -> UUID | None:
    """Return the id that somebody typed; None for anything else."""
    try:
        return UUID(text.strip())
    except ValueError:
        return None


def _filter_name(one: Any) -> str:
    """Return the parameter that an entry of `list_filter` asks by."""
    name = one[0] if isinstance(one, tuple | list) else one
    return name if isinstance(name, str) else name.parameter_name


class OwnChoicesFilter(admin.RelatedFieldListFilter):
    """A filter by a related object that offers only those of the viewer's account."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> Any:
        rows = scoped_choices(model_admin.admin_site, field.remote_field.model, request)
        return [(row.pk, str(row)) for row in rows[:200]]


class IdAutocomplete(AutocompleteSelect):
    """A choice of a row, which shows a form again too that was sent with an id that is none."""

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        ids = [text for text in value if not text or uuid_or_none(str(text))]
        return super().optgroups(name, ids, attr)


def scoped_choices(site: admin.AdminSite, model: type[models.Model], request: HttpRequest) -> Any:
    """Return the rows of `model` that the viewer may choose: those of its admin page."""
    return site.get_model_admin(model).get_queryset(request)


class AccountScopedAdmin(VersionedAdmin):
    """An admin page that shows an account's admin the rows of that account alone.

    `account_path` leads from the model to its account (`"account"`, `"user__account"`; `"pk"`
    for the account itself). A field called `account` is hidden from account admins and filled in
    for them; the operator chooses it once, on adding.
    """

    account_path = "account"
    account_admins_may = frozenset({"view", "add", "change", "delete"})
    operators_may = frozenset({"view", "add", "change", "delete"})
    hidden_columns: ClassVar[frozenset[str]] = frozenset({"password", "digest"})
    # The name of the address of a row's own page in the product; "" where rows have none.
    page_name = ""
    view_on_site = False
    show_full_result_count = False
    list_per_page = 50
    list_max_show_all = 0
    paginator = BoundedPaginator
    formfield_overrides: ClassVar[dict[Any, Any]] = {
        models.JSONField: {
            "form_class": ReadableJSONField,
            "widget": forms.Textarea(attrs={"rows": 24, "cols": 100, "spellcheck": "false"}),
        }
    }

    # -- which rows ----------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        rows = super().get_queryset(request)
        user: Any = request.user
        if user.is_superuser:
            return rows
        if user.account_id is None:
            return rows.none()
        return rows.filter(**{self.account_path: user.account_id})

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Allow what the list's filters ask for and plain comparisons of shown columns.

        A list narrowed by anything else would show, letter by letter, what its viewer may not
        read: password hashes of users, sessions of other accounts that ran a public flow ([A1]).
        """
        shown = {*flatten_fieldsets(self.get_fieldsets(request)), *self.get_list_display(request)}
        own = {field.name for field in self.opts.concrete_fields}
        names = {_filter_name(one) for one in self.get_list_filter(request)}
        names |= (shown | {"id"}) & own - self.hidden_columns
        return any(
            lookup == name or lookup.removeprefix(f"{name}{LOOKUP_SEP}") in COMPARISONS
            for name in names
        )

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        try:
            return super().get_changelist_instance(request)
        except ValueError:  # of a column that reads its values when the list is counted
            raise BadRequest("This list can't be narrowed by that.") from None

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request) and "widget" not in kwargs:
            using = kwargs.get("using")
            kwargs["widget"] = IdAutocomplete(db_field, self.admin_site, using=using)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_field_queryset(self, db: str | None, db_field: Any, request: HttpRequest) -> Any:
        """Return the choices of a foreign key: the rows that the viewer's own lists show."""
        model = db_field.remote_field.model
        if not self.admin_site.is_registered(model):
            return super().get_field_queryset(db, db_field, request)
        return scoped_choices(self.admin_site, model, request)

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str
    ) -> HttpResponse:
        raise Http404("There is nothing at this address.")

    # -- who may -------------------------------------------------------------------------------

    def _may(self, request: HttpRequest, action: str) -> bool:
        user: Any = request.user
        if not getattr(user, "may_use_admin_site", False):
            return False
        return action in (self.operators_may if user.is_superuser else self.account_admins_may)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._may(request, "view")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, "view")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, "add")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, "change")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, "delete")

    # -- the account of a row ------------------------------------------------------------------

    def get_list_display(self, request: HttpRequest) -> Any:
        """Return also *Page*, for who has an account: an operator without one sees no such page."""
        user: Any = request.user
        has_pages = self.page_name and user.account_id is not None
        names = self._without_account(request, super().get_list_display(request))
        return [names[0], "page", *names[1:]] if has_pages else names

    @admin.display(description="Page")
    def page(self, row: Any) -> SafeString | str:
        address = self.page_address(row)
        return format_html('<a href="{}">Open</a>', address) if address else "–"

    def page_address(self, row: Any) -> str:
        """Return the address of the row's own page in the product; "" where it has none."""
        return reverse(self.page_name, args=[row.pk])

    def get_list_filter(self, request: HttpRequest) -> Any:
        return self._without_account(request, super().get_list_filter(request))

    @staticmethod
    def _without_account(request: HttpRequest, names: Any) -> list[Any]:
        if request.user.is_superuser:
            return list(names)
        return [name for name in names if name not in ("account", "user__account")]

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> Any:
        excluded = list(super().get_exclude(request, obj) or ())
        return excluded if request.user.is_superuser else [*excluded, "account"]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if request.user.is_superuser:
            return fieldsets
        return [
            (title, {**options, "fields": [f for f in options["fields"] if f != "account"]})
            for title, options in fieldsets
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return also `account` for rows that have one: their history must not change accounts."""
        names = list(super().get_readonly_fields(request, obj))
        has_account = obj is not None and getattr(obj, "account_id", None) is not None
        return [*names, "account"] if has_account and request.user.is_superuser else names

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        user: Any = request.user
        if user.is_superuser or not hasattr(self.model, "account_id"):
            return form
        return type("OwnAccountForm", (_OwnAccountForm, form), {"own_account": user.account_id})


class _OwnAccountForm(forms.ModelForm):
    """Fills in the account before anything is checked, and has it take part in the checks."""

    own_account: UUID | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance._state.adding:
            self.instance.account_id = self.own_account

    def _get_validation_exclusions(self) -> set[str]:
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return excluded - {"account"}


class ReadOnlyAdmin(AccountScopedAdmin):
    """Recorded evidence: read by those who may, changed by nobody here."""

    account_admins_may = operators_may = frozenset({"view"})
