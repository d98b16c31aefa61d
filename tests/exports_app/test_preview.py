"""The preview's pages: what options do, what is cut, and that nothing is written."""

import re
from html import unescape

import pytest
from django.test import Client

from exports_app.option_labels import MORE_LABELS, option_labels
from exports_app.options import ExportOptions, option_choices
from exports_app.preview import services as preview_services
from exports_app.renderers import RENDERERS
from sessions_app.attachments import services as attachments_services
from sessions_app.models import Session
from sessions_app.permissions import get_readable_session
from tests.factories import add_decision, make_completed, make_session
from tests.flat_html import flat_html
from tests.sessions_app.attachments.sample_files import png

pytestmark = [pytest.mark.django_db, pytest.mark.req("U3")]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def work_session(engineer):
    made = make_session(engineer, ticket_number="T-7", scratchpad="from 10.1.2.3",
                        session_variables={"gateway": "gw1"})  # fmt: skip
    add_decision(made, notes="Größe: 5 µs")
    add_decision(made, question="Ping {{ gateway }}", answer="Done", command_output="ok\n" * 20_000)
    add_decision(made, question="Did the gateway reply?", answer="Yes")
    return made


def url(work_session, rest=""):
    return f"/sessions/{work_session.pk}/preview{rest}"


def text_of(response) -> str:
    found = re.search(r'id="preview-text"[^>]*>\n(.*?)</textarea>', flat_html(response), re.S)
    assert found
    return unescape(found[1])


@pytest.mark.parametrize("kind", RENDERERS)
def test_page_api_and_preview_show_the_same_document(page, engineer, work_session, kind):
    client = page(engineer)
    options = {"format": kind, "detail_level": "full", "max_step_index": 2}
    exported = client.post(f"/sessions/{work_session.pk}/export", options).content.decode()
    assert text_of(client.get(url(work_session), options)) == exported
    assert text_of(client.post(url(work_session), options)) == exported
    assert text_of(client.post(url(work_session), options, headers=HTMX)) == exported


def test_whole_page_dialog_and_text_alone(page, engineer, work_session):
    client = page(engineer)
    whole = client.get(url(work_session)).content.decode()
    dialog = client.get(url(work_session), headers=HTMX).content.decode()
    alone = client.post(
        url(work_session), headers={**HTMX, "HX-Target": "preview-result"}
    ).content.decode()
    assert "<html" in whole
    assert "<noscript>" in whole
    assert '<h2 id="preview-title"' in dialog
    assert "<noscript>" not in dialog
    assert 'id="preview-options"' not in alone
    assert alone.count('id="preview-result"') == 1


def test_no_inline_style_or_script_in_it(page, engineer, work_session):
    for path in (url(work_session), f"/sessions/{work_session.pk}"):
        html = page(engineer).get(path).content.decode()
        assert " style=" not in re.sub(r"<textarea.*?</textarea>", "", html, flags=re.S)
        assert re.findall(r"<script(?![^>]* src=)", html) == []


@pytest.mark.req("X8")
def test_a_preview_is_no_export(page, engineer):
    done = make_completed(engineer)
    client = page(engineer)
    before = Session.objects.filter(pk=done.pk).values().get()
    for response in (
        client.get(url(done)),
        client.post(url(done), {"format": "html"}),
        client.post(url(done, "/rendered"), {"text": "x"}),
    ):
        assert response.status_code == 200
        assert response["Cache-Control"] == "private, no-store"
    assert Session.objects.filter(pk=done.pk).values().get() == before


@pytest.mark.req("X8")
def test_taking_the_text_along_marks_a_completed_session_only(page, engineer, work_session):
    done = make_completed(engineer)
    for it, marked in ((done, True), (work_session, False)):
        assert page(engineer).post(f"/sessions/{it.pk}/exported").status_code == 204
        before = it.revision
        it.refresh_from_db()
        assert (it.exported, it.revision) == (marked, before)


