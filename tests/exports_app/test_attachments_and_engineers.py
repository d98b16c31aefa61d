"""Files and several engineers in an export: what is listed, shown, masked and named."""

import base64

import pytest

from exports_app import inline_images
from exports_app.options import ExportOptions
from exports_app.renderers import RENDERERS
from exports_app.service import export_session
from sessions_app.attachments import services as attachments_services
from sessions_app.handover import services as handover_services
from sessions_app.recording import services as recording_services
from tests.factories import TeamFactory, UserFactory, make_session
from tests.sessions_app.attachments.sample_files import png
from tests.sessions_app.run_driver import Run

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(engineer):
    run = Run(engineer)
    attachments_services.add_attachment(
        user=engineer, pk=run.pk, name="10.0.0.7 error.png", data=png()
    )
    attachments_services.add_attachment(user=engineer, pk=run.pk, name="trace.log", data=b"809")
    run.answer(0)
    return run


def export(run, **options):
    return export_session(run.now, ExportOptions(**options)).content


@pytest.mark.parametrize("format_name", RENDERERS)
def test_files_are_listed_by_name_without_an_address_of_this_site(run, format_name):
    text = export(run, format=format_name)
    assert "trace.log" in text
    assert "error.png" in text
    assert "/attachments/" not in text


def test_pictures_are_inside_of_the_html(run):
    source = f"data:image/png;base64,{base64.b64encode(png()).decode()}"
    assert f'<img src="{source}" alt="10.0.0.7 error.png">' in export(run, format="html")
    assert "data:image" not in export(run, format="html", detail_level="summary")
    assert "data:image" not in export(run, format="html", audience="client")


@pytest.mark.req("R1", "R4")
def test_a_masked_export_shows_no_picture_and_masks_names(run):
    """Nobody can tell what a screenshot shows."""
    masked = export(run, format="html", redaction_mode="mask")
    assert "data:image" not in masked
    assert "[IP REDACTED] error.png" in masked
    assert "10.0.0.7" not in masked


def test_large_pictures_are_only_listed(run, monkeypatch):
    monkeypatch.setattr(inline_images, "MAX_IMAGE_BYTES", len(png()) - 1)
    assert "<img" not in export(run, format="html")
    monkeypatch.undo()
    monkeypatch.setattr(inline_images, "MAX_TOTAL_BYTES", len(png()) - 1)
    assert "<img" not in export(run, format="html")


@pytest.mark.req("A1", "A2")
def test_only_the_sessions_own_files_are_read(run, colleague):
    """An address that somebody typed opens no other session's picture."""
    other = make_session(colleague)
    foreign = attachments_services.add_attachment(
        user=colleague, pk=other.pk, name="secret.png", data=png(3, 3)
    )
    decision = run.now.decisions.get()
    decision.attachments = [
        {"name": "theirs.png", "url": foreign.url},
        {"name": "odd.png", "url": "/attachments/not-an-id"},
    ]
    decision.save()
    text = export(run, format="html")
    assert "<img" not in text
    assert "theirs.png" in text


def test_a_picture_that_is_gone_from_the_disk_is_listed(run, attachments_dir):
    for path in attachments_dir.glob("*/*"):
        path.unlink()
    text = export(run, format="html")
    assert "<img" not in text
    assert "error.png" in text


LINES = {
    "markdown": ("**Engineers:** Ana Lind, Bo Lind", "**Engineer:** Bo Lind"),
    "text": ("Engineers: Ana Lind, Bo Lind", "  Engineer: Bo Lind"),
    "psa": ("Engineers: Ana Lind, Bo Lind", ", Bo Lind]"),
    "html": ("Ana Lind, Bo Lind", "<p class=\"quiet\">Engineer: Bo Lind</p>"),
}  # fmt: skip


@pytest.mark.parametrize("format_name", RENDERERS)
@pytest.mark.parametrize("detail_level", ["standard", "full"])
def test_several_engineers_are_named_at_their_steps(account, format_name, detail_level):
    team = TeamFactory(account=account)
    ana, bo = (
        UserFactory(account=account, team=team, first_name=name, last_name="Lind")
        for name in ("Ana", "Bo")
    )
    run = Run(ana)
    run.answer(0)
    alone = export(run, format=format_name, detail_level=detail_level)
    assert "Engineers" not in alone
    assert alone.count("Ana Lind") == 1
    handover_services.hand_over(user=ana, pk=run.pk, to=bo.pk)
    step = recording_services.StepInput(position=2, node_id="ping")
    recording_services.answer(user=bo, pk=run.pk, step=step)
    run.user = bo
    together = export(run, format=format_name, detail_level=detail_level)
    head, line = LINES[format_name]
    assert head in together
    assert line in together
    assert line.replace("Bo", "Ana") in together
    assert export(run, format=format_name, audience="client").count("Lind") == 0
