"""Starting sessions, and the lists of them: the history page and the sidebar ([H1], [H3])."""

import re
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts_app.http import PageRequest
from accounts_app.models import User
from accounts_app.submissions import creates_once
from resolutionflow.web.errors import Invalid, StateError
from resolutionflow.web.forms import require_valid
from resolutionflow.web.responses import redirect_after_post
from sessions_app import services
from sessions_app.history import filter_summary, queries
from sessions_app.history.cards import CARD_COLUMNS, Card, cards_from_rows
from sessions_app.history.cursor import SessionCursor
from sessions_app.history.filtersets import PERIODS
from sessions_app.history.grouping import by_day
from sessions_app.history.query import ASSIGNED, MINE, NAMES, HistoryQuery
from sessions_app.models import Outcome
from sessions_app.run.forms import ReferenceForm
from trees_app.models import Tree

PAGE_SIZE = 50
SIDEBAR_SIZE = 20
MAX_CHOICES = 500
# What the search field and the fields of the filter's form send; the rest is kept hidden in it.
FORM_FIELDS = (
    "q",
    "outcome",
    "owner",
    "tree_id",
    "client_name",
    "ticket_number",
    "period",
    "since",
    "until",
)
SESSION_PAGE = re.compile(r"^/sessions/([0-9a-f-]{36})(?:/|$)")


@require_POST
@creates_once()
def start(request: PageRequest, pk: UUID) -> HttpResponse:
    """Start a session of the flow and stand at its first step."""
    try:
        tree = services.startable_tree(request.user, pk)
        reference = require_valid(ReferenceForm(request.POST))
        work_session = services.create_and_start(user=request.user, tree=tree, **reference)
    except (Invalid, StateError) as error:
        return redirect_after_post(request, "flow-detail", pk, error=error.message)
    return redirect_after_post(request, "session-run", work_session.pk)


# -- the history page --------------------------------------------------------------------------


@require_safe
def session_list(request: PageRequest) -> HttpResponse:
    """List sessions, newest first, grouped by day, searched and filtered by the address.

    HTMX gets the list alone, or with `after` what follows that cursor. For an address that can't be
    used the response is 422, says why, and lists nothing.
    """
    query = HistoryQuery.of(request.user, request.GET)
    cursor = _requested_cursor(request)
    is_part = bool(request.htmx) and not request.htmx.history_restore_request
    if not is_part and any(request.GET.get(name) == "" for name in NAMES):
        # A plain form sends its blank fields too: the address to share is without them.
        clean = query.url(after=request.GET.get("after", ""))
        return redirect(f"{request.path}{clean}".removesuffix("?"))
    shown, following = _page_of_cards(request, query, PAGE_SIZE, cursor)
    context: dict[str, Any] = {
        "query": query,
        "words": query.words,
        "more_url": query.url(after=following) if following else "",
    }
    if is_part and cursor is not None:
        context["days"] = by_day(shown, after=cursor, months=True)
        return render(request, "sessions_app/_next_page_rows.html", context)
    context |= {
        "days": by_day(shown, months=True),
        "newest_url": query.url() if cursor is not None else "",
        **_summary_context(query, shown, cursor, following),
    }
    status = 422 if query.problems else 200
    if not is_part:
        context |= {"section": "sessions", **_filter_choices(query)}
        return render(request, "sessions_app/session_list.html", context, status=status)
    response = render(request, "sessions_app/_session_results.html", context, status=status)
    # Going back leads to the last filter that was chosen, not through a search letter by letter.
    address = f"{request.path}{query.url()}".removesuffix("?")
    is_same = request.htmx.trigger == "search" or request.htmx.current_url_abs_path == address
    response["HX-Replace-Url" if is_same else "HX-Push-Url"] = address
    return response


def _summary_context(
    query: HistoryQuery, shown: list[Card], cursor: SessionCursor | None, following: str
) -> dict[str, Any]:
    """Return the sentence above the list, and where nothing was found what would help."""
    state = "" if "status" in query.problems else query.values.get("status", "")
    is_all_there = cursor is None and not following
    context: dict[str, Any] = {
        "states": [
            {"label": label, "url": query.url(status=value), "current": value == state}
            for value, label in filter_summary.STATES.items()
        ],
        "sentence": filter_summary.active_filters(query, flow_name=_flow_name(query, shown)),
        "problems": list(query.problems.values()),
        "without_problems": query.url(**dict.fromkeys(query.problems, "")),
    }
    if not query.problems:
        if is_all_there:
            context["count"] = filter_summary.result_count(len(shown), state)
        elif query.is_filtered:
            context["count"] = filter_summary.result_count(
                queries.count_up_to(query.querysets()), state
            )
        else:
            # How many there are in all tells nothing, and would cost every visit.
            context["count"] = filter_summary.result_count_so_far(len(shown))
        context["ways_out"] = (
            [] if shown or not query.is_filtered else filter_summary.suggest_relaxations(query)
        )
    return context


