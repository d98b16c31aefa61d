"""A flow, and who sees and changes it."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest, Upper

from accounts_app.models import (
    Account,
    Action,
    AuditedModel,
    AuditedQuerySet,
    Changes,
    ObjectType,
    Team,
    User,
)
from resolutionflow.json_shapes import ShapedJSONField
from resolutionflow.postgresql import MAX_COUNT
from resolutionflow.uuid_model import UUIDModel
from trees_app.document import check, shape, stored
from trees_app.document.advice import Advice, find_advice
from trees_app.document.shape import Problem
from trees_app.models.snapshot import Snapshot
from trees_app.models.tree_version import TreeVersion
from trees_app.models.validators import validate_intake_form, validate_shape


class NotPublishable(Exception):
    """The full check found problems; `problems` has every one of them ([T2])."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems


class TreeQuerySet(AuditedQuerySet["Tree"]):
    """Who may see, start and change which flows; pages and API start here."""

    def shared_with(self, user: User) -> "TreeQuerySet":
        """The trees that reach `user` by authorship or sharing ([A3]), whatever their status.

        `is_public` is the one deliberate way across accounts: whoever sets it shares the flow
        with everyone.
        """
        if user.is_superuser:
            return self
        if user.account_id is None:
            return self.none()
        return self.filter(self._shared(user) | self._editable(user))

    def visible_to(self, user: User) -> "TreeQuerySet":
        """The trees that `user` may read: what is shared, and drafts of their own or that they may
        edit.
        """
        if user.is_superuser:
            return self
        if user.account_id is None:
            return self.none()
        published = Q(status=Tree.Status.PUBLISHED)
        own = Q(account_id=user.account_id, author=user)
        return self.filter((published & self._shared(user)) | self._editable(user) | own)

    def editable_by(self, user: User) -> "TreeQuerySet":
        """The trees that `user` may change ([A3])."""
        return self if user.is_superuser else self.filter(self._editable(user))

    @staticmethod
    def _shared(user: User) -> Q:
        within = Q(author=user) | Q(visibility=Tree.Visibility.ACCOUNT)
        if user.team_id is not None:
            within |= Q(visibility=Tree.Visibility.TEAM, team_id=user.team_id)
        return Q(is_public=True) | (Q(account_id=user.account_id) & within)

    @staticmethod
    def _editable(user: User) -> Q:
        """An admin changes the account's trees, an author their own, and whoever saved a draft
        from a session that draft, as long as their role writes anything ([A4]).
        """
        own = Q(account_id=user.account_id)
        if user.is_account_admin:
            return own
        if user.may_write_trees:
            return own & Q(author=user)
        if user.may_run_sessions:
            return own & Q(author=user, status=Tree.Status.DRAFT)
        return Q(pk__in=[])

    def startable(self) -> "TreeQuerySet":
        """The trees that are published and switched on."""
        return self.filter(status=Tree.Status.PUBLISHED, is_active=True)

    def without_documents(self) -> "TreeQuerySet":
        """For lists: everything but the large JSON fields."""
        return self.defer("structure", "intake_form")

    def search(self, text: str) -> "TreeQuerySet":
        """Trees whose name, category, description or a tag contains `text`."""
        return self.filter(
            Q(name__icontains=text)
            | Q(category__icontains=text)
            | Q(description__icontains=text)
            | Q(tags__icontains=text)
        )


