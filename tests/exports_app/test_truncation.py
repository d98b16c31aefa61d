"""Making an export fit a ticket system's box: output first, answers never, and saying so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exports_app.document import OUTPUT_OMITTED, DocumentStep, ExportDocument, Header
from exports_app.renderers import RENDERERS
from exports_app.truncation import TRUNCATION_MARK, truncate_to_limit, utf16_length

pytestmark = pytest.mark.req("U3")

FORMATS = sorted(RENDERERS)
LINES = "Reply from 10.0.0.1: bytes=32 time<1ms & TTL=64\n"


def document(*outputs: str, notes: str = "", evidence: str = "") -> ExportDocument:
    steps = tuple(
        DocumentStep(position=number, title="Ping it", answer="It replied", command_output=output,
             notes=notes)
        for number, output in enumerate(outputs, start=1)
    )  # fmt: skip
    return ExportDocument(
        header=Header(title="VPN"), steps=steps, evidence=evidence, resolution="Profile reset"
    )


def measure_of(kind: str):
    return lambda it: utf16_length(RENDERERS[kind].render(it))


@pytest.mark.parametrize("kind", FORMATS)
def test_what_fits_is_left_as_it_is(kind):
    whole = document(LINES * 3)
    assert truncate_to_limit(whole, limit=32_000, measure=measure_of(kind))[0] is whole


@pytest.mark.parametrize("kind", FORMATS)
def test_output_is_cut_to_fill_the_limit(kind):
    measure = measure_of(kind)
    whole = document("short", LINES * 900, LINES * 300)
    shorter, cuts = truncate_to_limit(whole, limit=32_000, measure=measure)
    assert 28_000 < measure(shorter) <= 32_000
    assert shorter.steps[0].command_output == "short"
    assert [step.output_cut for step in shorter.steps] == [False, True, cuts.outputs == (2, 3)]
    assert cuts.outputs[0] == 2
    assert cuts.excess == 0
    text = RENDERERS[kind].render(shorter)
    assert OUTPUT_OMITTED in text
    assert text.count("It replied") == 3
    assert "Profile reset" in text


def test_output_ends_with_a_whole_line():
    shorter, _ = truncate_to_limit(document(LINES * 900), limit=5_000, measure=measure_of("psa"))
    assert set(shorter.steps[0].command_output.split("\n")) == {LINES.strip()}


def test_output_without_room_is_replaced_by_a_mark():
    whole = document(LINES * 50, evidence="e" * 2_000)
    shorter, cuts = truncate_to_limit(whole, limit=500, measure=measure_of("text"))
    assert shorter.steps[0].command_output == OUTPUT_OMITTED
    assert shorter.evidence == whole.evidence
    assert cuts.excess == measure_of("text")(shorter) - 500 > 0


def test_notes_and_scratchpad_only_when_asked_and_only_after_the_output():
    whole = document(LINES * 100, LINES * 100, notes="note " * 300, evidence="word " * 900)
    measure = measure_of("psa")
    _, cuts = truncate_to_limit(whole, limit=9_000, measure=measure, notes_too=True)
    assert (cuts.notes, cuts.evidence) == ((), False)
    shorter, cuts = truncate_to_limit(whole, limit=2_500, measure=measure, notes_too=True)
    assert measure(shorter) <= 2_500
    assert cuts.describe() == "output of steps 1 and 2, notes of steps 1 and 2, scratchpad"
    assert TRUNCATION_MARK in shorter.evidence
    assert [step.answer for step in shorter.steps] == ["It replied", "It replied"]


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (1, "output of step 1"),
        (3, "output of steps 1, 2 and 3"),
        (12, "output of steps 1, 2, 3, 4, 5, 6, 7 and 5 more"),
    ],
)
def test_the_cuts_are_described(count, expected):
    _, cuts = truncate_to_limit(
        document(*[LINES * 99] * count), limit=900, measure=measure_of("psa")
    )
    assert cuts.describe() == expected


def test_length_counts_as_browsers_do():
    assert utf16_length("aé€") == 3
    assert utf16_length("😀") == len("😀".encode("utf-16-le")) // 2 == 2


@given(
    st.lists(st.text(st.sampled_from("ab<&\n 😀"), max_size=300), max_size=6),
    st.text(st.sampled_from("xy |\n"), max_size=200),
    st.integers(0, 900),
    st.sampled_from(FORMATS),
)
def test_it_fits_or_the_excess_is_known(outputs, notes, limit, kind):
    whole = document(*outputs, notes=notes, evidence=notes)
    measure = measure_of(kind)
    for notes_too in (False, True):
        shorter, cuts = truncate_to_limit(whole, limit=limit, measure=measure, notes_too=notes_too)
        assert cuts.excess == max(0, measure(shorter) - limit)
        assert measure(shorter) <= measure(whole)
        assert [it.answer for it in shorter.steps] == [it.answer for it in whole.steps]
        if not notes_too:
            assert shorter.evidence == whole.evidence
            assert (cuts.notes, cuts.evidence) == ((), False)
