"""A session as one line of a dense list, written as a string.

The only part of a page that isn't a template: fifty lines took two thirds of the history page's
time (`benchmarks.lists`). Text that a person typed is escaped here, once, before it is inserted.
"""

from collections.abc import Sequence

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString

from resolutionflow.templatetags.icons import icon
from sessions_app.history.cards import Card
from sessions_app.history.highlight import highlight
from sessions_app.models import State

_LINE = """\
<li class="row session-row" id="session-{id}" data-session-card="row">
  <span class="state-icon is-{status}" title="{status_label}">{state_icon}\
<span class="visually-hidden">{status_label}:</span></span>
  <span class="row__title"><a href="{url}">{name}</a>{pin}</span>
  <span class="row__cell session-row__flow">{subtitle}</span>
  <span class="row__cell session-row__client">{client}</span>
  <span class="row__cell session-row__ticket">{ticket}</span>
  {state}
  {menu}
  <time class="row__when" datetime="{exact}" title="{exact}">{when}</time>
</li>
"""
_PIN = """\
<span class="row__pin" title="Kept: retention won’t delete it">{}\
<span class="visually-hidden">Kept: retention won’t delete it</span></span>"""
_OVER = '<span class="session-row__state"><span class="muted">{}{}</span></span>'
_PREPARED = """\
<span class="session-row__state"><form method="post" action="{begin}">\
<input type="hidden" name="csrfmiddlewaretoken" value="{token}">\
<button class="button button--small" type="submit" aria-label="Start {name}">Start</button>\
</form></span>"""
# session-list.js opens Close in place; without it, it leads to a plain page.
_OPEN = """\
<span class="session-row__state session-row__actions">\
<a class="button button--ghost button--small" href="{address}"\
 aria-label="View details of {name}">View details</a>\
<a class="button button--ghost button--small" href="{address}/complete" data-close-session\
 data-revision="{revision}" aria-label="Close {name}">Close</a>\
<a class="button button--small" href="{address}/run" aria-label="Resume {name}">Resume</a></span>"""
_MENU = """\
<a class="button button--ghost button--icon button--small session-row__menu" href="{address}"\
 data-session-menu{what} aria-label="More for {name}">{dots}</a>"""


def render_row(card: Card, *, words: Sequence[str], request: HttpRequest) -> SafeString:
    """Return the `<li>` of `card`, the normalized `words` marked in it; two lines on a phone."""
    name = escape(card.name)
    return SafeString(
        _LINE.format(
            id=card.id,
            status=card.status,
            status_label=card.status_label,
            state_icon=icon(f"is-{card.status}"),
            url=card.url,
            name=highlight(card.name, words) if words else name,
            pin=_PIN.format(icon("pin")) if card.pinned else "",
            subtitle=highlight(card.subtitle, words),
            client=highlight(card.client, words),
            ticket=highlight(card.ticket, words),
            state=_state(card, name, request),
            menu=_menu(card, name) if card.has_menu else "",
            exact=card.started_iso,
            when=card.started,
        )
    )


def _state(card: Card, name: str, request: HttpRequest) -> str:
    """Return what the viewer can do with an open session: start it, or view, close and resume it;
    else how the session ended, and who owned it.
    """
    if not card.may_run:
        return _OVER.format(card.status_label, "" if card.is_mine else f", {escape(card.owner)}")
    if card.state == State.PREPARED:
        begin = reverse("session-begin", args=[card.id])
        return _PREPARED.format(begin=begin, token=get_token(request), name=name)
    return _OPEN.format(address=card.address, name=name, revision=card.revision)


def _menu(card: Card, name: str) -> str:
    """Return the menu of the line; the script reads from it what the viewer may do."""
    may = (
        (" data-pinned", card.pinned),
        (" data-deletable", card.may_write and card.is_mine),
        (" data-renamable", card.may_write),
    )
    what = "".join(mark for mark, holds in may if holds)
    return _MENU.format(address=card.address, what=what, name=name, dots=icon("ellipsis"))
