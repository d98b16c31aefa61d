"""When a session gets its title, and which one ([H4]).

After the first recorded step, in the UPDATE that saves the step. As long as that says only which
flow it was (or the date), the next step that says more names the session; then the title stays,
so that people find again what they saw, until the end says more. Whether a title is still such a
stopgap needs no column: it is the one that the flow alone gives, or a date.

A title that a person typed is never touched.
"""

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from sessions_app.models import Decision, Session
from sessions_app.titles import tasks
from sessions_app.titles.context import build_title_context, last_decisions
from sessions_app.titles.generator import TitleCandidate, flow_title, generate_title

DATE_TITLE = re.compile(r"\d{1,2} \S{1,5} \d{2}:\d{2}")


def ask_for_title(*sessions: Session) -> None:
    """Have the model asked for titles of these sessions.

    The jobs are there if, and only if, the steps are: both are of one transaction.
    """
    if sessions:
        jobs: list[Any] = [{"session_id": str(one.pk)} for one in sessions]
        tasks.title_by_model.batch_defer(*jobs)


def date_title(moment: datetime) -> str:
    """Return the title of a session of which nothing else is known: “12 Nov 09:15”.

    It is in the time zone of the request that makes it, and stored as it is.
    """
    local = timezone.localtime(moment)
    return f"{local.day} {local:%b %H:%M}"


def title_after_steps(
    work_session: Session,
    decisions: Iterable[Decision] | None = None,
    *,
    ask_model: Callable[[Session], None] = ask_for_title,
) -> list[str]:
    """Name the session if these new steps, or else all of its path, say more than its title does.

    Return the fields that the caller must save. It costs a query only to read the path, and to
    have a model asked, which whoever names several sessions does for all of them (`ask_model`).
    """
    if work_session.title_by_person or not _has_stopgap(work_session):
        return []
    if decisions is None:
        decisions = last_decisions(work_session)
    context = build_title_context(work_session, decisions)
    if not context.steps:
        return []
    return _assign(work_session, generate_title(context), ask_model=ask_model)


def title_after_change(work_session: Session) -> list[str]:
    """Name the session anew when other steps stand on its path than before. One query."""
    if work_session.title_by_person:
        return []
    context = build_title_context(work_session, last_decisions(work_session))
    return _assign(work_session, generate_title(context))


def title_at_end(work_session: Session) -> list[str]:
    """Name the session that is being completed by all of its steps and the solution reached.

    Whoever or whatever ends a session calls it after the last step is recorded, and saves the
    fields that it returns. One query.
    """
    if work_session.title_by_person:
        return []
    context = build_title_context(work_session, last_decisions(work_session), is_over=True)
    return _assign(work_session, generate_title(context), ask=bool(context.steps))


def _has_stopgap(work_session: Session) -> bool:
    title = work_session.title
    return (
        not title
        or bool(DATE_TITLE.fullmatch(title))
        or title == flow_title(build_title_context(work_session))
    )


def _assign(
    work_session: Session,
    made: TitleCandidate,
    *,
    ask: bool = False,
    ask_model: Callable[[Session], None] = ask_for_title,
) -> list[str]:
    title = made.title or date_title(work_session.started_at or timezone.now())
    if settings.TITLE_MODEL and (made.is_decisive or ask):
        ask_model(work_session)
    if title == work_session.title:
        return []
    work_session.title = title
    work_session.is_list_changed = True
    return ["title"]
