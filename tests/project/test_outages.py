"""Errors of disk and database that end with their cause: their status, in words, page and API."""

import errno

import psycopg
import pytest
from django.db import InterfaceError, InternalError, OperationalError, connection
from django.test import RequestFactory

from resolutionflow.web import outages, views
from resolutionflow.web.errors import NotStored
from tests.factories import make_session
from tests.sessions_app.run_driver import START


def database_error(kind, state, wrapped=OperationalError):
    """Return an error of Django's with the driver's error below it, as the database raises it."""
    error = wrapped("no")
    error.__cause__ = psycopg.errors.lookup(state)("no")
    assert isinstance(error.__cause__, kind)
    return error


ERRORS = [
    (OperationalError("away"), outages.DATABASE_AWAY),
    (InterfaceError("closed"), outages.DATABASE_AWAY),
    (database_error(psycopg.errors.DiskFull, "53100"), outages.DATABASE_FULL),
    (
        database_error(psycopg.errors.ReadOnlySqlTransaction, "25006", InternalError),
        outages.DATABASE_READ_ONLY,
    ),
    (OSError(errno.ENOSPC, "full"), outages.DISK_IS_FULL),
    (OSError(errno.EDQUOT, "quota"), outages.DISK_IS_FULL),
    (OSError(errno.EROFS, "read-only"), outages.DISK_READ_ONLY),
    (ValueError("a mistake of ours"), None),
    (OSError(errno.ENOENT, "not there"), None),
    (None, None),
]


@pytest.mark.parametrize(("error", "expected"), ERRORS)
def test_what_an_error_means(error, expected):
    assert outages.find_outage(error) == expected


def respond(error, path):
    try:
        raise error
    except type(error):
        return views.server_error(RequestFactory().post(path))


@pytest.mark.parametrize(
    ("error", "expected"), [one for one in ERRORS if one[0] is not None and one[1] is not None]
)
def test_what_is_said(error, expected):
    response = respond(error, "/api/v1/sessions")
    assert response.status_code == expected.status
    assert response["Retry-After"] == expected.retry_after
    assert expected.detail.encode() in response.content
    response = respond(error, "/sessions")
    body = response.content.decode()
    assert (response.status_code, response["Retry-After"]) == (
        expected.status, expected.retry_after
    )  # fmt: skip
    assert expected.detail.replace("'", "&#x27;") in body
    assert f"{expected.heading} ({expected.status})" in body
    assert "data-typed-kept" in body


def test_a_file_that_cannot_be_stored_is_said_in_its_words():
    response = respond(NotStored("No room.", is_full=True), "/sessions")
    assert response.status_code == 507
    assert "No room." in response.content.decode()


def test_a_mistake_of_ours_stays_one():
    response = respond(ValueError("secret"), "/sessions")
    assert response.status_code == 500
    assert "secret" not in response.content.decode()
    assert "Retry-After" not in response


def test_a_database_that_takes_no_changes(transactional_db, engineer, page, api):
    """By page and API; it is over for every connection as soon as it is over."""
    client, caller = page(engineer), api(engineer)
    work_session = make_session(engineer)
    typed = {"scratchpad": "typed", "base_hash": START}
    address = f"/sessions/{work_session.pk}/scratchpad"
    client.raise_request_exception = False
    name = connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        cursor.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    connection.close()
    try:
        for headers in ({}, {"Accept": "application/json"}):
            response = client.post(address, typed, headers=headers)
            assert response.status_code == 503
            assert "takes no changes" in response.content.decode()
        response = caller.post("/api/v1/steps", {"title": "Ping", "body": "", "commands": []})
        assert response.status_code == 503
        assert response.json() == {"detail": outages.DATABASE_READ_ONLY.detail}
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SET default_transaction_read_only = off")
            cursor.execute(f'ALTER DATABASE "{name}" RESET default_transaction_read_only')
        connection.close()
    response = caller.post("/api/v1/steps", {"title": "Ping", "body": "", "commands": []})
    assert response.status_code == 201


def test_no_second_copy_of_an_upload_is_written(settings):
    assert settings.FILE_UPLOAD_MAX_MEMORY_SIZE >= settings.MAX_REQUEST_BYTES
