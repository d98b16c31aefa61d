"""A file that the server can't store: said at the field, by script and by API; nothing is left."""

import errno

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from sessions_app.attachments import services as attachments_services
from sessions_app.attachments import storage as file_store
from sessions_app.models import Attachment
from tests.factories import make_session
from tests.failing_disk import CALLS, FULL, READ_ONLY, fail_at
from tests.flat_html import flat_html
from tests.sessions_app.attachments.sample_files import png
from tests.sessions_app.run_driver import START

pytestmark = [pytest.mark.django_db, pytest.mark.req("U1")]


@pytest.fixture
def work_session(engineer):
    return make_session(engineer)


def upload():
    return SimpleUploadedFile("error.log", b"809")


def left(attachments_dir):
    return [path for path in attachments_dir.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("number", "status", "words"),
    [(one, 507, file_store.FULL_MESSAGE) for one in FULL]
    + [(one, 503, file_store.NOT_WRITABLE_MESSAGE) for one in READ_ONLY],
)
@pytest.mark.parametrize("call", ["mkdir", "write", "fsync"])
def test_it_is_said_and_nothing_is_left(
    work_session, engineer, page, api, attachments_dir, monkeypatch, call, number, status, words
):
    fail_at(monkeypatch, call, number, attachments_dir)
    address = f"/sessions/{work_session.pk}/attachments"
    sent = {"position": 1, "node_id": "scope", "base_hash": START, "notes": "typed <here>"}

    response = page(engineer).post(address, {**sent, "file": upload()})
    body = flat_html(response)
    assert (response.status_code, response["Retry-After"]) == (status, "60")
    assert words.replace("'", "&#x27;") in body
    assert 'aria-describedby="file-help file-error"' in body
    assert "typed &lt;here&gt;" in body
    work_session.refresh_from_db()
    assert work_session.drafts["scope"]["notes"] == "typed <here>"

    response = page(engineer).post(
        address, {**sent, "file": upload()}, headers={"HX-Request": "true"}
    )
    assert (response.status_code, response.json()) == (status, {"message": words})

    response = api(engineer).post(f"/api/v1{address}", {"file": upload()}, format="multipart")
    assert (response.status_code, response.json()) == (status, {"detail": words})
    assert response["Retry-After"] == "60"

    assert not Attachment.objects.exists()
    assert left(attachments_dir) == []


@pytest.mark.parametrize("call", CALLS)
def test_it_can_be_sent_again_afterwards(
    work_session, engineer, page, attachments_dir, monkeypatch, call
):
    with monkeypatch.context() as patch:
        fail_at(patch, call, errno.ENOSPC, attachments_dir)
        address = f"/sessions/{work_session.pk}/attachments"
        sent = {"position": 1, "node_id": "scope", "base_hash": START}
        if call != "folder fsync" or attachments_dir.exists():
            response = page(engineer).post(address, {**sent, "file": upload()})
            assert response.status_code == 507
    response = page(engineer).post(address, {**sent, "file": upload()})
    assert response.status_code == 303
    assert Attachment.objects.count() == len(left(attachments_dir)) == 1


def test_of_several_files_those_before_it_are_attached(
    work_session, engineer, page, attachments_dir, monkeypatch
):
    real, saved = file_store.save, []

    def save(account_id, data):
        if saved:
            fail_at(monkeypatch, "write", errno.ENOSPC, attachments_dir)
        saved.append(data)
        return real(account_id, data)

    monkeypatch.setattr(file_store, "save", save)
    files = [SimpleUploadedFile("a.png", png()), upload(), upload()]
    response = page(engineer).post(
        f"/sessions/{work_session.pk}/attachments",
        {"position": 1, "node_id": "scope", "base_hash": START, "file": files},
    )
    assert response.status_code == 507
    assert [file.name for file in Attachment.objects.all()] == ["a.png"]


def test_a_file_that_cannot_be_read(work_session, engineer, page, monkeypatch):
    file = attachments_services.add_attachment(
        user=engineer, pk=work_session.pk, name="error.log", data=b"809"
    )

    def refuse(*args):
        raise PermissionError(errno.EACCES, "no")

    monkeypatch.setattr(file_store, "open_file", refuse)
    client = page(engineer)
    client.raise_request_exception = False
    response = client.get(file.url)
    assert response.status_code == 503
    assert "read this file" in response.content.decode()
