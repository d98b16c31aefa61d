"""The settings that `.env.example` explains."""

import re
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parents[2]


def documented_settings():
    """The settings of `.env.example`, each with the explanation above it."""
    found, explanation = {}, []
    for line in (BASE_DIR / ".env.example").read_text().splitlines():
        if match := re.fullmatch(r"#([A-Z][A-Z0-9_]+)=.*", line):
            found[match[1]] = " ".join(explanation)
            explanation = []
        elif line.startswith("# ") and not line.startswith("# --"):
            explanation.append(line[2:])
        else:
            explanation = []
    return found
