"""`POST /redact` and the search in text that is already written in a format."""

from itertools import pairwise

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from exports_app import redact_api, redact_rendered
from exports_app.redact_document import redact_text
from exports_app.renderers.commonmark import escape_inline
from resolutionflow import redaction
from tests.factories import add_decision, make_session

pytestmark = pytest.mark.req("R5")

TEXT = "Größe 😀 of 10.1.2.3, mail ana@contoso.example, host srv-01.contoso.local"


def post(client, **body):
    return client.post("/api/v1/redact", body)


@pytest.mark.django_db
class TestDoor:
    def test_the_response_has_text_findings_and_summary(self, api, engineer):
        answer = post(api(engineer), text=TEXT)
        assert answer.status_code == 200
        told = answer.json()
        assert set(told) == {"text", "findings", "rules", "summary"}
        assert told["text"] == redaction.mask(TEXT)
        assert told["summary"] == dict.fromkeys(redaction.KINDS, 0) | {"ip": 1, "email": 1}
        assert [it["rule"] for it in told["findings"]] == ["ipv4-address", "email-address"]
        assert list(told["rules"]) == ["ipv4-address", "email-address"]
        assert told["rules"]["email-address"].startswith("E-mail address")

    def test_offsets_count_code_points(self, api, engineer):
        found = post(api(engineer), text=TEXT).json()["findings"]
        assert [(it["kind"], TEXT[it["start"] : it["end"]]) for it in found] == [
            ("ip", "10.1.2.3"),
            ("email", "ana@contoso.example"),
        ]

    def test_host_names_when_asked(self, api, engineer):
        told = post(api(engineer), text=TEXT, redact_hostnames=True).json()
        assert told["summary"]["host"] == 1
        assert "srv-01" not in told["text"]

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({}, "text"),
            ({"text": None}, "text"),
            ({"text": 5}, "text"),
            ({"text": "nul \x00"}, "text"),
            ({"text": "x", "redact_hostnames": "yes"}, "redact_hostnames"),
            ({"text": "x", "redact_phone_numbers": 1}, "redact_phone_numbers"),
            ({"text": "x", "session_id": 5}, "session_id"),
            ({"text": "x", "session_id": "1"}, "session_id"),
            ({"text": "x", "hostnames": True}, "hostnames"),
        ],
    )
    def test_what_cant_be_used_is_422_and_named(self, api, engineer, body, field):
        answer = post(api(engineer), **body)
        assert answer.status_code == 422
        assert [problem["field"] for problem in answer.json()["detail"]] == [field]

    def test_five_million_characters_are_the_most(self, api, engineer):
        client = api(engineer)
        assert redact_api.LONGEST == 5_000_000
        answer = post(client, text="x" * 5_000_001)
        assert answer.status_code == 422
        assert "5,000,000" in answer.json()["detail"][0]["message"]

    def test_a_session_brings_its_secrets_along(self, api, engineer):
        work_session = make_session(engineer, session_variables={"passphrase": "blue horse"})
        add_decision(
            work_session,
            node_id="custom-1",
            question="Temporary password?",
            answer="Sommer!2024",
            notes="told the boss, Wintertag",
        )
        text = "It was Blue Horse, then Sommer\\!2024; told the boss, Wintertag"
        assert post(api(engineer), text=text).json()["summary"]["token"] == 0
        told = post(api(engineer), text=text, session_id=str(work_session.pk)).json()
        assert told["text"] == ("It was [TOKEN REDACTED], then [TOKEN REDACTED]; [TOKEN REDACTED]")

    @pytest.mark.req("A2")
    def test_only_of_a_session_that_one_may_read(self, api, engineer, colleague, stranger):
        mine = str(make_session(engineer).pk)
        for user, status in ((engineer, 200), (colleague, 403), (stranger, 404)):
            assert post(api(user), text="x", session_id=mine).status_code == status

    def test_the_browsers_login_needs_the_csrf_token(self, engineer):
        client = Client(enforce_csrf_checks=True)
        client.force_login(engineer)
        answer = client.post("/api/v1/redact", {"text": "x"}, content_type="application/json")
        assert answer.status_code == 403

    @pytest.mark.req("R4")
    def test_a_failed_redaction_is_500_without_content(self, api, engineer, monkeypatch):
        def broken(*args, **kwargs):
            raise ValueError("broken near 10.1.2.3")

        monkeypatch.setattr(redact_api.redact_document.redact_rendered, "find_in_rendered", broken)
        client = api(engineer)
        client.raise_request_exception = False
        answer = post(client, text="at 10.1.2.3")
        assert answer.status_code == 500
        assert b"10.1.2.3" not in answer.content


