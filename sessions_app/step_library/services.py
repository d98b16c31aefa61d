"""The account's library of reusable steps ([S17]): read by all of the account, written by those who
run sessions.
"""

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet

from accounts_app.models import User
from resolutionflow.web.schemas import validate
from sessions_app.models import LibraryStep
from sessions_app.schemas import LibraryStepRequest


def search_library(user: User, text: str = "") -> QuerySet[LibraryStep]:
    """Return the steps of the user's account whose title or body contains `text`, in any case, by
    title.

    Blank text finds all of them; nobody without an account finds any.
    """
    if user.account_id is None:
        return LibraryStep.objects.none()
    steps = LibraryStep.objects.filter(account_id=user.account_id)
    if text := text.strip():
        steps = steps.filter(Q(title__icontains=text) | Q(body__icontains=text))
    return steps.order_by("title", "pk")


def add_library_step(
    *, user: User, title: str, body: str = "", commands: Sequence[dict[str, str]] = ()
) -> LibraryStep:
    """Add a step to the account's library; `commands` are `{code, label?, shell?}`.

    Raises `PermissionDenied` for those who only read, `Invalid` with everything that is wrong, by
    dotted path.
    """
    account_id = user.own_account_id
    if not user.may_run_sessions:
        raise PermissionDenied("Your role reads the step library but can't add to it.")
    typed = {"title": title, "body": body, "commands": list(commands)}
    values = validate(LibraryStepRequest, typed).stored()
    values["title"] = " ".join(values["title"].split())
    return LibraryStep.objects.create(account_id=account_id, author=user, **values)
