"""The redaction step over whole documents: every text, every format the same, closed on failure."""

import json
import re
import traceback
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exports_app import redact_document, service
from exports_app.options import ExportOptions
from exports_app.rendered_export import RenderedExport
from exports_app.renderers import RENDERERS
from exports_app.session_data import IntakeField, SessionData, StepData
from resolutionflow import redaction
from tests.exports_app.parsers import Markdown, Page
from tests.exports_app.samples import with_steps
from trees_app.shell_quoting import QUOTES

PLACEHOLDER = re.compile(r"\[(IP|EMAIL|TOKEN|UNC|HOST) REDACTED\]")
SECRETS = {
    "ip": "10.44.7.23",
    "email": "anke@vogt.example",
    "token": "ghp_" + "a1B2" * 9,
    "unc": "\\\\FS01\\HR",
}


def exported(source: SessionData, **options) -> RenderedExport:
    wanted = {"redaction_mode": "mask", "detail_level": "full", **options}
    return service.render(source, ExportOptions.parse(wanted))


def everywhere(secret: str) -> SessionData:
    """A session with `secret` in every text that a person can write."""
    step = StepData(
        node_id="custom-1",
        question=f"At {secret} ?",
        answer=f"saw {secret} .",
        action=f"did {secret} .",
        notes=f"- on {secret} .",
        command_output=f"out {secret} end",
        attachments=({"name": f"a {secret} b", "url": f"see {secret} ."},),
    )
    return replace(
        with_steps(step),
        tree_name=f"Flow {secret} x",
        description=f"About {secret} x",
        category=f"Cat {secret} x",
        ticket_number=f"T {secret} x",
        client_name=f"Client {secret} x",
        title=f"Title {secret} x",
        target_label=f"Target {secret} x",
        scratchpad=f"Pad {secret} x",
        outcome_notes=f"Fixed {secret} x",
        next_steps=f"Then {secret} x",
    )


@pytest.mark.req("R2")
@pytest.mark.parametrize("name", RENDERERS)
@pytest.mark.parametrize("kind", SECRETS)
def test_every_text_of_the_document_is_masked(name, kind):
    result = exported(
        everywhere(SECRETS[kind]),
        format=name,
        redact_hostnames=True,
        include_summary=True,
        summary={"impact": f"Seen at {SECRETS[kind]} today"},
    )
    assert SECRETS[kind] not in result.content
    assert f"[{kind.upper()} REDACTED]" in result.content
    assert re.sub(r"[^a-z0-9]+", "-", SECRETS[kind].lower()).strip("-") not in result.file_name
    assert f"{kind}-redacted" in result.file_name
    assert result.redaction.counts[kind] >= 15


@pytest.mark.req("R2")
def test_the_four_formats_mask_the_same_findings():
    source = everywhere("10.44.7.23 anke@vogt.example")
    results = [exported(source, format=name, include_summary=True) for name in RENDERERS]
    assert len({json.dumps(result.redaction.counts) for result in results}) == 1
    found = [PLACEHOLDER.findall(result.content) for result in results]
    page_title = 2  # the page repeats its title in <title>, one finding of each kind
    assert {len(marks) for marks in found} == {len(found[0]), len(found[0]) + page_title}
    assert len(found[0]) == sum(results[0].redaction.counts.values())


@pytest.mark.req("R3")
@pytest.mark.parametrize("name", RENDERERS)
def test_the_content_ends_with_the_counts(name):
    step = StepData(question="Reachable?", notes="10.0.0.5 and 10.0.0.6, ask a@b.example")
    result = exported(with_steps(step, scratchpad="", outcome_notes="", next_steps=""), format=name)
    line = "Redacted: 2 IP addresses, 1 e-mail address."
    text = Page(result.content).text if name == "html" else result.content
    assert text.strip().endswith(line)
    assert result.headers == {
        "X-Redaction-Mode": "mask",
        "X-Redaction-Summary": '{"ip": 2, "email": 1, "token": 0, "card": 0, "id": 0, "phone": 0, '
        '"unc": 0, "host": 0}',
    }


@pytest.mark.req("R3")
def test_a_mask_that_found_nothing_has_its_footer():
    result = exported(with_steps(scratchpad="", outcome_notes="Done", next_steps=""))
    assert result.content.endswith("Redacted: nothing was found to mask.\n")


@pytest.mark.req("R3")
def test_without_redaction_nothing_changes_and_the_header_says_so():
    result = exported(everywhere(SECRETS["ip"]), redaction_mode="none")
    assert SECRETS["ip"] in result.content and "Redacted" not in result.content
    assert result.headers == {"X-Redaction-Mode": "none"}


@pytest.mark.req("R1")
def test_host_names_are_masked_only_when_asked_for():
    source = with_steps(StepData(notes="opened \\\\FS01\\HR on it"))
    assert "FS01" in exported(source).content
    assert "FS01" not in exported(source, redact_hostnames=True).content


