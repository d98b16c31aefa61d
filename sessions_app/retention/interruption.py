"""How a long job is told to end: it asks between its short pieces of work.

A background job stops there when its worker is told to; what is done is done, and the next run
goes on with the rest.
"""

from collections.abc import Callable

Between = Callable[[], None]


def go_on() -> None:
    """Nobody asks to stop."""
