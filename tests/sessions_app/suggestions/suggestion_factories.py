"""Earlier sessions for the tests of insight: made in the state in which a run would leave them."""

from datetime import timedelta

from django.utils import timezone

from accounts_app.models import User
from sessions_app.models import Session
from tests.factories import TreeFactory, add_decision, make_session
from trees_app.models import Tree

CLIENT = "Müller & Söhne GmbH"
SCOPE = "scope"
ONE, EVERYONE, UNSURE = ("One user", "ping"), ("Everyone", "outage"), ("Not sure", "ping")


def flow_of(author: User, **fields) -> Tree:
    return TreeFactory(author=author, published=True, **fields)


def past(
    user: User,
    tree: Tree,
    *answers: tuple[str, str],
    node: str = SCOPE,
    outcome: str = "escalated",
    days: float = 10,
    minutes: float = 9,
    client: str = CLIENT,
    end: str = "",
    **fields,
) -> Session:
    """A session of `days` ago that gave `answers` (label, next node) at `node` and took `minutes`.

    `outcome` "" leaves it open; `end` is the node at which it stands.
    """
    started = timezone.now() - timedelta(days=days)
    done = {"outcome": outcome, "completed_at": started + timedelta(minutes=minutes)}
    work_session = make_session(
        user,
        tree=tree,
        client_name=client,
        started_at=started,
        current_node=end,
        **(done if outcome else {}),
        **fields,
    )
    for answer, next_node in answers:
        add_decision(
            work_session,
            node_id=node,
            answer=answer,
            next_node=next_node,
            timestamp=started + timedelta(minutes=1),
        )
    return work_session


def now_running(user: User, tree: Tree, *, client: str = CLIENT, **fields) -> Session:
    return make_session(user, tree=tree, client_name=client, **fields)
