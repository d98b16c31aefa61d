"""An export is of one moment: its header, its status and its steps, whoever writes meanwhile."""

import re
import time
from threading import Event, Thread

import pytest
from django.db import connection, transaction

from exports_app import session_reader
from exports_app.options import ExportOptions
from exports_app.service import render_session
from resolutionflow.web.errors import Busy
from sessions_app.completion import services as completion_services
from sessions_app.models import Session
from sessions_app.recording import services as recording_services
from sessions_app.recording.services import StepInput
from tests.factories import add_decision, make_session

LEVELS = pytest.mark.parametrize("level", ["summary", "standard", "full"])
# More than the head of an output that a first statement reads, without the fifth line's end.
LONG_LINE = "x" * 20_000


def record(user, pk):
    """Answer the question that the session stands at, or take its next step."""
    now = Session.objects.get(pk=pk)
    node = now.node(now.current_node)
    choice = 0 if node["type"] == "question" else None
    step = StepInput(position=now.decision_count + 1, node_id=now.current_node, choice=choice)
    return recording_services.answer(user=user, pk=pk, step=step)


@LEVELS
@pytest.mark.django_db
@pytest.mark.req("X8")
def test_a_session_that_was_completed_after_it_was_read_is_read_again(engineer, level):
    work_session = make_session(engineer)
    record(engineer, work_session.pk)
    read = Session.objects.get(pk=work_session.pk)
    record(engineer, work_session.pk)
    completion_services.complete(user=engineer, pk=work_session.pk, outcome="resolved")
    text = render_session(read, ExportOptions(detail_level=level)).content
    assert "**Status:** Resolved" in text
    assert "exported at" not in text
    if level != "summary":
        assert len(re.findall(r"^### Step", text, re.M)) == 2


@pytest.mark.django_db
def test_long_outputs_are_of_the_same_moment(engineer):
    work_session = make_session(engineer)
    decision = add_decision(work_session, command_output=LONG_LINE)
    read = Session.objects.get(pk=work_session.pk)
    decision.command_output = "short"
    decision.save(update_fields=["command_output"])
    Session.objects.filter(pk=read.pk).update(revision=read.revision + 1, scratchpad="changed")
    text = render_session(read, ExportOptions()).content
    assert "short" in text and "changed" in text


@pytest.mark.django_db
def test_it_gives_up_with_words_when_somebody_writes_all_the_time(engineer, monkeypatch):
    work_session = make_session(engineer)
    add_decision(work_session)
    reads = []
    monkeypatch.setattr(Session, "refresh_from_db", lambda self: reads.append(1))
    work_session.revision += 1
    with pytest.raises(Busy, match="Try again"):
        render_session(work_session, ExportOptions())
    assert len(reads) == session_reader.MAX_READS


def write_often(pk, stop):
    """Say in the scratchpad how many steps there are, in the transaction that records one."""
    while not stop.is_set():
        with transaction.atomic():
            work_session = Session.objects.select_for_update().get(pk=pk)
            add_decision(work_session, command_output=LONG_LINE)
            Session.objects.filter(pk=pk).update(
                revision=work_session.revision + 1,
                scratchpad=f"{work_session.decision_count} steps",
            )
        time.sleep(0.005)
    connection.close()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("level", ["standard", "full"])
def test_header_and_steps_agree_while_another_connection_records(engineer, level, monkeypatch):
    monkeypatch.setattr(session_reader, "MAX_READS", 1000)
    pk = make_session(engineer).pk
    stop = Event()
    writer = Thread(target=write_often, args=(pk, stop))
    writer.start()
    seen = set()
    try:
        while len(seen) < 8:
            text = render_session(
                Session.objects.get(pk=pk), ExportOptions(detail_level=level)
            ).content
            said = re.search(r"(\d+) steps$", text, re.M)
            shown = len(re.findall(r"^### Step", text, re.M))
            assert shown == (int(said[1]) if said else 0)
            seen.add(shown)
    finally:
        stop.set()
        writer.join()
