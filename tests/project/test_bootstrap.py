"""The environment behind `make`: made once, with a plain word when it can't be."""

import subprocess
import sys
from types import SimpleNamespace

import pytest

from resolutionflow.launch import bootstrap


@pytest.fixture
def machine(monkeypatch, tmp_path):
    """A project folder without an environment; what would be run is kept in `commands`."""
    commands = []

    def run(command, **kwargs):
        commands.append(command)
        if "venv" in command:
            (tmp_path / ".venv" / "bin").mkdir(parents=True, exist_ok=True)
            (tmp_path / ".venv" / "bin" / "python").touch()
        return SimpleNamespace(returncode=0, stdout=b"")

    monkeypatch.setattr(bootstrap, "BASE_DIR", str(tmp_path))
    monkeypatch.setattr(bootstrap, "VENV", str(tmp_path / ".venv"))
    monkeypatch.setattr(bootstrap, "PYTHON", str(tmp_path / ".venv" / "bin" / "python"))
    monkeypatch.setattr(bootstrap.subprocess, "run", run)
    monkeypatch.setattr(bootstrap, "probe_python", lambda python: (False, False))
    (tmp_path / "requirements.lock").write_text("Django==5.2\n")
    (tmp_path / "requirements-dev.lock").write_text("Django==5.2\n")
    return SimpleNamespace(folder=tmp_path, commands=commands)


def test_this_python_is_seen_for_what_it_is():
    assert bootstrap.probe_python(sys.executable)[0]
    assert bootstrap.probe_python("/nowhere/python") == (False, False)


def test_nothing_is_installed_twice(machine, monkeypatch):
    monkeypatch.setattr(bootstrap, "find_python", lambda: sys.executable)
    bootstrap.install(False)
    assert [command[2] for command in machine.commands if "-m" in command] == ["venv", "pip"]
    machine.commands.clear()
    bootstrap.install(False)
    assert machine.commands == []
    (machine.folder / "requirements.lock").write_text("Django==5.3\n")
    bootstrap.install(False)
    [installing] = [command for command in machine.commands if "pip" in command]
    assert installing[-3:] == [
        "--require-hashes",
        "-r",
        str(machine.folder / "requirements.lock"),
    ]


def test_a_failed_installation_is_tried_again(machine, monkeypatch, capsys):
    monkeypatch.setattr(bootstrap, "find_python", lambda: sys.executable)
    working = subprocess.run

    def failing(command, **kwargs):
        done = working(command, **kwargs)
        return SimpleNamespace(returncode=int("pip" in command), stdout=done.stdout)

    monkeypatch.setattr(bootstrap.subprocess, "run", failing)
    for _ in range(2):
        with pytest.raises(SystemExit, match="not everything could be installed"):
            bootstrap.install(True)


@pytest.mark.parametrize(
    ("answer", "words"),
    [((False, True), "needs Python 3.11 or newer"), ((True, False), "without ensurepip")],
)
def test_what_is_missing_is_said_in_one_line(answer, words, monkeypatch):
    monkeypatch.setattr(bootstrap, "probe_python", lambda python: answer)
    with pytest.raises(SystemExit) as ended:
        bootstrap.find_python()
    assert words in str(ended.value)
    assert "\n" not in str(ended.value)


def test_a_newer_python_beside_an_old_one_is_found(monkeypatch):
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(bootstrap, "probe_python", lambda python: (python.endswith("3.13"), True))
    assert bootstrap.find_python() == "/usr/bin/python3.13"
