"""What `make run` says when it can't: one line, whatever it is."""

import errno
import os
import socket
import subprocess
import sys
from types import SimpleNamespace

import pytest
from django.conf import settings

from resolutionflow.launch import bootstrap, supervisor


def run_with(monkeypatch, capsys, error):
    def serve():
        raise error

    monkeypatch.setattr(supervisor, "serve", serve)
    code = supervisor.main()
    return code, capsys.readouterr().err


@pytest.mark.parametrize("number", supervisor.DISK_PROBLEMS)
def test_a_disk_that_takes_nothing_is_said_in_a_sentence(number, monkeypatch, capsys):
    error = OSError(number, os.strerror(number), "/srv/data/secret_key")
    code, said = run_with(monkeypatch, capsys, error)
    assert code == 1
    assert said.count("\n") == 1
    assert "/srv/data/secret_key can't be written" in said
    assert "RESOLUTIONFLOW_DATA_DIR" in said


def test_the_cause_is_looked_for(monkeypatch, capsys):
    """The embedded PostgreSQL raises one sentence of its own, from what the disk said."""
    error = RuntimeError("It did not start.")
    error.__cause__ = OSError(errno.ENOSPC, "No space left on device")
    assert "no room left" in run_with(monkeypatch, capsys, error)[1]
    full = ValueError("While it was written.")
    full.__cause__ = SimpleFull("disk full")
    assert "the database's disk is full" in run_with(monkeypatch, capsys, full)[1]


class SimpleFull(Exception):
    sqlstate = "53100"


def test_any_other_error_is_shown_whole(monkeypatch, capsys):
    with pytest.raises(KeyError):
        run_with(monkeypatch, capsys, KeyError("a mistake of ours"))


def test_a_data_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").touch()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    names = ("DATABASE_URL", "ALLOWED_HOSTS", "SECRET_KEY")
    surroundings = {name: text for name, text in os.environ.items() if name not in names}
    surroundings |= {
        "DJANGO_SETTINGS_MODULE": "resolutionflow.settings",
        "RESOLUTIONFLOW_DATA_DIR": str(tmp_path / "file" / "data"),
        "PORT": str(port),
    }
    done = subprocess.run(
        [sys.executable, "-m", "resolutionflow.launch.supervisor"],
        cwd=settings.BASE_DIR,
        env=surroundings,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stderr.strip().count("\n") == 0
    assert "can't be written" in done.stderr


def test_an_environment_that_cannot_be_written(tmp_path, monkeypatch):
    monkeypatch.setattr(bootstrap, "BASE_DIR", str(tmp_path))
    monkeypatch.setattr(bootstrap, "VENV", str(tmp_path / "nowhere"))
    monkeypatch.setattr(bootstrap, "has_environment", lambda: True)
    done = SimpleNamespace(returncode=0)
    monkeypatch.setattr(bootstrap.subprocess, "run", lambda *args, **kwargs: done)
    (tmp_path / "requirements.lock").write_text("Django==5.2\n")
    with pytest.raises(SystemExit) as ended:
        bootstrap.main(["-m", "anything"])
    assert "can't be written" in str(ended.value)
    assert "\n" not in str(ended.value)
