"""Who is in an account, page by page."""

from uuid import UUID

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Concat
from django.http import Http404

from accounts_app.models import Account, Invitation, User

PAGE_SIZE = 50
MAX_INVITATIONS = 100


def page_of_people(
    account: Account, *, search: str, after: UUID | None
) -> tuple[list[User], UUID | None]:
    """Return the people of one page, those who were switched off last, and after whom the next
    page begins; None at the end.

    `after` is the id of the last one of the page before; raises `Http404` for one elsewhere.
    """
    found = _searched(account, search)
    if after:
        last = account.users.filter(pk=after).first()
        if last is None:
            raise Http404
        following = Q(is_active=last.is_active, sign_in_name__gt=last.sign_in_name)
        found = found.filter(following | Q(is_active=False) if last.is_active else following)
    rows = list(
        found.select_related("team").order_by("-is_active", "sign_in_name")[: PAGE_SIZE + 1]
    )
    page = rows[:PAGE_SIZE]
    return page, page[-1].pk if len(rows) > PAGE_SIZE else None


def _searched(account: Account, search: str) -> QuerySet[User]:
    """Return the people whose user name, name or address holds what was searched for."""
    users: QuerySet[User] = account.users.all()
    if not search:
        return users
    name = Concat("first_name", Value(" "), "last_name")
    return users.annotate(whole_name=name).filter(
        Q(sign_in_name__icontains=search)
        | Q(whole_name__icontains=search)
        | Q(email__icontains=search)
    )


def open_invitations(account: Account, *, search: str) -> tuple[list[Invitation], bool]:
    """Return the newest invitations that are open, and whether there are more of them."""
    found = Invitation.objects.open().filter(account=account, email__icontains=search)
    rows = list(found.select_related("team")[: MAX_INVITATIONS + 1])
    return rows[:MAX_INVITATIONS], len(rows) > MAX_INVITATIONS