class Tree(AuditedModel, UUIDModel):
    """A flow. `structure` and `intake_form` are the working copy of its author; what engineers
    run is the copy that was published last, so half-finished edits never reach a session.
    """

    audited_as = ObjectType.FLOW
    audited_fields = (
        "name",
        "account",
        "team",
        "author",
        "status",
        "version",
        "visibility",
        "is_public",
        "is_active",
        "is_default",
    )

    class Type(models.TextChoices):
        TROUBLESHOOTING = "troubleshooting", "Troubleshooting"
        PROCEDURAL = "procedural", "Procedural"
        MAINTENANCE = "maintenance", "Maintenance"

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        PUBLISHED = "published", "Published"

    class Visibility(models.TextChoices):
        PRIVATE = "private", "Only me"
        TEAM = "team", "My team"
        ACCOUNT = "account", "Everyone in the account"

    # Without an index of its own: others begin with it.
    account = models.ForeignKey(Account, models.CASCADE, related_name="trees", db_index=False)
    team = models.ForeignKey(Team, models.SET_NULL, related_name="trees", null=True, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="trees", null=True, blank=True
    )
    name = models.CharField(max_length=255)
    description = models.TextField(blank=True, max_length=5_000)
    category = models.CharField(max_length=100, blank=True)
    tags = ArrayField(models.CharField(max_length=50), default=list, blank=True, size=30)
    tree_type = models.CharField(max_length=16, choices=Type.choices, default=Type.TROUBLESHOOTING)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    is_active = models.BooleanField(default=True)
    visibility = models.CharField(
        max_length=10, choices=Visibility.choices, default=Visibility.ACCOUNT
    )
    is_public = models.BooleanField(
        default=False, help_text="Everyone on this installation may read and start it."
    )
    is_default = models.BooleanField(default=False, help_text="Came with the product.")
    version = models.PositiveIntegerField(default=0, help_text="Rises by one at each publish.")
    structure = ShapedJSONField(
        default=shape.empty_structure, validators=[validate_shape], shape=stored.read_structure
    )
    intake_form = ShapedJSONField(
        default=list,
        blank=True,
        validators=[validate_intake_form],
        help_text="Its variables.",
        shape=stored.read_intake_form,
    )
    node_count = models.PositiveIntegerField(default=0, editable=False, help_text="For lists.")
    usage_count = models.PositiveIntegerField(default=0, editable=False)
    parent_tree = models.ForeignKey(
        "self", models.SET_NULL, related_name="forks", null=True, blank=True
    )
    root_tree = models.ForeignKey(
        "self", models.SET_NULL, related_name="descendants", null=True, blank=True
    )
    fork_depth = models.PositiveIntegerField(default=0)
    fork_reason = models.CharField(max_length=500, blank=True)
    parent_updated_at = models.DateTimeField(
        null=True, blank=True, help_text="How new the parent was when this was forked."
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = TreeQuerySet.as_manager()

    class Meta:
        verbose_name = "flow"
        ordering = ("name", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(tree_type__in=("troubleshooting", "procedural", "maintenance")),
                name="tree_type_is_known",
            ),
            models.CheckConstraint(
                condition=Q(status__in=("draft", "published")), name="tree_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(visibility__in=("private", "team", "account")),
                name="tree_visibility_is_known",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="tree_has_name"),
            # So that one more always fits.
            models.CheckConstraint(
                condition=Q(
                    version__lte=MAX_COUNT, usage_count__lte=MAX_COUNT, fork_depth__lte=MAX_COUNT
                ),
                name="tree_counts_have_room",
            ),
        )
        indexes = (
            models.Index(fields=("account", "name", "id"), name="tree_account_name"),
            models.Index(fields=("account", "-usage_count"), name="tree_account_usage"),
            # Public trees are few: they are looked up across accounts.
            models.Index(fields=("name",), condition=Q(is_public=True), name="tree_public"),
            GinIndex(OpClass(Upper("name"), name="gin_trgm_ops"), name="tree_name_trigram"),
        )

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        errors: dict[str, str] = {}
        if not self.name.strip():
            errors["name"] = "A flow needs a name."
        if self.visibility == self.Visibility.TEAM and self.team_id is None:
            errors["visibility"] = "Choose a team, or share the flow with the account."
        if self.team and self.team.account_id != self.account_id:
            errors["team"] = "Choose a team of the same account."
        if self.author and self.author.account_id not in (self.account_id, None):
            errors["author"] = "The author must belong to the account."
        if errors:
            raise ValidationError(errors)

    def audited_facts(self) -> dict[str, Any]:
        return {"status": self.status, "visibility": self.visibility, "is_public": self.is_public}

    def actions_of(self, changes: Changes) -> Iterator[tuple[Action, dict[str, Any]]]:
        if "version" in changes:
            changes.pop("status", None)
            yield Action.PUBLISHED, {"version": changes.pop("version")[1]}
        if changes:
            yield from super().actions_of(changes)

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding and kwargs.get("update_fields") is None:
            # What sessions count in SQL is never written back from an older read ([T5]).
            counted = {"id", "usage_count"}
            kwargs["update_fields"] = [
                field.name for field in self._meta.concrete_fields if field.name not in counted
            ]
        if kwargs.get("update_fields") is None or "structure" in kwargs["update_fields"]:
            self.node_count = len(self.structure.get("nodes") or {})
            if kwargs.get("update_fields") is not None:
                kwargs["update_fields"] = [*kwargs["update_fields"], "node_count"]
        super().save(*args, **kwargs)

    @property
    def is_startable(self) -> bool:
        return self.status == self.Status.PUBLISHED and self.is_active

    def may_batch(self, user: User) -> bool:
        """Whether `user` may run it over several targets ([S11]): maintenance, no other team.

        The team of a public flow of another account says nothing.
        """
        is_ours = self.account_id != user.account_id or self.team_id in (None, user.team_id)
        return self.tree_type == self.Type.MAINTENANCE and self.is_startable and is_ours

    def problems(self) -> list[Problem]:
        """What keeps the working copy from being published; empty when nothing does."""
        return check.publish_problems(self.structure, self.intake_form)

    def advice(self) -> list[Advice]:
        """Return what is likely to go wrong with the working copy, and blocks nothing ([F4])."""
        return find_advice(self.structure, self.intake_form)

    def publish(self, *, by: User | None) -> TreeVersion:
        """Freeze the working copy as the next version; raise `NotPublishable` with every problem.

        The row is locked, so two who publish at once get two versions, not one twice.
        """
        with transaction.atomic():
            locked = Tree.objects.select_for_update().get(pk=self.pk)
            if problems := locked.problems():
                raise NotPublishable(problems)
            locked.version += 1
            locked.status = self.Status.PUBLISHED
            if by is not None and not (by.may_write_trees or by.is_superuser):
                # Theirs alone, until an author or admin shares it ([S9]).
                locked.visibility, locked.is_public = self.Visibility.PRIVATE, False
            locked.save(
                update_fields=["version", "status", "visibility", "is_public", "updated_at"]
            )
            published = TreeVersion.objects.create(
                tree=locked,
                version=locked.version,
                snapshot_id=locked.freeze(locked, account_id=locked.account_id),
                published_by=by,
            )
        self.refresh_from_db()
        return published

    def published_content(self) -> "Tree | TreeVersion":
        """What a session started now would run: the newest version, or a never-published copy."""
        return self.versions.order_by("-version").first() or self

    def frozen_content(self, content: "Tree | TreeVersion") -> dict[str, Any]:
        """Return what is frozen of the flow with the documents of `content` ([T4])."""
        return {
            "name": self.name,
            "description": self.description,
            "category": self.category,
            "version": content.version,
            "tree_type": self.tree_type,
            "intake_form": content.intake_form,
            "structure": content.structure,
        }

    def freeze(self, content: "Tree | TreeVersion", *, account_id: UUID) -> UUID:
        """Return the id of the account's snapshot of the flow; call it in a transaction.

        A flow that is as it was published has one already.
        """
        frozen = self.frozen_content(content)
        if (
            isinstance(content, TreeVersion)
            and account_id == self.account_id
            and Snapshot.objects.read(content.snapshot_id) == frozen
            and Snapshot.objects.hold(content.snapshot_id)
        ):
            return content.snapshot_id
        return Snapshot.objects.store(account_id, frozen)

    def count_use(self, sessions: int = 1) -> None:
        """So many more started sessions, or less where one was begun by mistake, counted in SQL so
        that none is lost ([T5]).
        """
        count = Greatest(F("usage_count") + sessions, 0)
        Tree.objects.filter(pk=self.pk).update(usage_count=count)
