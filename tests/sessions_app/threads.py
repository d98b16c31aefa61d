"""Many threads at once, each with a database connection of its own."""

from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from resolutionflow.web.errors import Conflict, StateError

WORKERS = 16


def at_once(verb, times, *, workers=WORKERS):
    """Run `verb(index)` so often on threads with connections of their own."""

    def one(index):
        try:
            return verb(index)
        except (Conflict, StateError) as error:
            return type(error)
        finally:
            connection.close()

    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(one, range(times)))