def test_the_cutoff_offers_steps_by_title_with_variables(page, engineer, work_session):
    html = flat_html(page(engineer).get(url(work_session), {"max_step_index": 2}))
    assert ">All 3 steps</option>" in html
    assert '<option value="2" selected>Through step 2: Ping gw1</option>' in html
    session_page = flat_html(page(engineer).get(f"/sessions/{work_session.pk}"))
    assert '<option value="3">Through step 3: Did the gateway reply?</option>' in session_page
    for audience in option_choices()["audience"]:
        assert f'value="{audience}"' in session_page


def test_every_format_level_and_audience_has_a_name():
    choices = option_choices()
    assert all(set(labels) == set(choices[name]) for name, labels in option_labels().items())


def test_summary_fields_change_the_text(page, engineer, work_session):
    typed = {"format": "psa", "include_summary": "true", "impact": "Three people\r\ncan't work",
             "issue": "", "next_steps": " "}  # fmt: skip
    work_session.next_steps = "Call back"
    work_session.save(update_fields=["next_steps"])
    text = text_of(page(engineer).post(url(work_session), typed))
    assert "Impact:\n  Three people\n  can't work\n" in text
    assert f"Issue: {work_session.tree_name}" in text
    assert "\nNext Steps:\n" in text


def test_boxes_that_are_not_ticked_are_off_those_that_are_missing_keep_the_default(
    page, engineer, work_session
):
    client = page(engineer)
    assert "Started:" in text_of(client.post(url(work_session), {"format": "psa"}))
    off = client.post(url(work_session), {"format": "psa", "include_timestamps": "false"})
    assert "Started:" not in text_of(off)
    on = client.post(url(work_session), {"format": "psa", "include_timestamps": ["false", "true"]})
    assert "Started:" in text_of(on)


def test_redaction_masks_text_and_placeholders_show_nothing_new(page, engineer, work_session):
    response = page(engineer).post(url(work_session), {"redaction_mode": "mask"})
    assert "10.1.2.3" not in text_of(response)
    assert "Redacted: 1 IP address." in text_of(response)


@pytest.mark.req("R4")
def test_a_broken_redaction_shows_nothing(page, engineer, work_session, monkeypatch):
    def broken(*args, **kwargs):
        raise ValueError("near 10.1.2.3")

    monkeypatch.setattr("exports_app.redact_document._mask_document", broken)
    client = page(engineer)
    client.raise_request_exception = False
    response = client.post(url(work_session), {"redaction_mode": "mask"})
    assert response.status_code == 500
    assert b"10.1.2.3" not in response.content


@pytest.mark.parametrize(
    "wrong",
    [{"format": "pdf"}, {"max_step_index": 0}, {"cut": "answers"}, {"ticket_system": "x"},
     {"impact": "x" * 100_001}],
)  # fmt: skip
def test_wrong_options_are_refused(page, engineer, work_session, wrong):
    for path in (url(work_session), url(work_session, "/rendered")):
        response = page(engineer).post(path, wrong)
        assert response.status_code == 422
        assert response["Content-Type"].startswith("text/plain")


def test_a_nul_character_in_a_summary_field_is_left_out(page, engineer, work_session):
    typed = {"format": "psa", "include_summary": "true", "impact": "a\x00b"}
    assert "Impact: ab" in text_of(page(engineer).post(url(work_session), typed))


def test_output_is_cut_to_fit_autotask_and_it_says_so(page, engineer, work_session):
    options = {"format": "psa", "detail_level": "full", "ticket_system": "autotask"}
    client = page(engineer)
    assert len(text_of(client.post(url(work_session), options))) > 32_000
    response = client.post(url(work_session), {**options, "cut": "output"})
    text = text_of(response)
    assert 31_000 < len(text) <= 32_000
    assert "Cut to fit Autotask note: output of step 2." in flat_html(response)
    assert "2. Ping gw1 -> Done" in text
    download = client.post(f"/sessions/{work_session.pk}/export", {**options, "cut": "output"})
    assert download.content.decode() == text


