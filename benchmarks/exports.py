"""How fast an export is, and what it holds in memory (SPEC section 9).

    python -m benchmarks.exports

An export of 100 steps costs at most 3 times the empty signed-in page, one of 1,000 steps at most
10 times that; a session with 50 MB of command output exports at `standard` without holding it.
"""

import argparse
import json
import tracemalloc

from benchmarks import harness

OUTPUT = "Reply from 192.0.2.10: bytes=32 time=4ms TTL=57\n"


def make_session(steps: int, *, output_bytes: int = 0):
    """A completed session with `steps` recorded steps, notes and outputs as people leave them."""
    from sessions_app.models import Decision
    from tests.factories import UserFactory, make_completed

    work_session = make_completed(UserFactory())
    output = OUTPUT * (output_bytes // len(OUTPUT) if output_bytes else 8)
    for start in range(0, steps, 50):
        Decision.objects.bulk_create(
            Decision(
                session=work_session,
                position=position,
                node_id="scope",
                question="Does the gateway answer from the client's network?",
                answer="Yes, but slowly",
                notes="Checked from the reception PC.\n- cable swapped\n- same result",
                command_output=output,
            )
            for position in range(start + 1, min(start + 50, steps) + 1)
        )
    work_session.decision_count = steps
    work_session.save()
    return work_session


def measure_speed(rounds: int) -> list[tuple[str, str, str, str]]:
    from django.test import Client

    rows = []
    for name in ("psa", "markdown", "text", "html"):
        times = {}
        for steps in (100, 1000):
            work_session = make_session(steps)
            client = Client()
            client.force_login(work_session.user)
            url = f"/api/v1/sessions/{work_session.pk}/export"

            def export(client=client, url=url, name=name):
                answer = client.post(
                    url, json.dumps({"format": name}), content_type="application/json"
                )
                assert answer.status_code == 200, answer.content  # noqa: S101
                return answer.content

            times |= harness.median_seconds(
                {
                    f"floor {steps}": lambda client=client: client.get(harness.FLOOR),
                    f"{steps}": export,
                },
                rounds=rounds,
            )
        first = times["100"] / times["floor 100"]
        growth = times["1000"] / times["100"]
        rows.append((f"{name}, 100 steps / floor", f"{first:.2f}", "3", verdict(first, 3)))
        rows.append((f"{name}, 1,000 / 100 steps", f"{growth:.2f}", "10", verdict(growth, 10)))
    return rows


def measure_memory() -> list[tuple[str, str, str, str]]:
    from exports_app.options import ExportOptions
    from exports_app.service import export_session
    from sessions_app.models import Session

    work_session = make_session(50, output_bytes=1_000_000)
    rows = []
    for level in ("summary", "standard", "full"):
        found = Session.objects.select_related("user", "account").get(pk=work_session.pk)
        tracemalloc.start()
        export_session(found, ExportOptions(detail_level=level))
        peak = tracemalloc.get_traced_memory()[1] / 1e6
        tracemalloc.stop()
        bound = {"summary": 10, "standard": 25, "full": 400}[level]
        rows.append(
            (
                f"50 MB of output at {level}, peak MB",
                f"{peak:.1f}",
                str(bound),
                verdict(peak, bound),
            )
        )
    return rows


def verdict(value: float, bound: float) -> str:
    return "ok" if value <= bound else "over"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    harness.prepare()
    with harness.throw_away_database():
        print(harness.table(measure_speed(options.rounds) + measure_memory()))


if __name__ == "__main__":
    main()
