"""Fixtures that most tests use."""

import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from rest_framework.test import APIClient

from accounts_app.models import Account, User
from resolutionflow import file_storage
from tests import clock
from tests.factories import AccountFactory, UserFactory, make_key

FOLDER = Path(__file__).parent
# `fixed` makes the same examples on every machine and in every run, however busy it is: a red test
# is somebody's doing. `search` looks for others (`make search`, tests/search.py).
COMMON = {
    "database": None,
    "deadline": None,
    "suppress_health_check": [HealthCheck.too_slow],
}
hypothesis_settings.register_profile("fixed", derandomize=True, **COMMON)
hypothesis_settings.register_profile("search", max_examples=500, print_blob=True, **COMMON)
hypothesis_settings.load_profile("fixed")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Sort the slow files first: the quick ones then fill up what is left on each processor.

    A search shuffles instead, the same way in each process: what one round has no time for, the
    next ones meet. Calls of the API come last, as a few of them cost what thousands of others do.
    """
    if config.getoption("--hypothesis-profile") == "search":
        random.Random(config.getoption("--hypothesis-seed")).shuffle(items)
        items.sort(key=lambda item: item.path.name == "test_schema.py")
        return
    slow = (FOLDER / "e2e", FOLDER / "sessions_app" / "retention")
    items.sort(key=lambda item: not any(item.path.is_relative_to(folder) for folder in slow))


def pytest_runtest_setup() -> None:
    """Leave out what a search has no time left for."""
    if time.time() > float(os.environ.get("SEARCH_UNTIL", "inf")):
        pytest.skip("the time of the search is over")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how long each folder took, and which tests passed at their second try only."""
    if terminalreporter.config.option.durations:
        report_folder_times(terminalreporter)
    report_second_tries(terminalreporter)


def report_folder_times(terminalreporter: pytest.TerminalReporter) -> None:
    """Write the seconds that the tests of each folder took, summed over all processes."""
    seconds: Counter[str] = Counter()
    for reports in terminalreporter.stats.values():
        for report in reports:
            if isinstance(report, pytest.TestReport):
                seconds["/".join(report.location[0].split("/")[:-1])] += report.duration
    terminalreporter.section("seconds by folder")
    for folder, taken in seconds.most_common():
        terminalreporter.line(f"{taken:8.1f}s {folder}")


def report_second_tries(terminalreporter: pytest.TerminalReporter) -> None:
    """Name the tests that passed at their second try only."""
    stats = terminalreporter.stats
    failed = {report.nodeid for kind in ("failed", "error") for report in stats.get(kind, [])}
    again = [report for report in stats.get("rerun", []) if report.nodeid not in failed]
    if again:
        terminalreporter.section("PASSED AT THE SECOND TRY: there is a race to be found", bold=True)
    for report in again:
        why = report.longreprtext.strip().splitlines()[-1:]
        terminalreporter.line(f"{report.nodeid} ({report.when}): {' '.join(why)}")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Allow Django's test cases to empty all tables, which the audit log refuses."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_app_auditentry DISABLE TRIGGER audit_no_truncate")
    connection.close()


@pytest.fixture(autouse=True)
def set_clock() -> Iterator[None]:
    """Start each test at the moment that `make test-clock` names, if it is that which runs."""
    moment = clock.moment()
    if moment is None:
        yield
        return
    with time_machine.travel(moment, tick=True):
        yield


@pytest.fixture(autouse=True)
def stored_files(settings: Any, tmp_path: Path) -> None:
    """Files that tests attach, and archives that they write, are in folders of their own."""
    settings.ATTACHMENTS_DIR = tmp_path / "attachments"
    settings.ARCHIVE_DIR = tmp_path / "archive"
    settings.STORAGES = {
        **settings.STORAGES,
        "attachments": file_storage.in_folder(settings.ATTACHMENTS_DIR),
        "archives": file_storage.in_folder(settings.ARCHIVE_DIR),
    }


@pytest.fixture
def attachments_dir(settings: Any) -> Path:
    return settings.ATTACHMENTS_DIR


@pytest.fixture
def account(db: None) -> Account:
    return AccountFactory()


@pytest.fixture
def engineer(account: Account) -> User:
    return UserFactory(account=account, role=User.Role.ENGINEER)


@pytest.fixture
def colleague(account: Account) -> User:
    return UserFactory(account=account, role=User.Role.ENGINEER)


@pytest.fixture
def author(account: Account) -> User:
    return UserFactory(account=account, role=User.Role.AUTHOR)


@pytest.fixture
def admin(account: Account) -> User:
    return UserFactory(account=account, role=User.Role.ADMIN)


@pytest.fixture
def viewer(account: Account) -> User:
    return UserFactory(account=account, role=User.Role.VIEWER)


@pytest.fixture
def integration(account: Account) -> User:
    return UserFactory(account=account, role=User.Role.INTEGRATION)


@pytest.fixture
def stranger(db: None) -> User:
    """An engineer of another account."""
    return UserFactory(role=User.Role.ENGINEER)


@pytest.fixture
def page() -> Callable[[User], Client]:
    """A browser signed in as a user."""

    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return signed_in


@pytest.fixture
def api() -> Callable[[User], APIClient]:
    """An API client that carries a key of a user."""

    def with_key(user: User) -> APIClient:
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Token {make_key(user)}")
        return client

    return with_key
