"""How PostgreSQL runs a statement, read from `EXPLAIN (ANALYZE, FORMAT JSON)`."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

Node = dict[str, Any]


@dataclass(frozen=True)
class Plan:
    """The plan of one statement, with what it really read."""

    sql: str
    root: Node

    def nodes(self) -> Iterator[Node]:
        """Every node, the children after their parent."""
        waiting = [self.root]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(node.get("Plans", ()))

    def indexes(self) -> set[str]:
        return {node["Index Name"] for node in self.nodes() if "Index Name" in node}

    def read_whole(self, *tables: str) -> set[str]:
        """Which of `tables` are read from end to end."""
        found = (node for node in self.nodes() if node["Node Type"] == "Seq Scan")
        return {node["Relation Name"] for node in found} & set(tables)

    def rows_read(self, table: str) -> int:
        """How many rows of `table` were looked at, those that a filter dropped included."""
        return sum(
            round(_looked_at(node) * node["Actual Loops"])
            for node in self.nodes()
            if node.get("Relation Name") == table
        )

    def rows_sorted(self) -> int:
        """How many rows the largest sort of the plan took in."""
        sorts = [node for node in self.nodes() if "Sort" in node["Node Type"]]
        inputs = (child for node in sorts for child in node["Plans"])
        return max((round(one["Actual Rows"] * one["Actual Loops"]) for one in inputs), default=0)

    def __str__(self) -> str:
        return f"{self.sql[:1500]}\n{json.dumps(self.root, indent=1)[:6000]}"


def _looked_at(node: Node) -> float:
    dropped = ("Rows Removed by Filter", "Rows Removed by Index Recheck")
    return node["Actual Rows"] + sum(node.get(name, 0) for name in dropped)


def explain(sql: str, *, guard: str = "") -> Plan:
    """Run `sql`, whose values stand in it, and answer its plan; `guard` is set for it alone."""
    with connection.cursor() as cursor:
        cursor.execute("SAVEPOINT plan")
        if guard:
            cursor.execute(guard)
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}")
        found = cursor.fetchone()[0]
        cursor.execute("ROLLBACK TO SAVEPOINT plan")
    found = json.loads(found) if isinstance(found, str) else found
    return Plan(sql, found[0]["Plan"])


def plans_of(do: Callable[[], Any], table: str, *, guard: str = "") -> list[Plan]:
    """The plans of the reads of `table` that `do` makes."""
    with CaptureQueriesContext(connection) as captured:
        do()
    reads = re.compile(rf"^\s*\(*\s*(SELECT|WITH)\b.*\b{table}\b", re.DOTALL)
    return [explain(query["sql"], guard=guard) for query in captured if reads.match(query["sql"])]
