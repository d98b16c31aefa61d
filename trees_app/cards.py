"""Flows as lists show them."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse

from accounts_app.models import User
from trees_app.models import Tree


@dataclass(frozen=True)
class FlowCard:
    """One flow in a list."""

    id: UUID
    url: str
    name: str
    description: str
    category: str
    type_label: str
    node_count: int
    usage_count: int
    version: int
    status: str
    is_mine: bool


def flow_cards(trees: Iterable[Tree], *, user: User) -> list[FlowCard]:
    """Return a card for each tree."""
    return [
        FlowCard(
            id=tree.pk,
            url=reverse("flow-detail", args=[tree.pk]),
            name=tree.name,
            description=tree.description,
            category=tree.category,
            type_label=tree.get_tree_type_display(),
            node_count=tree.node_count,
            # How often others run a public flow is theirs to know ([A1]).
            usage_count=tree.usage_count if tree.account_id == user.account_id else 0,
            version=tree.version,
            status=tree.status,
            is_mine=tree.author_id == user.pk,
        )
        for tree in trees
    ]
