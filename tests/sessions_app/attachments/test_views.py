"""Files and handing over by page and API, and the file itself."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from sessions_app.attachments import services as attachments_services
from sessions_app.attachments import storage as file_store
from sessions_app.handover import services as handover_services
from sessions_app.models import Attachment, Session
from sessions_app.recording import services as recording_services
from tests.factories import TeamFactory, UserFactory, make_completed, make_session
from tests.flat_html import flat_html
from tests.sessions_app.attachments.sample_files import PDF, SVG, png
from tests.sessions_app.run_driver import START

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def upload(data=b"809", name="error.log"):
    return SimpleUploadedFile(name, data)


def form(**more):
    return {"position": 1, "node_id": "scope", **more}


@pytest.fixture
def work_session(engineer):
    return make_session(engineer)


def attach(client, work_session, *files, headers=None, **more):
    address = f"/sessions/{work_session.pk}/attachments"
    return client.post(address, form(file=list(files), **more), headers=headers)


def test_the_plain_form_keeps_what_is_typed(work_session, engineer, page):
    client = page(engineer)
    typed = {"notes": "Says 809", "command_output": "x", "base_hash": START}
    response = attach(client, work_session, upload(), upload(png(), "a.png"), **typed)
    assert (response.status_code, response["Location"]) == (
        303, f"/sessions/{work_session.pk}/run"
    )  # fmt: skip
    body = flat_html(client.get(response["Location"]))
    assert "Says 809" in body
    assert "error.log" in body
    file = Attachment.objects.get(name="a.png")
    assert f'<img class="file__picture" src="{file.url}"' in body


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ([], "Choose a file first."),
        ([upload(SVG, "logo.png")], "carry scripts"),
        ([upload(b"", "empty.png")], "empty"),
    ],
)
def test_a_refusal_stands_at_the_field_and_keeps_the_rest(
    files, words, work_session, engineer, page
):
    response = attach(page(engineer), work_session, *files, notes="typed <here>", base_hash=START)
    body = response.content.decode()
    assert response.status_code == 422
    assert words in body
    assert 'aria-describedby="file-help file-error"' in body
    assert "typed &lt;here&gt;" in body
    work_session.refresh_from_db()
    assert work_session.drafts["scope"]["notes"] == "typed <here>"


def test_the_script_gets_the_steps_files_alone(work_session, engineer, page, settings):
    client = page(engineer)
    response = attach(client, work_session, upload(png(), "a.png"), headers=HTMX)
    assert response.status_code == 200
    assert (
        flat_html(response).lstrip().startswith('<step-attachments class="files" id="step-files"')
    )
    settings.MAX_ATTACHMENT_MB = 1
    big = upload(b"x" * (1024 * 1024 + 1), "big.log")
    response = attach(client, work_session, big, upload(b"ok"), headers=HTMX)
    assert response.status_code == 422
    assert "big.log: The file has 1.0 MB; 1 MB fit." in flat_html(response)
    assert sorted(Attachment.objects.values_list("name", flat=True)) == ["a.png", "error.log"]


def test_the_script_learns_what_it_can_not_show(work_session, engineer, page):
    client = page(engineer)
    stale = attach(client, work_session, upload(), headers=HTMX, position=7)
    assert stale.status_code == 409
    assert "changed elsewhere" in stale.json()["message"]
    Session.objects.filter(pk=work_session.pk).update(completed_at="2026-01-01T00:00Z",
                                                      outcome="resolved")  # fmt: skip
    assert attach(client, work_session, upload(), headers=HTMX).status_code == 400


def test_a_file_is_removed_in_place_and_plainly(work_session, engineer, page):
    client = page(engineer)
    attach(client, work_session, upload(), upload(b"2", "two.log"))
    first, second = Attachment.objects.order_by("created_at")
    response = client.post(f"{first.url}/remove", headers=HTMX)
    assert "two.log" in response.content.decode()
    assert "error.log" not in response.content.decode()
    response = client.post(f"{second.url}/remove", form(notes="mine", base_hash=START))
    assert response.status_code == 303
    assert not Attachment.objects.exists()
    work_session.refresh_from_db()
    assert work_session.drafts["scope"] == {
        "notes": "mine", "command_output": "", "text": "", "attachments": []
    }  # fmt: skip


def test_files_stand_on_the_session_page_too(work_session, engineer, page):
    client = page(engineer)
    attach(client, work_session, upload(png(), "<b>.png"))
    client.post(f"/sessions/{work_session.pk}/answer", form(choice=0))
    body = client.get(f"/sessions/{work_session.pk}").content.decode()
    assert "_b_.png" in body
    assert "<b>" not in body


# -- the file itself ---------------------------------------------------------------------------


def stored(user, data, name):
    return attachments_services.add_attachment(
        user=user, pk=make_session(user).pk, name=name, data=data
    )


@pytest.mark.parametrize(
    ("data", "name", "content_type", "disposition"),
    [
        (png(), "Fehler ö.png", "image/png", "inline; filename*=utf-8''Fehler%20%C3%B6.png"),
        (PDF, "page.html", "application/pdf", 'attachment; filename="page.html.pdf"'),
        (b"echo", "x.bat", "text/plain", 'attachment; filename="x.bat.txt"'),
    ],
)
def test_a_file_is_sent_so_that_nothing_in_it_runs(
    data, name, content_type, disposition, engineer, page
):
    response = page(engineer).get(stored(engineer, data, name).url)
    assert b"".join(response.streaming_content) == data
    assert response["Content-Type"] == content_type
    assert response["Content-Disposition"] == disposition
    assert response["Content-Security-Policy"].startswith("default-src 'none'; sandbox")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"


def test_a_key_opens_it_and_a_wrong_one_does_not(engineer, integration, stranger, api, client):
    file = stored(engineer, b"809", "x.log")
    assert api(integration).get(file.url).status_code == 200
    assert api(stranger).get(file.url).status_code == 404
    wrong = client.get(file.url, headers={"Authorization": "Token rf_x_y"})
    assert (wrong.status_code, wrong["WWW-Authenticate"]) == (401, "Token")


def test_a_file_that_is_gone_from_the_disk_is_not_found(engineer, page):
    file = stored(engineer, b"809", "x.log")
    file_store.delete([(file.account_id, file.stored_as)])
    assert page(engineer).get(file.url).status_code == 404


# -- the API -----------------------------------------------------------------------------------


def test_the_api_gives_and_lists_files(work_session, engineer, api):
    client, address = api(engineer), f"/api/v1/sessions/{work_session.pk}/attachments"
    given = client.post(address, {"file": upload(png(), "a.png")}, format="multipart")
    assert given.status_code == 201
    recorded = f"/sessions/{work_session.pk}/answer"
    client.force_login(engineer)
    client.post(recorded, form(choice=0), format="multipart")
    again = client.post(address, {"file": upload(), "position": "1"}, format="multipart")
    assert again.status_code == 201
    assert client.get(address).json() == [given.json(), again.json()]
    assert given.json()["content_type"] == "image/png"
    assert client.get(given.json()["url"]).status_code == 200
    (decision,) = client.get(f"/api/v1/sessions/{work_session.pk}").json()["decisions"]
    assert decision["attachments"] == [
        {"name": "a.png", "url": given.json()["url"]},
        {"name": "error.log", "url": again.json()["url"]},
    ]


@pytest.mark.req("S16")
@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "file"),
        ({"file": "no file"}, "file"),
        ({"file": upload(SVG, "x.png")}, "file"),
        ({"file": upload(), "position": "1"}, "position"),
        ({"file": upload(), "position": "first"}, "position"),
    ],
)
def test_the_api_names_the_field(body, field, work_session, engineer, api):
    address = f"/api/v1/sessions/{work_session.pk}/attachments"
    answer = api(engineer).post(address, body, format="multipart")
    assert answer.status_code == 422
    assert [problem["field"] for problem in answer.json()["detail"]] == [field]


def test_the_api_takes_no_json_and_no_files_once_completed(engineer, api):
    done = make_completed(engineer)
    address = f"/api/v1/sessions/{done.pk}/attachments"
    assert api(engineer).post(address, {"file": "x"}, format="json").status_code == 415
    answer = api(engineer).post(address, {"file": upload()}, format="multipart")
    assert answer.status_code == 400


# -- handing over ------------------------------------------------------------------------------


@pytest.fixture
def mates(account):
    team = TeamFactory(account=account)
    return [
        UserFactory(account=account, team=team, first_name=first, last_name="Lind")
        for first in ("Ana", "Bo")
    ]


def hand_over(page, giver, work_session, mate, note="Call Bob by 5."):
    address = f"/sessions/{work_session.pk}/hand-over"
    return page(giver).post(address, {"to": mate.pk, "note": note})


def test_the_page_offers_team_mates_and_says_what_they_will_read(mates, page):
    ana, bo = mates
    work_session = make_session(ana)
    body = flat_html(page(ana).get(f"/sessions/{work_session.pk}/hand-over"))
    assert f'<option value="{bo.pk}">Bo Lind' in body
    assert "You can read on, but not change it" in body
    assert "One user · Everyone · Not sure" in body


def test_without_a_team_there_is_nobody(engineer, page):
    work_session = make_session(engineer)
    body = page(engineer).get(f"/sessions/{work_session.pk}/hand-over").content.decode()
    assert "You belong to no team" in body


def test_a_completed_session_is_not_handed_over(mates, page):
    done = make_completed(mates[0])
    response = page(mates[0]).get(f"/sessions/{done.pk}/hand-over")
    assert response["Location"] == f"/sessions/{done.pk}"


def test_a_refused_form_keeps_the_note(mates, page, stranger):
    work_session = make_session(mates[0])
    response = hand_over(page, mates[0], work_session, stranger)
    assert response.status_code == 422
    assert "Choose somebody of your team." in response.content.decode()
    assert "Call Bob by 5." in response.content.decode()


def test_the_receiver_sees_the_notice_on_the_dashboard_and_above_the_step(mates, page):
    ana, bo = mates
    work_session = make_session(ana)
    assert hand_over(page, ana, work_session, bo)["Location"] == "/"
    dashboard = flat_html(page(bo).get("/"))
    assert "<strong>Ana Lind</strong> handed it to you today" in dashboard
    run = flat_html(page(bo).get(f"/sessions/{work_session.pk}/run"))
    assert '<details class="told no-print" id="told" open>' in run
    assert "Call Bob by 5." in run
    step = recording_services.StepInput(position=1, node_id="scope", choice=0)
    recording_services.answer(user=bo, pk=work_session.pk, step=step)
    run = flat_html(page(bo).get(f"/sessions/{work_session.pk}/run"))
    assert '<details class="told no-print" id="told">' in run


def test_the_former_owners_page_is_refused_kindly(mates, page):
    ana, bo = mates
    work_session = make_session(ana)
    handover_services.hand_over(user=ana, pk=work_session.pk, to=bo.pk)
    client, base = page(ana), f"/sessions/{work_session.pk}"
    typed = form(choice=0, notes="Nearly done", base_hash=START)
    plain = client.post(f"{base}/answer", typed)
    assert plain.status_code == 403
    assert "You handed this session to Bo Lind today" in plain.content.decode()
    assert "Nearly done" in plain.content.decode()
    scripted = client.post(f"{base}/answer", typed, headers=HTMX)
    assert (scripted.status_code, scripted["HX-Retarget"]) == (403, "#run-notices")
    assert "Nearly done" in scripted.content.decode()
    saved = client.post(f"{base}/typing", typed)
    assert saved.status_code == 403
    assert saved.json()["message"].endswith("Your text is kept here to copy.")
    sent = attach(client, work_session, upload(), headers=HTMX)
    assert sent.json()["message"].startswith("You handed this session to Bo Lind")
    reading = client.get(base)
    assert reading.status_code == 200
    for write in ("run", "complete", "hand-over", "ticket", "delete"):
        assert f'"{base}/{write}"' not in reading.content.decode()


def test_the_history_says_who_did_which_step(mates, page):
    ana, bo = mates
    work_session = make_session(ana)
    step = recording_services.StepInput(position=1, node_id="scope", choice=0)
    recording_services.answer(user=ana, pk=work_session.pk, step=step)
    body = page(ana).get(f"/sessions/{work_session.pk}").content.decode()
    assert "timeline__by" not in body
    hand_over(page, ana, work_session, bo)
    step = recording_services.StepInput(position=2, node_id="ping")
    recording_services.answer(user=bo, pk=work_session.pk, step=step)
    body = page(bo).get(f"/sessions/{work_session.pk}").content.decode()
    order = [
        body.index('<span class="timeline__by">Ana Lind</span>'),
        body.index("Ana Lind handed it to Bo Lind"),
        body.index('<span class="timeline__by">Bo Lind</span>'),
    ]
    assert order == sorted(order)
