"""Flows (`Tree`), what was published of them (`TreeVersion`), and who sees which."""

from trees_app.models.snapshot import Snapshot
from trees_app.models.tree import NotPublishable, Tree, TreeQuerySet
from trees_app.models.tree_version import TreeVersion
from trees_app.models.validators import format_problem, validate_intake_form, validate_shape

__all__ = (
    "NotPublishable",
    "Snapshot",
    "Tree",
    "TreeQuerySet",
    "TreeVersion",
    "format_problem",
    "validate_intake_form",
    "validate_shape",
)
