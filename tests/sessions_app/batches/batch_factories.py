"""Batches for tests: made, and answered one target at a time or many together."""

import uuid

from sessions_app.batches import bulk_answer
from sessions_app.batches import services as batches_services
from sessions_app.models import Session
from sessions_app.recording import services as recording_services
from sessions_app.recording.services import StepInput


def make_batch(user, flow, count):
    labels = [f"SRV-{number}" for number in range(1, count + 1)]
    return batches_services.prepare_batch(user=user, tree_id=flow.pk, labels=labels)


def answer(user, work_session, choice=None, **more):
    now = Session.objects.get(pk=work_session.pk)
    step = StepInput(
        position=now.decision_count + 1, node_id=now.current_node, choice=choice, **more
    )
    return recording_services.answer(user=user, pk=now.pk, step=step)


def answer_together(user, batch_id, sessions, *, node_id="scope", choice=0, position=1, **more):
    common = bulk_answer.SharedAnswer(node_id, choice, request_id=uuid.uuid4(), **more)
    positions = {work_session.pk: position for work_session in sessions}
    return bulk_answer.answer_targets(
        user=user, batch_id=batch_id, common=common, positions=positions
    )
