"""A run for tests, driven step by step as the page drives it."""

import uuid

from sessions_app import permissions
from sessions_app.recording import custom_steps, discarded_branches, drafts
from sessions_app.recording import services as recording_services
from sessions_app.recording.services import StepInput, text_hash
from tests.factories import make_session

START = text_hash("", "", "")


def prepared(owner, assignee, **fields):
    return make_session(owner, started_at=None, assigned_to=assignee, **fields)


class Run:
    """A session under test, driven as the page drives it."""

    def __init__(self, user, **fields):
        self.user = user
        self.pk = make_session(user, **fields).pk

    @property
    def now(self):
        return permissions.get_readable_session(self.user, self.pk)

    def input(self, choice=None, **more):
        now = self.now
        return StepInput(
            **{
                "position": now.decision_count + 1,
                "node_id": now.current_node,
                "choice": choice,
                "request_id": uuid.uuid4(),
                **more,
            }
        )

    def send(self, step):
        return recording_services.answer(user=self.user, pk=self.pk, step=step)[1]

    def answer(self, choice=None, **more):
        return self.send(self.input(choice, **more))

    def again(self, position, choice=None, **more):
        """Answer the recorded step at `position` anew, as its page would."""
        there = self.now.decisions.get(position=position)
        values = {
            "position": position,
            "node_id": there.node_id,
            "revised_decision_id": there.pk,
            **more,
        }
        return self.answer(choice, **values)

    def type(self, notes="", *, base_hash=START, user=None, **more):
        step = self.input(**{"notes": notes, **more})
        return drafts.save_typing(
            user=user or self.user, pk=self.pk, step=step, base_hash=base_hash
        )

    def add(self, title="Check the cable", **more):
        custom_steps.add_before_current(user=self.user, pk=self.pk, title=title, **more)
        return self.now.current_node

    def bring_back(self, discarded_branch):
        discarded_branches.restore_branch(
            user=self.user, pk=self.pk, discarded_branch=discarded_branch.id
        )

    @property
    def discarded_branches(self):
        return discarded_branches.restorable_branches(self.now)

    @property
    def path(self):
        rows = list(self.now.decisions)
        assert [row.position for row in rows] == list(range(1, len(rows) + 1))
        assert len(rows) == self.now.decision_count
        return [f"{row.node_id}: {row.answer}" for row in rows]
