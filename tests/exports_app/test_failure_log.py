"""A failed redaction is logged by class and frames, and never with the text that it failed on."""

import logging

import pytest

from exports_app import redact_document
from exports_app.batch_export import build_batch
from exports_app.failure_log import log_failure
from exports_app.options import ExportOptions
from exports_app.service import RedactionFailed, render
from tests.exports_app.samples import VPN

SECRET = "10.99.88.77"
MASKED = ExportOptions(redaction_mode="mask")

pytestmark = pytest.mark.req("R4")


def broken(*args, **kwargs):
    raise KeyError(f"broken near {SECRET}")


@pytest.mark.parametrize(
    ("name", "fail"),
    [
        ("_mask_document", lambda: render(VPN, MASKED)),
        ("secrets_of", lambda: build_batch([VPN], MASKED)),
    ],
)
def test_a_failed_redaction_is_logged_without_its_text(monkeypatch, caplog, name, fail):
    monkeypatch.setattr(redact_document, name, broken)
    with caplog.at_level(logging.ERROR), pytest.raises(RedactionFailed):
        fail()
    [record] = caplog.records
    assert "KeyError" in record.getMessage()
    assert "test_failure_log.broken:" in record.getMessage()
    assert SECRET not in caplog.text
    assert record.exc_info is None


def test_the_innermost_frame_is_last(caplog):
    try:
        broken()
    except KeyError as error:
        log_failure(error)
    assert caplog.records[0].getMessage().split(" > ")[-1].startswith(f"{__name__}.broken:")