def test_likely_sensitive_values_are_named_without_a_script(page, engineer, work_session):
    html = page(engineer).get(url(work_session)).content.decode()
    assert "Likely sensitive in this text: 1 IP address." in html


def test_secrets_of_the_session_are_found_without_a_script(page, engineer, work_session):
    add_decision(work_session, question="Temporary password?", answer="Sommer2024!")
    html = page(engineer).get(url(work_session), {"redact_hostnames": "true"}).content.decode()
    assert "Likely sensitive in this text: 1 IP address, 1 password or key" in html


def test_a_download_of_the_preview_is_named_by_the_server(page, engineer, work_session):
    html = page(engineer).get(url(work_session), {"format": "html"}).content.decode()
    assert re.search(r'data-file-name="t-7-[a-z0-9-]+\.html"', html)


def test_a_file_that_was_masked_by_hand_is_not_named_after_what_was_masked(page, engineer):
    made = make_session(engineer, ticket_number="T-7 ana@contoso.example",
                        session_variables={"passphrase": "hunter2hunter2"})  # fmt: skip
    for ticket, masked in (("ana@contoso.example", "email-redacted"),
                           ("hunter2hunter2", "token-redacted"), ("T-7", "t-7")):  # fmt: skip
        Session.objects.filter(pk=made.pk).update(ticket_number=ticket)
        html = flat_html(page(engineer).get(url(made)))
        found = re.search(r'data-file-name="([^"]+)" data-masked-name="([^"]+)"', html)
        assert found
        assert found[2].startswith(f"{masked}-vpn-")
        assert found[1].endswith(".md") and found[2].endswith(".md")
        assert (found[1] == found[2]) == (ticket == "T-7")


@pytest.mark.parametrize("name", MORE_LABELS)
def test_the_sections_behind_more_can_be_left_out(page, engineer, name):
    made = make_completed(engineer, outcome_notes="New lease.", next_steps="Call back.")
    add_decision(made)
    gone = {"include_timestamps": "Started:", "include_tree_info": "Flow:",
            "include_outcome_notes": "New lease.", "include_next_steps": "Call back."}  # fmt: skip
    client = page(engineer)
    full = {"detail_level": "full"}
    shown, left_out = client.post(url(made), full), client.post(url(made), {**full, name: "false"})
    fold = '<details class="fold preview__more"'
    assert f"{fold}>" in flat_html(shown)
    assert f"{fold} open>" in flat_html(left_out)
    for other, text in gone.items():
        plain = text_of(left_out).replace("*", "")
        assert text in text_of(shown).replace("*", "")
        assert (text in plain) == (other != name)


def test_the_beginning_of_a_text_too_long_to_edit_is_shown(page, engineer, monkeypatch):
    made = make_session(engineer)
    add_decision(made, command_output="ok\n" * 500)
    client = page(engineer)
    options = {"format": "psa", "detail_level": "full"}
    whole = text_of(client.post(url(made), options))
    assert "data-is-start" not in client.post(url(made), options).content.decode()
    for name, limit in (("MAX_EDITABLE_LENGTH", 1000), ("MAX_EDITABLE_LINES", 400)):
        with monkeypatch.context() as patched:
            patched.setattr(preview_services, name, limit)
            patched.setattr(preview_services, "MAX_SHOWN_LENGTH", 900)
            patched.setattr(preview_services, "MAX_SHOWN_LINES", 100)
            response = client.post(url(made), options)
        assert text_of(response) == "\n".join(whole[:900].split("\n")[:100])
        html = flat_html(response)
        assert f'data-is-start data-length="{len(whole)}"' in html
        assert f"With {len(whole):,} characters this text is too long to edit here." in html