@pytest.mark.req("R1")
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("api\\_key = sk\\_live\\_51H8abcdefghijklmnop", "sk\\_live\\_51H8abcdefghijklmnop"),
        ("mail john\\_doe@contoso.example now", "john\\_doe@contoso.example"),
        ("at 10\\.1\\.2\\.3", "10\\.1\\.2\\.3"),
        ("<td>10.1.2.3</td>", "10.1.2.3"),
    ],
)
def test_a_value_is_found_behind_its_escapes(text, value):
    assert [text[it.start : it.end] for it in redact_rendered.find_in_rendered(text)] == [value]


@pytest.mark.req("R1")
def test_a_known_secret_is_found_as_html_writes_it():
    text = "<p>It was p&amp;ss &lt;word&gt; all along</p>"
    found = redact_rendered.find_in_rendered(text, secrets=["p&ss <word>"])
    assert [text[it.start : it.end] for it in found] == ["p&amp;ss &lt;word&gt;"]


def test_an_empty_cell_of_a_table_is_no_password():
    text = "| Field | Details |\n| --- | --- |\n| **Password** |  |\n| **Impact** |  |\n"
    assert redact_text(text).findings == []


WORDS = ["10.1.2.3", "ana_b@contoso.example", "password: Pa*ss_w0rd!", "\\_", "\\", "&amp;", " ",
         "x", "[IP REDACTED]", "😀", "|", "`", "sk_live_51H8abcdefghijklmnop", "\n"]  # fmt: skip


@given(st.lists(st.sampled_from(WORDS), max_size=12).map("".join))
def test_findings_are_in_order_apart_and_cover_what_the_plain_search_finds(text):
    found = redact_rendered.find_in_rendered(text)
    assert all(one.end <= other.start for one, other in pairwise(found))
    covered = {place for it in found for place in range(it.start, it.end)}
    for plain in redaction.find(text):
        assert covered.issuperset(range(plain.start, plain.end))
    followed = redact_rendered.propagate_secrets(text, found)
    assert redact_text(text).text == redaction.mask(text, findings=followed)


@pytest.mark.req("R1")
@given(st.sampled_from(["pa*ss_w0rd!", "a_b_c~d|9", "*_*x1", "back`tick7"]))
def test_a_known_secret_is_found_as_markdown_writes_it(secret):
    text = f"It was {escape_inline(secret)} all along"
    assert secret not in redact_text(text, secrets=[secret]).text
    assert redact_text(text, secrets=[secret]).text == "It was [TOKEN REDACTED] all along"


@pytest.mark.req("R5")
@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (
            "Password: Win\\_ter-22\n\n```\nlogged on with Win_ter-22\n```",
            "Password: [TOKEN REDACTED]\n\n```\nlogged on with [TOKEN REDACTED]\n```",
        ),
        (
            "Password: `Win_ter-22`, also as Win\\_ter-22",
            "Password: `[TOKEN REDACTED]`, also as [TOKEN REDACTED]",
        ),
        (
            "<p>Password: A&amp;b-Win22</p> and A&b-Win22",
            "<p>Password: [TOKEN REDACTED]</p> and [TOKEN REDACTED]",
        ),
    ],
)
def test_a_secret_is_followed_with_escapes_and_without(text, masked):
    found = redact_text(text)
    assert found.text == masked
    assert found.counts["token"] == 2
    assert redact_text(masked).findings == []


@pytest.mark.req("R5")
def test_what_an_account_leaves_is_not_followed_and_what_it_masks_is():
    policy = redaction.parse_policy("Win_ter-22", "Tag: tag-[0-9]{4}", ())
    text = (
        "Password: Win\\_ter-22\n```\nWin_ter-22 on TAG-4821\n```\nsecret: Au_tumn-23\nAu\\_tumn-23"
    )
    assert redact_text(text, policy=policy).text == (
        "Password: Win\\_ter-22\n```\nWin_ter-22 on [TOKEN REDACTED]\n```\n"
        "secret: [TOKEN REDACTED]\n[TOKEN REDACTED]"
    )
    # A value of a sensitive variable is masked although the account leaves such texts.
    known = redact_text(text, policy=policy, secrets=["Win_ter-22"]).text
    assert "ter-22" not in known
