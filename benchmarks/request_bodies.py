"""How long the shapes of requests take to check, as a ratio to reading the same JSON.

    python -m benchmarks.request_bodies

The floor is `json.loads` of the body. Both are timed in turn, in the time of the processor, and the
medians compared: a busy machine slows both alike. It needs no database.
"""

import contextlib
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

# The check of a longest path may take so many times as long as reading its JSON.
MAX_RATIO = 3.0
ROUNDS = 15
STEP = {
    "node_id": "ping-the-gateway",
    "question": "Does the gateway answer from the affected workstation?",
    "answer": "Yes, all packets",
    "action": "ping {{ gateway }}",
    "notes": "Answers at once from the switch too.\n" * 6,
    "command_output": "Reply from 10.20.30.1: bytes=32 time=1ms TTL=64\n" * 12,
    "timestamp": "2026-11-27T14:05:00Z",
    "entered_at": "2026-11-27T14:04:12.481530Z",
    "attachments": [{"name": "trace.txt", "url": "https://files.example.com/trace.txt"}],
    "carried_over_from": None,
}


def bodies() -> dict[str, dict[str, Any]]:
    """Return the bodies to measure, by what they are."""
    path = [{**STEP, "position": number} for number in range(1, 5_001)]
    wrong = [{**step, "notes": 5, "ansewr": "x"} for step in path]
    return {
        "5,000 decisions": {"decisions": path},
        "5,000 decisions, each with two mistakes": {"decisions": wrong},
        "a scratchpad of 200,000 characters": {"scratchpad": "Line of a log, as pasted.\n" * 7_600},
    }


def seconds(call: Callable[[], Any]) -> float:
    """Return the processor's time of one call."""
    start = time.process_time()
    call()
    return time.process_time() - start


def main() -> int:
    """Print the table; return 1 when the bound is broken."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.settings")
    import django

    django.setup()
    from resolutionflow.web.errors import Invalid
    from resolutionflow.web.schemas import validate
    from sessions_app.api.schemas import SessionUpdateRequest

    def check(body: dict[str, Any]) -> None:
        with contextlib.suppress(Invalid):
            validate(SessionUpdateRequest, body).sent()

    is_within = True
    print(f"{'body':<42} {'read ms':>8} {'check ms':>9} {'ratio':>6}")
    for name, body in bodies().items():
        text = json.dumps(body)
        reading, checking = [], []
        for _ in range(ROUNDS):
            reading.append(seconds(lambda text=text: json.loads(text)))
            checking.append(seconds(lambda body=body: check(body)))
        read, checked = statistics.median(reading), statistics.median(checking)
        ratio = checked / read
        is_within &= ratio <= MAX_RATIO
        print(f"{name:<42} {read * 1e3:>8.1f} {checked * 1e3:>9.1f} {ratio:>6.2f}")
    print(f"bound: {MAX_RATIO}", "ok" if is_within else "BROKEN")
    return 0 if is_within else 1


if __name__ == "__main__":
    sys.exit(main())