@pytest.mark.req("R1")
@pytest.mark.parametrize("name", RENDERERS)
@pytest.mark.parametrize(
    "asked",
    [
        IntakeField("answer", "Favourite pet", sensitive=True),
        IntakeField("answer", "Wi-Fi password"),
        IntakeField("admin_password", "Please enter"),
    ],
)
def test_a_sensitive_variable_is_masked_by_its_value(name, asked):
    source = replace(
        everywhere("blue harbour"), variables={asked.name: "blue  harbour"}, intake=(asked,)
    )
    source = replace(source, next_steps="use {{ " + asked.name + " }} now")
    result = exported(source, format=name, include_summary=True)
    assert "blue" not in result.content.lower()
    assert "harbour" not in result.file_name


@pytest.mark.req("R1")
@pytest.mark.parametrize("shell", QUOTES)
def test_a_sensitive_variable_is_masked_as_a_shell_prints_it(shell):
    """The run page fills a command in with the value quoted; what was pasted back shows it so."""
    value = "blue'harbour\"sky\\"
    asked = IntakeField("answer", "Favourite pet", sensitive=True)
    step = StepData(question="Ran it", notes=f"PS> Test-It {QUOTES[shell](value)}")
    source = with_steps(step, variables={"answer": value}, intake=(asked,))
    content = exported(source, detail_level="full").content
    assert not [word for word in ("blue", "harbour", "sky") if word in content]


@pytest.mark.req("R1")
@pytest.mark.parametrize("name", RENDERERS)
def test_an_answer_to_a_question_for_a_secret_is_masked_whole(name):
    step = StepData(question="What is the Wi-Fi password?", answer="Sunshine", notes="on the box")
    source = with_steps(step, outcome_notes="")
    for level in ("summary", "full"):
        content = exported(source, format=name, detail_level=level).content
        assert "Sunshine" not in content and "on the box" not in content


@pytest.mark.req("R1")
def test_a_secret_answer_is_masked_where_it_is_repeated():
    step = StepData(question="Temporary password?", answer="Harbour-42")
    content = exported(with_steps(step, scratchpad="Told her Harbour-42 by phone")).content
    assert "Harbour-42" not in content


def test_an_answer_that_the_flow_offers_is_no_secret():
    step = StepData(question="Reset the password", answer="Done", answer_offered=True)
    assert "**Answer:** Done" in exported(with_steps(step)).content


def test_a_document_is_searched_in_few_calls(monkeypatch):
    """Hundreds of short texts cost little more than one text of their length."""
    seen = []

    def find(typed, **kwargs):
        seen.append(len(typed))
        return redaction_find(typed, **kwargs)

    redaction_find = redaction.find
    monkeypatch.setattr(redaction, "find", find)
    steps = [
        StepData(question=f"Step {n}?", answer=f"10.0.{n}.1", notes=f"mail a{n}@b.example")
        for n in range(100)
    ]
    content = exported(with_steps(*steps, scratchpad="", outcome_notes="", next_steps="")).content
    assert content.count("[IP REDACTED]") == content.count("[EMAIL REDACTED]") == 100
    assert len(seen) == 1


def test_a_label_does_not_mask_a_value_in_the_next_text():
    """Texts are searched together, yet one step's label says nothing of the next step's text."""
    steps = [
        StepData(question="Ask", notes="He said the password:"),
        StepData(question="Then", notes="Restarted-4 was shown"),
    ]
    assert "Restarted-4" in exported(with_steps(*steps)).content


@pytest.mark.req("R4")
@pytest.mark.parametrize("broken", ["find", "find_in_texts", "mask", "is_secret_label"])
@pytest.mark.parametrize("name", RENDERERS)
def test_it_fails_closed_and_shows_no_value(monkeypatch, broken, name):
    def fails(text, *args, **kwargs):
        raise RuntimeError(f"cannot look at {text}")

    monkeypatch.setattr(redaction, broken, fails)
    with pytest.raises(redact_document.RedactionFailed) as caught:
        exported(everywhere(SECRETS["email"]), format=name)
    trace = "".join(traceback.format_exception(caught.value))
    assert SECRETS["email"] not in trace
    assert caught.value.__cause__ is None and caught.value.__context__ is None


def test_the_footer_knows_every_kind():
    assert list(redaction.KINDS) == list(redaction.PLACEHOLDERS)
    footer = redact_document.footer({"ip": 1, "email": 0, "token": 2, "unc": 1, "host": 3})
    assert footer == "Redacted: 1 IP address, 2 passwords or keys, 1 UNC path, 3 host names."


notes = st.lists(
    st.sampled_from(
        [" 10.0.0.5 ", "a@b.example", "\n", " ", "- ", "# ", "`", "password: Winter2026!", "<b>",
         "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJlLXZhbHVl", "](", "|",
         "_", "--- X ---"]
    ),
    max_size=12,
).map("".join)  # fmt: skip


@pytest.mark.req("R2")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(notes, notes)
def test_masked_exports_stay_well_formed(note, output):
    source = with_steps(StepData(question="Q?", notes=note, command_output=output), scratchpad=note)
    parsed = Markdown(exported(source).content)
    headings = [text for level, text in parsed.headings if level == "h2"]
    evidence = ["Evidence / Reference"] if note.strip() else []
    assert headings == [*evidence, "Troubleshooting Steps", "Resolution", "Next Steps"]
    assert parsed.foreign == set()
    assert Page(exported(source, format="html").content).errors == []
    counts = [exported(source, format=name).redaction.counts for name in RENDERERS]
    assert all(count == counts[0] for count in counts)
    assert "10.0.0.5" not in exported(source, format="text").content
