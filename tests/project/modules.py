"""The modules of the product, by their dotted names."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
# Each may import those before it.
APPS = ("resolutionflow", "accounts_app", "trees_app", "sessions_app", "exports_app")


def find_modules() -> dict[str, Path]:
    found = {}
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = find_modules()
