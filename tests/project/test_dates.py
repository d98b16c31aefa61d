from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from resolutionflow.web.dates import display_time, duration

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def berlin():
    with timezone.override(ZoneInfo("Europe/Berlin")):
        yield


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2026, 11, 20, 8, 15, tzinfo=UTC), "today 09:15"),
        (datetime(2026, 11, 19, 23, 30, tzinfo=UTC), "today 00:30"),
        (datetime(2026, 11, 19, 22, 30, tzinfo=UTC), "yesterday 23:30"),
        (datetime(2026, 11, 17, 16, 2, tzinfo=UTC), "Tue 17:02"),
        (datetime(2026, 11, 14, 16, 2, tzinfo=UTC), "Sat 17:02"),
        (datetime(2026, 11, 13, 16, 2, tzinfo=UTC), "13 Nov 17:02"),
        (datetime(2026, 7, 1, 10, 0, tzinfo=UTC), "1 Jul 12:00"),
        (datetime(2025, 11, 12, 10, 0, tzinfo=UTC), "12 Nov 2025"),
        (datetime(2026, 11, 21, 10, 0, tzinfo=UTC), "21 Nov 11:00"),
    ],
)
def test_near_dates_as_people_say_them(moment, text):
    assert display_time(moment, now=NOW).text == text


def test_the_exact_moment_names_its_zone():
    shown = display_time(datetime(2026, 11, 20, 8, 15, 3, tzinfo=UTC), now=NOW)
    assert shown.exact == "2026-11-20 09:15:03 CET"
    assert shown.iso == "2026-11-20T09:15:03+01:00"


def test_no_moment_is_nothing():
    assert display_time(None) is None


@given(st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))
def test_any_moment_can_be_said(moment):
    shown = display_time(moment, now=NOW)
    assert shown.text
    assert datetime.fromisoformat(shown.iso) == moment.replace(microsecond=0)


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (timedelta(), "0 s"),
        (timedelta(seconds=-5), "0 s"),
        (timedelta(seconds=42), "42 s"),
        (timedelta(seconds=60), "1 min"),
        (timedelta(minutes=59, seconds=59), "59 min"),
        (timedelta(hours=2), "2 h"),
        (timedelta(hours=2, minutes=5), "2 h 5 min"),
        (timedelta(days=3, hours=4, minutes=9), "3 d 4 h"),
        (timedelta(days=2), "2 d"),
    ],
)
def test_lengths_of_time(span, text):
    assert duration(span) == text
