"""Sessions of all kinds for the tests of the policies."""

import gzip
import json
import uuid
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from sessions_app.attachments import services as attachments_services
from sessions_app.completion import services as completion_services
from sessions_app.completion.addenda import add_addendum
from sessions_app.handover import services as handover_services
from sessions_app.models import Addendum, Attachment, Decision, Handover, Session
from sessions_app.retention import purging
from sessions_app.retention.row_codec import fields_of
from tests.factories import TeamFactory, TreeFactory, UserFactory, make_completed
from tests.sessions_app.attachments.sample_files import JPEG, png
from tests.sessions_app.run_driver import Run

LONG_AGO = timedelta(days=91)


def age(pk, by=LONG_AGO):
    """Have everything that the session says of times be so much longer ago."""
    names = ("created_at", "started_at", "completed_at", "last_activity_at", "node_entered_at")
    row = Session.objects.get(pk=pk)
    Session.objects.filter(pk=pk).update(
        **{name: getattr(row, name) - by for name in names if getattr(row, name)}
    )


def old(user, days=91, **fields):
    """A small completed session of so many days ago."""
    work_session = make_completed(user, **fields)
    age(work_session.pk, timedelta(days=days))
    return Session.objects.get(pk=work_session.pk)


def rich(account):
    """A completed session with everything that one can have, as it was really worked on."""
    team = TeamFactory(account=account)
    giver, taker = (UserFactory(account=account, team=team) for _ in range(2))
    tree = TreeFactory(author__account=account, author__team=team, published=True)
    run = Run(giver, tree=tree, ticket_number="T-7", client_name="Müller & Söhne GmbH — Köln")
    attachments_services.add_attachment(user=giver, pk=run.pk, name="photo.jpg", data=JPEG)
    run.answer(0, notes="Zoë says: “it's down” \u2028 next line", command_output="x" * 3000)
    run.answer(notes="second", command_output="\ttabs\nand lines")
    run.answer(1)
    run.again(1, 1)  # sets the rest aside under a discarded_branch
    step = run.add("Check the cable", body="both ends")
    attachments_services.add_attachment(user=giver, pk=run.pk, name="picture.png", data=png(30, 20))
    run.answer(text="checked")
    handover_services.hand_over(user=giver, pk=run.pk, to=taker.pk, note="Please go on.")
    run.user = taker
    run.type("typed at the end")
    completion_services.complete(
        user=taker, pk=run.pk, outcome="escalated", outcome_notes="Sent on.", next_steps="Wait."
    )
    add_addendum(user=taker, pk=run.pk, text="Rang again.")
    work_session = Session.objects.get(pk=run.pk)
    assert step in {one["id"] for one in work_session.custom_steps}
    assert work_session.all_decisions.filter(discarded_branch__isnull=False).exists()
    first = work_session.all_decisions.order_by("pk").first()
    first.carried_over_from = timezone.now() - timedelta(days=120, microseconds=17)
    first.save()
    more = {
        "batch_id": uuid.uuid4(),
        "target_label": "SRV-01",
        "exported": True,
        "scratchpad": "line\n\n end",
        "session_variables": {"gateway": "10.0.0.1", "passphrase": "s3cret"},
        "undo_state": None,
    }
    for name, value in more.items():
        setattr(work_session, name, value)
    work_session.save()
    age(run.pk)
    return Session.objects.get(pk=run.pk)


def picture(pks=None):
    """Everything that is stored of these sessions (all, unless told), field by field."""
    rows = Session.objects.all() if pks is None else Session.objects.filter(pk__in=pks)
    ids = [row.pk for row in rows]
    stored = {}
    for row in rows:
        keys = {"client_key": row.client_key, "search_key": row.search_key}
        stored["session", row.pk] = {**fields_of(row), **keys}
    for model in (Decision, Handover, Attachment, Addendum):
        for row in model.objects.filter(session_id__in=ids):
            stored[model.__name__, row.pk] = fields_of(row)
    return stored


def files_on_disk(settings):
    folder = settings.ATTACHMENTS_DIR
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.glob("*/*"))}


def archived(settings):
    """The ids of all sessions of all archives, twice where one is in two."""
    lines = [
        json.loads(line)
        for path in sorted(settings.ARCHIVE_DIR.glob("*.jsonl.gz"))
        for line in gzip.decompress(path.read_bytes()).splitlines()
    ]
    return [line["session"]["id"] for line in lines if "session" in line]


def forget_jobs():
    """The queue isn't of Django's making, so that a test's end leaves it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE procrastinate_jobs, procrastinate_periodic_defers, procrastinate_workers, "
            "procrastinate_events CASCADE"
        )


def purge(account, settings):
    done = purging.purge(account)
    return settings.ARCHIVE_DIR / done.archives[-1]


def unpinned(stored):
    return {
        key: {name: value for name, value in row.items() if name != "pinned"}
        for key, row in stored.items()
    }


def lines(path):
    return [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]


def write_lines(path, values):
    text = b"".join(
        value if isinstance(value, bytes) else json.dumps(value).encode() + b"\n"
        for value in values
    )
    path.write_bytes(gzip.compress(text))
