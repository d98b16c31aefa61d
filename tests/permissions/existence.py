"""Where an id may be sent, and how two answers are compared that may differ by the id alone."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from django.core import mail
from django.db import transaction
from django.http import HttpResponse

from accounts_app.models import User
from resolutionflow.templatetags.submission_token import TOKEN_FIELD
from sessions_app.models import Attachment, LibraryStep, Session
from sessions_app.step_library import services as library_services
from tests.factories import TreeFactory, UserFactory, make_session
from tests.permissions.world import World
from tests.sessions_app.run_driver import START, Run
from trees_app.models import Tree

# What is new on every page, whoever asks for what: the tokens of forms, and keys of requests.
MADE_ANEW = re.compile(
    r"\b[A-Za-z0-9]{64}\b"
    r'|(?<=name="submission_token" value=)"[^"]*"'
    r'|(?<=name="request_id" value=)"[^"]*"'
)
NOT_COMPARED = ("X-Request-Id", "Content-Length")


class _Undo(Exception):
    """Ends a block whose writes are taken back."""


@contextmanager
def undone() -> Iterator[None]:
    """Take back what is written within the block, so that each answer is to the same world."""
    outbox = list(getattr(mail, "outbox", []))
    try:
        with transaction.atomic():
            yield
            raise _Undo
    except _Undo:
        mail.outbox = outbox


def said(answer: HttpResponse, *ids: object) -> tuple[int, str, dict[str, str], list[str]]:
    """Return all that an answer says, with `ids` left out wherever they stand."""

    def without(text: str) -> str:
        text = MADE_ANEW.sub("", re.sub(r"\s+", " ", text))
        for one in ids:
            if isinstance(one, int):
                text = re.sub(rf"\b{one}\b", "ID", text)
                continue
            text = re.sub(str(one), "ID", text, flags=re.IGNORECASE)
            text = text.replace(str(one).replace("-", ""), "ID")
        return text

    headers = {name: without(value) for name, value in answer.items() if name not in NOT_COMPARED}
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    cookies = sorted(name for name in answer.cookies if name != "csrftoken")
    return answer.status_code, without(body.decode("utf-8", "replace")), headers, cookies


@dataclass
class Foreign:
    """Things of another account, and things of one's own account that one may not see."""

    world: World
    elsewhere: World = field(default_factory=World.make)

    def user(self, name: str) -> User:
        found = self.world.people[name]
        assert found is not None
        return found

    def stranger(self, name: str = "owner") -> User:
        found = self.elsewhere.people[name]
        assert found is not None
        return found

    # -- of another account ------------------------------------------------------------------

    def of_another_account(self, kind: str) -> Any:
        made: dict[str, Callable[[], Any]] = {
            "tree": lambda: self.elsewhere.tree.pk,
            "draft": lambda: self.elsewhere.draft.pk,
            "session": lambda: self.elsewhere.work_session.pk,
            "batch": lambda: self.elsewhere.work_session.batch_id,
            "user": lambda: self.stranger("mate").pk,
            "team": lambda: self.stranger("owner").team_id,
            "file": lambda: self.elsewhere.file.pk,
            "step": lambda: self.library_step(self.stranger()).pk,
            "branch": lambda: self.discarded_branch(self.stranger()),
            "decision": lambda: self.elsewhere.recorded.decisions.get().pk,
        }
        return made[kind]()

    # -- of one's own, and hidden --------------------------------------------------------------

    def hidden(self, kind: str) -> Any:
        """Return the id of such a thing that the owner, an engineer, may not see in the account.

        None where every one is to be seen, or where the specification says that it is refused in
        words of its own (403).
        """
        mate = self.user("mate")
        other = UserFactory(account=self.world.tree.account, role=User.Role.ENGINEER)
        made: dict[str, Callable[[], Any]] = {
            "session": lambda: make_session(other, tree=self.world.tree).pk,
            "batch": lambda: (
                make_session(
                    other, tree=self.world.tree, batch_id=uuid4(), target_label="SRV-7"
                ).batch_id
            ),
            "tree": lambda: (
                TreeFactory(
                    author=self.user("author"), published=True, visibility=Tree.Visibility.PRIVATE
                ).pk
            ),
            "file": lambda: (
                Attachment.objects.create(
                    account=self.world.tree.account,
                    session=make_session(other, tree=self.world.tree),
                    name="x.log",
                    content_type="text/plain",
                    size=1,
                    sha256="0" * 64,
                    stored_as=uuid4().hex,
                    created_by=other,
                ).pk
            ),
            "branch": lambda: self.discarded_branch(mate),
        }
        return made[kind]() if kind in made else None

    @staticmethod
    def library_step(user: User) -> LibraryStep:
        return library_services.add_library_step(user=user, title="Look twice")

    @staticmethod
    def discarded_branch(user: User) -> UUID:
        run = Run(user)
        run.answer(0)
        run.answer()
        run.again(1, 1)
        return UUID(str(run.discarded_branches[0].id))


def step_of(work_session: Session) -> dict[str, Any]:
    """Return where the run stands, as the step's form says it."""
    return {
        "position": work_session.decision_count + 1,
        "node_id": work_session.current_node,
        "base_hash": START,
    }


def token() -> dict[str, str]:
    return {TOKEN_FIELD: str(uuid4())}
