"""The dashboard: prepared, running and recent sessions, and the flows that the user starts most."""

from datetime import timedelta

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts_app.http import PageRequest
from accounts_app.models import User
from sessions_app.batches.queries import list_batches
from sessions_app.handover.queries import list_handed_over
from sessions_app.history import queries
from sessions_app.history.cards import Card, build_cards, with_handovers
from sessions_app.models import Session, SessionQuerySet, State
from trees_app.cards import flow_cards
from trees_app.models import Tree, TreeQuerySet

MOST_USED_DAYS = 90
MAX_RECENT = 8
MAX_SHOWN = 12


@require_safe
def dashboard(request: PageRequest) -> HttpResponse:
    user = request.user
    if user.account_id is None:
        return redirect("admin:index")
    mine = Session.objects.visible_to(user).filter(Q(user=user) | Q(assigned_to=user))
    # The targets of a batch stand together under it, or they would crowd out everything else.
    single = mine.filter(batch_id__isnull=True)
    active = build_cards(
        single.in_state(State.ACTIVE).order_by("-last_activity_at")[: MAX_SHOWN + 1],
        viewer=user,
        with_step=True,
    )
    recent = build_cards(_newest_completed(user), viewer=user)
    waiting = single.in_state(State.PREPARED).order_by("-created_at")
    for_me = Q(assigned_to=user) | Q(assigned_to__isnull=True)
    prepared = build_cards(waiting.filter(for_me)[: MAX_SHOWN + 1], viewer=user, with_people=True)
    with_others = build_cards(
        waiting.exclude(for_me)[: MAX_SHOWN + 1], viewer=user, with_people=True
    )
    handed_over = build_cards(list_handed_over(user)[:MAX_SHOWN], viewer=user)
    startable = Tree.objects.visible_to(user).startable()
    context = {
        "section": "dashboard",
        "prepared": prepared[:MAX_SHOWN],
        "with_others": with_others[:MAX_SHOWN],
        "batches": (open_batches := list_batches(user, own_open=True, limit=6)),
        "active": with_handovers(active[:MAX_SHOWN], viewer=user),
        # By name: how many there are, where the page doesn't show them all.
        "counts": {
            "prepared": _count_text(prepared),
            "with_others": _count_text(with_others),
            "active": _count_text(active),
        },
        "handed_over": handed_over,
        "recent": recent,
        "top_flows": flow_cards(_most_used(user, startable), user=user),
    }
    if not (prepared or with_others or open_batches or active or recent or handed_over):
        context["starters"] = flow_cards(
            startable.without_documents().order_by("-is_default", "name")[:3], user=user
        )
    return render(request, "dashboard.html", context)


def _count_text(found: list[Card]) -> str:
    """Return how many were found, “12+” when there are more than the page shows."""
    return f"{MAX_SHOWN}+" if len(found) > MAX_SHOWN else str(len(found))


def _newest_completed(user: User) -> SessionQuerySet:
    """Return the user's few sessions that were completed last, without reading all the others."""
    parts = [part.in_state(State.COMPLETED) for part in queries.owner_querysets(user)]
    keys = [pk for _, pk in queries.page_keys(parts, size=MAX_RECENT)]
    return Session.objects.filter(pk__in=keys).newest_first()


def _most_used(user: User, startable: TreeQuerySet) -> list[Tree]:
    """Return the flows that the user started most often in the last months."""
    since = timezone.now() - timedelta(days=MOST_USED_DAYS)
    counts = (
        Session.objects.in_account_of(user)
        .filter(user=user, started_at__gte=since, tree__isnull=False)
        .values("tree_id")
        .annotate(times=Count("id"))
        .order_by("-times")[:6]
    )
    order = [row["tree_id"] for row in counts]
    found = {tree.pk: tree for tree in startable.without_documents().filter(pk__in=order)}
    return [found[pk] for pk in order if pk in found]