def _flow_name(query: HistoryQuery, shown: list[Card]) -> str:
    """Return the name of the flow that is asked for, where the user may know it."""
    if "tree_id" not in query.values or "tree_id" in query.problems:
        return ""
    if shown:
        return shown[0].tree_name
    names = Tree.objects.visible_to(query.user).filter(pk=query.values["tree_id"])
    return names.values_list("name", flat=True).first() or ""


def _filter_choices(query: HistoryQuery) -> dict[str, Any]:
    """Return the choices of the filter's fields."""
    user = query.user
    owners = [("", "Everyone’s" if user.reads_account_sessions else "Mine and assigned to me")]
    owners += [(MINE, "Mine"), (ASSIGNED, "Assigned to me")]
    if user.reads_account_sessions:
        owners += _colleagues(user)
    hidden = [(name, text) for name, text in query.values.items() if name not in FORM_FIELDS]
    return {
        "owners": owners,
        "flows": _flows(user),
        "outcome_choices": Outcome.choices,
        "periods": PERIODS,
        "hidden": hidden,
    }


def _colleagues(user: User) -> list[tuple[str, str]]:
    others = User.objects.filter(account_id=user.own_account_id).exclude(pk=user.pk)
    people = others.only("first_name", "last_name", "username")
    ordered = people.order_by("first_name", "last_name", "username")[:MAX_CHOICES]
    return [(str(person.pk), person.display_name) for person in ordered]


def _flows(user: User) -> list[tuple[str, str]]:
    """Return the flows that the user sees, as they are now."""
    found = Tree.objects.visible_to(user).order_by("name", "pk").values_list("pk", "name")
    return [(str(pk), name) for pk, name in found[:MAX_CHOICES]]


# -- the sidebar -------------------------------------------------------------------------------


@require_safe
def sidebar(request: PageRequest) -> HttpResponse:
    """List the user's own sessions for the sidebar, by search and state, extended while
    scrolling.
    """
    sent = {name: request.GET.get(name, "") for name in ("q", "status")}
    query = HistoryQuery.of(request.user, sent)
    cursor = _requested_cursor(request)
    shown, following = _page_of_cards(request, query, SIDEBAR_SIZE, cursor, own=True)
    context = {
        "days": by_day(shown, after=cursor),
        "words": query.words,
        "more_url": query.url(after=following) if following else "",
        "is_first": cursor is None,
        "is_filtered": query.is_filtered,
        "all_url": f"{reverse('session-list')}{query.url()}",
        "current_id": _current_id(request),
    }
    return render(request, "_sidebar_sessions.html", context)


def _current_id(request: PageRequest) -> str:
    """Return the id of the session whose page the sidebar is shown on, if it is one's."""
    found = SESSION_PAGE.match(request.htmx.current_url_abs_path or "")
    return found[1] if found else ""


# -- both --------------------------------------------------------------------------------------


def _requested_cursor(request: PageRequest) -> SessionCursor | None:
    """Return the cursor to go on after; raise `Http404` for one that isn't ours."""
    text = request.GET.get("after")
    if not text:
        return None
    try:
        return SessionCursor.decode(text)
    except (ValueError, OverflowError):
        raise Http404 from None


def _page_of_cards(
    request: PageRequest,
    query: HistoryQuery,
    size: int,
    cursor: SessionCursor | None,
    *,
    own: bool = False,
) -> tuple[list[Card], str]:
    """Return one page of cards, and the cursor of the next one ("" at the end).

    With `own` they are the user's own sessions, else those of the owner that is asked for.
    """
    user = request.user
    if query.problems or (query.is_filtered and not own):
        rows = queries.page_rows(query.querysets(), CARD_COLUMNS, size=size + 1, cursor=cursor)
    else:
        narrow = query.narrow if query.is_filtered else None
        rows = queries.list_sessions(
            user, CARD_COLUMNS, size=size + 1, cursor=cursor, narrow=narrow, own=own
        )
    shown = cards_from_rows(rows[:size], viewer=user)
    if len(rows) <= size:
        return shown, ""
    last = rows[size - 1]
    return shown, queries.cursor_of((last["started_at"], last["id"])).encode()