def test_the_excess_that_could_not_be_cut_is_shown(page, engineer):
    made = make_session(engineer)
    add_decision(made, notes="word " * 8_000, command_output="ok")
    options = {"format": "psa", "detail_level": "full", "ticket_system": "autotask"}
    html = flat_html(page(engineer).post(url(made), {**options, "cut": "output"}))
    assert "No command output was long enough to cut. Still 8," in html
    assert "characters over: cut notes as well" in html
    html = flat_html(page(engineer).post(url(made), {**options, "cut": "notes"}))
    assert "Cut to fit Autotask note: notes of step 1." in html


class TestRendered:
    def test_it_runs_and_loads_nothing_and_only_we_frame_it(self, page, engineer, work_session):
        response = page(engineer).post(
            url(work_session, "/rendered"), {"text": "<script>alert(1)</script><b>x</b>"}
        )
        policy = response["Content-Security-Policy"].split("; ")
        assert policy[0] == "default-src 'none'"
        assert "sandbox allow-popups allow-popups-to-escape-sandbox" in policy
        assert "frame-ancestors 'self'" in policy
        assert not any(part.startswith("script-src") for part in policy)
        assert response["X-Frame-Options"] == "SAMEORIGIN"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response.content == b"<script>alert(1)</script><b>x</b>"

    @pytest.mark.parametrize("kind", ["html", "psa", ""])
    def test_without_a_text_it_is_the_export_as_a_page(self, page, engineer, work_session, kind):
        response = page(engineer).post(url(work_session, "/rendered"), {"format": kind})
        assert response.content.startswith(b"<!DOCTYPE html>")

    def test_without_a_text_it_has_the_pictures(self, page, engineer, work_session):
        picture = attachments_services.add_attachment(
            user=engineer, pk=work_session.pk, name="error.png", data=png()
        )
        add_decision(work_session, attachments=[{"name": "error.png", "url": picture.url}])
        for masked in ("none", "mask"):
            response = page(engineer).post(
                url(work_session, "/rendered"), {"redaction_mode": masked}
            )
            assert (b'<img src="data:image/png;base64,' in response.content) == (masked == "none")

    def test_no_other_site_can_have_it_show_something(self, engineer, work_session):
        client = Client(enforce_csrf_checks=True)
        client.force_login(engineer)
        assert client.post(url(work_session, "/rendered"), {"text": "x"}).status_code == 403


def test_queries_do_not_grow_with_the_steps(engineer, work_session, django_assert_num_queries):
    def count() -> int:
        opened = get_readable_session(engineer, work_session.pk)
        with django_assert_num_queries(3) as seen:  # steps, files, addenda and hand-overs
            preview_services.page_context(opened, ExportOptions(format="psa"))
        return len(seen)

    first = count()
    for _ in range(10):
        add_decision(work_session)
    assert count() == first


@pytest.mark.req("X11")
def test_the_made_rows_of_the_summary_are_values_to_edit(page, engineer):
    made = make_completed(engineer, outcome_notes="New lease.\nRestarted it.")
    shown = page(engineer).get(url(made)).content.decode()
    assert 'placeholder="' not in shown.split("data-summary-fields")[1].split("</fieldset>")[0]
    assert "New lease.\nRestarted it.</textarea>" in shown


@pytest.mark.req("X11")
@pytest.mark.parametrize(
    ("typed", "row"),
    [
        ("New lease.", "Resolution: New lease."),
        ("New  lease.\r\n", "Resolution: New lease."),
        ("Another one.", "Resolution: Another one."),
        ("", "Resolution:\n"),
    ],
)
def test_a_row_is_kept_typed_over_or_emptied(page, engineer, typed, row):
    made = make_completed(engineer, outcome_notes="New lease.")
    sent = {
        "format": "psa",
        "include_summary": "true",
        "resolution": typed,
        "made_resolution": "New lease.",
    }
    assert row in text_of(page(engineer).post(url(made), sent))


def test_a_blank_row_without_the_made_text_keeps_it(page, engineer):
    made = make_completed(engineer, outcome_notes="New lease.")
    sent = {"format": "psa", "include_summary": "true", "resolution": ""}
    assert "Resolution: New lease." in text_of(page(engineer).post(url(made), sent))
