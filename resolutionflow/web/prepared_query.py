"""Queries that are compiled once and run many times.

Where the text of a query never varies, Django takes longer to compile it than PostgreSQL to run
it. A query of every page or call is compiled once, with stand-ins for its values; its queryset
stays the one definition.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet


@dataclass(frozen=True, slots=True)
class PreparedQuery:
    """A compiled query. `parameters` has for each placeholder the name of its value, or the value
    itself; `converters` has by column the functions that make a field's value of the driver's.
    """

    sql: str
    parameters: tuple[tuple[str | None, Any], ...]
    converters: Mapping[int, tuple[Sequence[Callable[..., Any]], Any]]

    @classmethod
    def compile(
        cls, found: QuerySet[Any, Any], stand_ins: Mapping[Hashable, str]
    ) -> "PreparedQuery":
        """Return the query of `found`, with a named parameter for each value of `stand_ins`.

        A stand-in must not be a value that the query has for another reason, and the query must
        have the same text whatever the values; raises `ValueError` for one that it lacks.
        """
        compiler = found.query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        named = tuple((stand_ins.get(value), value) for value in parameters)
        if missing := set(stand_ins.values()) - {name for name, _ in named}:
            raise ValueError(f"The query doesn't hold {', '.join(sorted(missing))}.")
        converters = compiler.get_converters([column for column, *_ in compiler.select])
        return cls(sql, named, converters)

    def rows(self, **values: Any) -> list[tuple[Any, ...]]:
        """Return the rows with `values` put in."""
        found = self._run(self.sql, values)
        if not self.converters:
            return found
        return [self._convert_row(row) for row in found]

    def count(self, **values: Any) -> int:
        """Return how many rows there are."""
        count: int = self._run(f"SELECT COUNT(*) FROM ({self.sql}) AS found", values)[0][0]  # noqa: S608
        return count

    def _convert_row(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        values = list(row)
        for at, (converters, expression) in self.converters.items():
            for convert in converters:
                values[at] = convert(values[at], expression, connection)
        return tuple(values)

    def _run(self, sql: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        parameters = [values[name] if name else value for name, value in self.parameters]
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            found: list[tuple[Any, ...]] = cursor.fetchall()
        return found
