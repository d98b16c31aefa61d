"""Admin pages of flows and their published versions."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from accounts_app.audit_admin import AuditedAdmin
from resolutionflow.admin.scoped import (
    OwnChoicesFilter,
    ReadOnlyAdmin,
    format_json,
    format_preformatted,
)
from resolutionflow.admin.typed_filters import DayRangeFilter
from resolutionflow.web.errors import LimitReached
from trees_app.document.advice import Advice
from trees_app.document.shape import Problem
from trees_app.models import NotPublishable, Snapshot, Tree, TreeVersion, format_problem
from trees_app.services import require_capacity

MAX_PROBLEMS = 20


class TreeChangeList(ChangeList):
    def get_queryset(self, *args: Any, **kwargs: Any) -> Any:
        rows: Any = super().get_queryset(*args, **kwargs)
        return rows.without_documents()


class TreeForm(forms.ModelForm):
    """A flow; a new one needs room in its account."""

    def clean(self) -> Any:
        cleaned = super().clean()
        account_id = self.instance.account_id or getattr(
            self.cleaned_data.get("account"), "pk", None
        )
        if self.instance._state.adding and account_id is not None:
            try:
                require_capacity(account_id)
            except LimitReached as limit:
                self.add_error(None, limit.message)
        return cleaned


@admin.register(Tree)
class TreeAdmin(AuditedAdmin):
    """Flows. A published one is switched off rather than deleted: its versions are history."""

    form = TreeForm
    list_display = ("name", "account", "author", "status", "version", "visibility", "is_active",
                    "usage_count")  # fmt: skip
    list_filter = ("status", "tree_type", "visibility", "is_active", "is_default",
                   ("team", OwnChoicesFilter), "account")  # fmt: skip
    list_select_related = ("account", "author")
    page_name = "flow-detail"
    search_fields = ("name",)
    autocomplete_fields = ("account", "author", "team")
    readonly_fields = ("status", "version", "usage_count", "problem_list", "advice_list",
                       "parent", "root", "fork_depth", "fork_reason", "parent_updated_at",
                       "created_at", "updated_at")  # fmt: skip
    actions = ("publish",)
    unversioned = ("usage_count",)
    fieldsets = (
        (None, {"fields": ("account", "name", "description", "category", "tags", "tree_type")}),
        ("Who sees it", {"fields": ("author", "team", "visibility", "is_public", "is_active")}),
        ("Document", {"fields": ("problem_list", "advice_list", "structure", "intake_form")}),
        ("Publication", {"fields": ("status", "version", "is_default", "usage_count")}),
        (
            "Where it comes from",
            {"fields": ("parent", "root", "fork_depth", "fork_reason", "parent_updated_at",
                        "created_at", "updated_at")},
        ),
    )  # fmt: skip

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return TreeChangeList

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return also `is_default` for all but the operator: the product sets it."""
        names = super().get_readonly_fields(request, obj)
        return names if request.user.is_superuser else [*names, "is_default"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        may = super().has_delete_permission(request, obj)
        return may and (obj is None or obj.version == 0)

    @admin.display(description="Forked from")
    def parent(self, tree: Tree) -> str:
        return _origin(tree, tree.parent_tree)

    @admin.display(description="First of its line")
    def root(self, tree: Tree) -> str:
        return _origin(tree, tree.root_tree)

    @admin.display(description="Before it can be published")
    def problem_list(self, tree: Tree) -> SafeString | str:
        problems = tree.problems()
        if not problems:
            return "Nothing stands in the way."
        return _paragraphs(problems)

    @admin.display(description="Advice, which blocks nothing")
    def advice_list(self, tree: Tree) -> SafeString | str:
        return _paragraphs(tree.advice()) or "None."

    @admin.action(description="Publish", permissions=["change"])
    def publish(self, request: HttpRequest, trees: models.QuerySet[Tree]) -> None:
        """Publish each flow that passes the check; list the problems of the others."""
        for tree in trees:
            try:
                published = tree.publish(by=request.user)  # type: ignore[arg-type]
            except NotPublishable as refused:
                lines = [format_problem(problem) for problem in refused.problems[:MAX_PROBLEMS]]
                more = len(refused.problems) - len(lines)
                tail = f" … and {more} more." if more > 0 else ""
                text = f"“{tree.name}” wasn't published: {' '.join(lines)}{tail}"
                self.message_user(request, text, messages.ERROR)
            else:
                text = f"“{tree.name}” is published as version {published.version}."
                self.message_user(request, text, messages.SUCCESS)


def _origin(tree: Tree, origin: Tree | None) -> str:
    """Return the name of a flow that `tree` comes from; one of another account has its name to
    itself once it isn't shared any more ([A1]).
    """
    if origin is None:
        return "–"
    is_shared = origin.is_public and origin.status == Tree.Status.PUBLISHED
    if origin.account_id == tree.account_id or is_shared:
        return origin.name
    return "A flow of another account that isn't shared any more."


def _paragraphs(found: Sequence[Problem | Advice]) -> SafeString:
    """Return a paragraph for each, up to a bound, and how many more there are."""
    lines = [(format_problem(one),) for one in found[:MAX_PROBLEMS]]
    if len(found) > MAX_PROBLEMS:
        lines.append((f"… and {len(found) - MAX_PROBLEMS} more.",))
    return format_html_join("", "<p>{}</p>", lines)


@admin.register(TreeVersion)
class TreeVersionAdmin(ReadOnlyAdmin):
    account_path = "tree__account"
    page_name = "flow-detail"
    list_display = ("tree", "version", "published_by", "published_at")
    list_select_related = ("tree", "published_by")
    list_filter = (("published_at", DayRangeFilter),)
    search_fields = ("tree__name",)
    ordering = ("-published_at", "-pk")
    fields = ("tree", "version", "published_by", "published_at", "structure_text", "intake_text")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return TreeVersionList

    def page_address(self, row: TreeVersion) -> str:
        return reverse(self.page_name, args=[row.tree_id])

    @admin.display(description="Structure")
    def structure_text(self, version: TreeVersion) -> SafeString:
        return format_preformatted(format_json(version.structure))

    @admin.display(description="Intake form")
    def intake_text(self, version: TreeVersion) -> SafeString:
        return format_preformatted(format_json(version.intake_form))


class TreeVersionList(ChangeList):
    def get_queryset(self, *args: Any, **kwargs: Any) -> Any:
        rows = super().get_queryset(*args, **kwargs)
        return rows.defer("tree__structure", "tree__intake_form")


class SnapshotList(ChangeList):
    def get_queryset(self, *args: Any, **kwargs: Any) -> Any:
        return super().get_queryset(*args, **kwargs).defer("document", "digest")


@admin.register(Snapshot)
class SnapshotAdmin(ReadOnlyAdmin):
    """What sessions and versions run; one that nothing points to is deleted by the housekeeping."""

    list_display = ("shown_name", "account", "size", "created_at")
    list_select_related = ("account",)
    list_filter = ("created_at",)
    ordering = ("-created_at", "-pk")
    fields = ("account", "shown_digest", "size", "created_at", "document_text")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return SnapshotList

    @admin.display(description="Flow")
    def shown_name(self, snapshot: Snapshot) -> str:
        return str(snapshot)

    @admin.display(description="SHA-256")
    def shown_digest(self, snapshot: Snapshot) -> str:
        return bytes(snapshot.digest).hex()

    @admin.display(description="What was frozen")
    def document_text(self, snapshot: Snapshot) -> SafeString:
        return format_preformatted(format_json(snapshot.document))
