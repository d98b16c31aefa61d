"""The browser of `make test`, on machines that have none: installed, or left out in one line."""

import pytest

from tests import run_all
from tests.e2e import chromium

DRIVER = [chromium.sys.executable, "-m", "playwright"]


class Machine:
    """A machine on which commands are only noted."""

    def __init__(self):
        self.commands = []
        self.browser = None
        self.has_library = False
        self.can_install = True

    def succeeds(self, command):
        self.commands.append(command)
        if command[:3] == DRIVER:
            return self.has_library
        if command[:2] == ["apt-get", "install"]:
            if self.can_install:
                self.browser, self.has_library = "/usr/bin/chromium", True
            return self.can_install
        return True

    @property
    def installed(self):
        return [word for command in self.commands if "install" in command for word in command]


@pytest.fixture
def machine(monkeypatch):
    made = Machine()
    monkeypatch.setattr(chromium, "succeeds", made.succeeds)
    monkeypatch.setattr(chromium, "find", lambda: made.browser)
    monkeypatch.setattr(chromium.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(chromium.os, "geteuid", lambda: 0)
    return made


@pytest.fixture
def pytest_arguments(monkeypatch):
    """The arguments with which pytest would have been run."""
    given = []
    monkeypatch.setattr(run_all.pytest, "main", lambda arguments: given.extend(arguments) or 0)
    monkeypatch.setenv("CHROMIUM", "")
    return given


def test_looking_for_a_browser_starts_nothing(monkeypatch, tmp_path):
    def start(*args, **kwargs):
        raise AssertionError("started")

    monkeypatch.setattr(chromium.subprocess, "run", start)
    monkeypatch.setattr(chromium.shutil, "which", lambda name: None)
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    assert chromium.find() is None
    downloaded = tmp_path / "chromium-1200" / "chrome-linux" / "chrome"
    downloaded.parent.mkdir(parents=True)
    downloaded.touch()
    assert chromium.find() == str(downloaded)


def test_root_gets_the_browser_and_what_the_driver_needs(machine, pytest_arguments):
    assert run_all.main([]) == 0
    assert {"chromium-headless-shell", "libatomic1"} <= set(machine.installed)
    assert "chromium" not in machine.installed
    assert "-m" not in pytest_arguments
    assert chromium.os.environ["CHROMIUM"] == "/usr/bin/chromium"


def test_nothing_is_installed_where_nothing_is_missing(machine):
    machine.browser, machine.has_library = "/usr/bin/chromium", True
    assert chromium.prepare() == "/usr/bin/chromium"
    assert machine.installed == []


@pytest.mark.parametrize("has_library", [False, True])
@pytest.mark.parametrize("user_id", [0, 1000])
def test_what_is_left_out_is_said_in_one_line(
    machine, pytest_arguments, capsys, monkeypatch, user_id, has_library
):
    monkeypatch.setattr(chromium.os, "geteuid", lambda: user_id)
    machine.can_install, machine.has_library = False, has_library
    assert run_all.main(["tests/project"]) == 0
    *_, last = capsys.readouterr().out.splitlines()
    assert last.startswith("The tests marked “browser” are left out: ")
    assert "apt-get install chromium" in last
    assert ("libatomic1" in last) is not has_library
    assert pytest_arguments[-3:] == ["tests/project", "-m", "not browser"]
    assert any(command[0] == "apt-get" for command in machine.commands) == (user_id == 0)


def test_a_command_that_is_not_there_or_fails_is_no_success():
    assert not chromium.succeeds(["/nowhere/program"])
    assert not chromium.succeeds([chromium.sys.executable, "-c", "raise SystemExit(3)"])
    assert chromium.succeeds([chromium.sys.executable, "-c", ""])
