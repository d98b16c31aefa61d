"""The background task of titles."""

from procrastinate.contrib.django import app

from sessions_app.titles import llm


# Not retried and not locked: the local title is there already, and a job that a killed worker left
# behind must not stand in the way of the next one. Ten thousand of them keep nothing else waiting.
@app.task(name="sessions.title", queue="titles", priority=-10)
def title_by_model(session_id: str) -> None:
    """Have the language model name the session; see `llm.request_title`."""
    llm.request_title(session_id)
