"""Background tasks of sessions; procrastinate finds them by this module's name."""

from procrastinate.contrib.django import app

from sessions_app.lifecycle import tasks as tasks
from sessions_app.titles import asking, making


# Not retried and not locked: the local title is there already, and a job that a killed worker left
# behind must not stand in the way of the next one.
@app.task(name=making.ASKING, queue="titles")
def ask_for_title(session_id: str) -> None:
    """Have the model name the session; see `titles.asking.make`."""
    asking.make(session_id)
