"""When a session gets its title, and which one ([H4]).

After the first recorded step, in the UPDATE that saves the step. As long as that says only which
flow it was (or the date), the next step that tells something names the session; then the title
stays, so that people find again what they saw, until the end tells more. Whether a title is
still such a stopgap needs no column: it is the one that the flow alone gives, or a date.

A title that a person typed is never touched.
"""

import re
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django import app

from sessions_app.models import Decision, Session
from sessions_app.titles import maker, reading

DATED = re.compile(r"\d{1,2} \S{1,5} \d{2}:\d{2}")
MOST_STEPS = 60
# The task by its name: it calls upon this module, which so can't import it.
ASKING = "sessions.title"


def dated(moment: datetime) -> str:
    """The title of a session of which nothing else is known: “12 Nov 09:15”, in the time zone of
    who looks.
    """
    local = timezone.localtime(moment)
    return f"{local.day} {local:%b %H:%M}"


def after_steps(work_session: Session, decisions: Iterable[Decision]) -> list[str]:
    """Name the session if these new steps tell more than its title does; answers what the caller
    must save with them. No query of its own, unless a model is to be asked.
    """
    if work_session.title_by_person or not _has_stopgap(work_session):
        return []
    run = reading.run_of(work_session, decisions)
    return _named(work_session, maker.make(run)) if run.steps else []


def after_rewrite(work_session: Session) -> list[str]:
    """As `after_steps`, for a caller who sent the whole path. One query, while it has a stopgap."""
    if work_session.title_by_person or not _has_stopgap(work_session):
        return []
    run = reading.run_of(work_session, steps_of(work_session))
    return _named(work_session, maker.make(run)) if run.steps else []


def after_change(work_session: Session) -> list[str]:
    """Name the session anew when other steps stand on its path than before. One query."""
    if work_session.title_by_person:
        return []
    return _named(work_session, maker.make(reading.run_of(work_session, steps_of(work_session))))


def at_the_end(work_session: Session) -> list[str]:
    """Name the session that is being completed by all of its steps and the solution reached.

    Call it after the last step is recorded, and save the fields that it answers. One query.
    """
    if work_session.title_by_person:
        return []
    run = reading.run_of(work_session, steps_of(work_session), is_over=True)
    return _named(work_session, maker.make(run), ask=bool(run.steps))


def steps_of(work_session: Session) -> list[Decision]:
    """The last steps of the path, as many as a title looks at, without their long texts."""
    rows = work_session.decisions.only("position", "node_id", "question", "answer", "session")
    return list(rows.order_by("-position")[:MOST_STEPS])[::-1]


def _has_stopgap(work_session: Session) -> bool:
    title = work_session.title
    return (
        not title
        or bool(DATED.fullmatch(title))
        or title == maker.plain(reading.run_of(work_session))
    )


def _named(work_session: Session, made: maker.Made, *, ask: bool = False) -> list[str]:
    title = made.title or dated(work_session.started_at or timezone.now())
    if settings.TITLE_MODEL and (made.is_decisive or ask):
        _have_asked(work_session)
    if title == work_session.title:
        return []
    work_session.title = title
    return ["title"]


def _have_asked(work_session: Session) -> None:
    """Have the model asked in the background; the job is there if, and only if, the step is."""
    app.configure_task(ASKING, allow_unknown=False).defer(session_id=str(work_session.pk))
