"""Fixtures that most tests use."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts_app.models import Account, User
from tests.factories import AccountFactory, UserFactory, make_key


@pytest.fixture(autouse=True)
def attachments_dir(settings: Any, tmp_path: Path) -> Path:
    """Files that tests attach lie in a folder of their own."""
    settings.ATTACHMENTS_DIR = tmp_path / "attachments"
    return settings.ATTACHMENTS_DIR


@pytest.fixture(autouse=True)
def archive_dir(settings: Any, tmp_path: Path) -> Path:
    """Archives that tests write lie in a folder of their own."""
    settings.ARCHIVE_DIR = tmp_path / "archive"
    return settings.ARCHIVE_DIR


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
