"""Every export that shows a reused answer says that it is reused."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from exports_app.document import CARRIED_OVER
from exports_app.options import ExportOptions
from exports_app.renderers import RENDERERS
from exports_app.service import export_session
from sessions_app.models import Decision
from tests.exports_app.golden_files import matches_golden
from tests.exports_app.parsers import Markdown, Page
from tests.exports_app.samples import VPN, rendered
from tests.factories import add_decision, make_session

pytestmark = pytest.mark.req("H5")

# 23:30 in UTC is the next day in Berlin: the day is the account's.
GIVEN = datetime(2026, 2, 10, 23, 30, tzinfo=UTC)
SAID = CARRIED_OVER.format("2026-02-11")
FIRST, *REST = VPN.steps
CARRIED = replace(VPN, steps=(FIRST._replace(carried_over_from=GIVEN), *REST))
each_format = pytest.mark.parametrize("name", RENDERERS)


@each_format
def test_golden(name):
    matches_golden(f"carried-{name}.{RENDERERS[name].extension}", rendered(CARRIED, format=name))


@each_format
@pytest.mark.parametrize("audience", ["internal", "client"])
@pytest.mark.parametrize("level", ["standard", "full"])
def test_every_level_with_steps_has_the_line_once(name, audience, level):
    asked = {"format": name, "audience": audience, "detail_level": level}
    assert rendered(CARRIED, **asked).count(SAID) == 1
    assert "arried over" not in rendered(VPN, **asked)


@each_format
@pytest.mark.parametrize("asked", [{"detail_level": "summary"}, {"audience": "resolution"}])
def test_without_steps_there_is_no_line(name, asked):
    assert "arried over" not in rendered(CARRIED, format=name, **asked)


@each_format
def test_without_times_the_line_has_no_day(name):
    content = rendered(CARRIED, format=name, include_timestamps=False)
    assert "2026-02-11" not in content
    assert CARRIED_OVER.format("an earlier session") in content


def test_it_breaks_no_structure():
    marked, plain = (rendered(one, format="markdown") for one in (CARRIED, VPN))
    assert Markdown(marked).headings == Markdown(plain).headings
    Page(rendered(CARRIED, format="html"))


@each_format
@pytest.mark.parametrize("level", ["standard", "full"])
@pytest.mark.parametrize("audience", ["internal", "client"])
@pytest.mark.django_db
def test_it_is_read_from_the_session(engineer, name, level, audience):
    work_session = make_session(engineer)
    add_decision(work_session, carried_over_from=GIVEN)
    add_decision(work_session, node_id="replies", question="Did it reply?", answer="Yes")
    asked = ExportOptions.parse({"format": name, "detail_level": level, "audience": audience})
    content = export_session(work_session, asked).content
    assert content.count(SAID) == content.count("arried over") == 1
    Decision.objects.update(carried_over_from=None)
    assert "arried over" not in export_session(work_session, asked).content


@pytest.mark.django_db
def test_it_stays_when_the_export_is_masked(engineer):
    work_session = make_session(engineer)
    add_decision(work_session, carried_over_from=GIVEN)
    asked = ExportOptions.parse({"redaction_mode": "mask", "redact_hostnames": True})
    assert SAID in export_session(work_session, asked).content
