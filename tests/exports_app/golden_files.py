"""Golden files: exports that a person has read.

Set REWRITE_GOLDEN=1 to write them anew; then read them as a dispatcher would.
"""

import os
from pathlib import Path

GOLDEN = Path(__file__).parent / "golden"


def matches_golden(name: str, content: str) -> None:
    path = GOLDEN / name
    if os.environ.get("REWRITE_GOLDEN"):
        path.write_text(content, encoding="utf-8", newline="")
    assert content == path.read_text(encoding="utf-8")
