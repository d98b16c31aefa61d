"""What sessions take on the disk, table by table and index by index (SPEC [G1])."""

from dataclasses import dataclass
from typing import Any

from benchmarks import timing

BOUND_BYTES = 2.5e9  # a million sessions with five million steps, indexes included
MILLION = 1_000_000
# These grow with the sessions; flows, people and snapshots don't.
GROWING = ("sessions_app_session", "sessions_app_decision")
TABLES = (*GROWING, "trees_app_snapshot", "trees_app_treeversion", "trees_app_tree")

_RELATIONS = """
SELECT t.relname, t.relname, pg_table_size(t.oid) FROM pg_class t WHERE t.relname = ANY(%(tables)s)
UNION ALL
SELECT t.relname, i.relname, pg_relation_size(i.oid)
FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
WHERE t.relname = ANY(%(tables)s)
"""


@dataclass(frozen=True, slots=True)
class RelationSize:
    """A table without its indexes, or an index: its bytes now, and at a million sessions."""

    table: str
    name: str
    size: int
    sessions: int

    @property
    def per_session(self) -> float:
        return self.size / self.sessions

    @property
    def at_a_million(self) -> float:
        """In bytes; what doesn't grow with the sessions stays as it is."""
        return self.per_session * MILLION if self.table in GROWING else self.size


def relation_sizes() -> list[RelationSize]:
    """Return the size of every table and index, the largest first."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM sessions_app_session")
        row: Any = cursor.fetchone()
        cursor.execute(_RELATIONS, {"tables": list(TABLES)})
        found = [RelationSize(*columns, sessions=row[0]) for columns in cursor.fetchall()]
    return sorted(
        found, key=lambda one: (TABLES.index(one.table), one.name != one.table, -one.size)
    )


def total_at_a_million(found: list[RelationSize]) -> float:
    """In bytes, of all tables and indexes together."""
    return sum(one.at_a_million for one in found)


def sizes_table(found: list[RelationSize]) -> str:
    """Return the sizes as text, with their sum and what it may be."""
    rows = [
        (
            one.name if one.name == one.table else f"  {one.name}",
            f"{one.size / 1e6:.1f}",
            f"{one.per_session:.1f}" if one.table in GROWING else "",
            f"{one.at_a_million / 1e6:.0f}",
        )
        for one in found
    ]
    total = total_at_a_million(found)
    now = sum(one.size for one in found)
    rows.append(("all", f"{now / 1e6:.1f}", f"{total / MILLION:.0f}", f"{total / 1e6:.0f}"))
    heading = ("table, index", "MB now", "bytes a session", "MB at a million")
    verdict = timing.verdict(total, BOUND_BYTES)
    return f"{timing.table(heading, rows)}\nat most {BOUND_BYTES / 1e6:.0f} MB: {verdict}"
