"""What `make` installs is what the requirements name, each file with its digest."""

import re
from pathlib import Path

import pytest

BASE_DIR = Path(__file__).resolve().parents[2]
PIN = re.compile(r"^([\w.-]+)(?:\[[^]]*\])?==([^\s;\\]+)", re.M)


def pins(name):
    text = (BASE_DIR / name).read_text()
    return {re.sub(r"[-_.]+", "-", found[0]).lower(): found[1] for found in PIN.findall(text)}


@pytest.mark.parametrize("kind", ["requirements", "requirements-dev"])
def test_the_lock_is_of_these_requirements(kind):
    wanted, locked = pins(f"{kind}.txt"), pins(f"{kind}.lock")
    missing = {f"{name}=={wanted[name]}" for name in wanted if wanted[name] != locked.get(name)}
    assert missing == set(), "Run `make lock`."


def test_both_locks_name_the_same_versions():
    dev = pins("requirements-dev.lock")
    assert {name: dev.get(name) for name in pins("requirements.lock")} == pins("requirements.lock")


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_each_file_has_its_digest(name):
    text = re.sub(r"#.*", "", (BASE_DIR / name).read_text())
    entries = [entry for entry in re.split(r"(?m)^(?=[\w])", text) if entry.strip()]
    assert len(entries) == len(pins(name))
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []
