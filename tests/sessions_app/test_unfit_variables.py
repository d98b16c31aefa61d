"""Values that don't fit their type: the API keeps them, pages ask for them again ([T3])."""

import pytest

from exports_app.options import ExportOptions
from exports_app.service import render_session
from sessions_app import permissions
from sessions_app.recording import services as recording_services
from sessions_app.recording.services import StepInput
from tests.factories import TreeFactory, make_session, structure
from tests.sessions_app.api_helpers import url

pytestmark = [pytest.mark.django_db, pytest.mark.req("T3", "S7")]
FORM = [
    {"name": "gateway", "label": "Gateway", "type": "host", "required": True},
    {"name": "contact", "label": "Contact", "type": "email"},
]
UNFIT = "not a host & calc"


@pytest.fixture
def tree(author):
    own = structure()
    own["nodes"]["scope"]["commands"] = []
    own["nodes"]["ping"]["commands"] = [{"label": "", "shell": "cmd", "code": "ping {{ gateway }}"}]
    own["nodes"]["ping"]["body"] = "Gateway: {{ gateway }}"
    return TreeFactory(author=author, structure=own, intake_form=FORM, published=True)


@pytest.fixture
def run(engineer, tree):
    return make_session(
        engineer, tree=tree, current_node="ping", session_variables={"gateway": UNFIT}
    )


def names(response):
    return [problem["name"] for problem in response.json()["variable_problems"]]


def test_every_way_in_over_the_api_keeps_and_tells(api, engineer, tree):
    client, given = api(engineer), {"gateway": UNFIT, "contact": "nobody", "other": "x"}
    for address, more in (("", {}), ("/prepare", {})):
        body = {"tree_id": str(tree.pk), "session_variables": given, **more}
        made = client.post(f"/api/v1/sessions{address}", body)
        assert made.status_code == 201, made.json()
        assert made.json()["session_variables"] == given
        assert names(made) == ["gateway", "contact"]
    pk = made.json()["id"]
    one = f"/api/v1/sessions/{pk}"
    mended = client.patch(f"{one}/variables", {"variables": {"gateway": "gw1"}})
    assert (mended.status_code, names(mended)) == (200, ["contact"])
    assert names(client.get(one)) == ["contact"]
    assert client.get(one).json()["variable_problems"][0]["message"]
    emptied = client.patch(f"{one}/variables", {"variables": {"contact": None}})
    assert names(emptied) == []


@pytest.mark.parametrize("value", [["x"], {"a": 1}, True, "\x00", "x" * 100_000])
def test_what_is_no_text_is_still_refused(api, engineer, run, value):
    answer = api(engineer).patch(url(run, "variables"), {"variables": {"gateway": value}})
    assert answer.status_code == 422


def test_the_run_page_asks_again_and_puts_it_into_no_command(client, engineer, run):
    client.force_login(engineer)
    page = client.get(f"/sessions/{run.pk}/run").content.decode()
    assert "This step needs 1 value" in page
    assert "Type a host name or address" in page
    code = page[page.index('<code id="command-1">') :].split("</code>")[0]
    gap = '<span class="placeholder" data-variable="gateway">‹Gateway›</span>'
    assert code.endswith(f"ping {gap}")
    assert "Gateway: not a host &amp; calc" in page


def test_the_form_refuses_at_the_field_and_takes_a_good_value(client, engineer, run):
    client.force_login(engineer)
    address = f"/sessions/{run.pk}/variables"
    bad = client.post(address, {"variable-gateway": "two words", "seen-variable-gateway": UNFIT})
    assert bad.status_code == 422
    assert "Type a host name or address" in bad.content.decode()
    run.refresh_from_db()
    assert run.session_variables == {"gateway": UNFIT}
    # A value that was kept as it is doesn't stand in the way of another.
    form = {"variable-gateway": UNFIT, "seen-variable-gateway": UNFIT}
    form |= {"variable-contact": "ana@example.com", "seen-variable-contact": ""}
    assert client.post(address, form).status_code == 303
    good = {"variable-gateway": "gw1", "seen-variable-gateway": UNFIT}
    assert client.post(address, good).status_code == 303
    assert "ping gw1" in client.get(f"/sessions/{run.pk}/run").content.decode()


def test_the_record_has_the_command_with_its_placeholder_and_the_text_as_it_is(engineer, run):
    step = StepInput(position=1, node_id="ping", notes="Asked {{ gateway }}.")
    _, decision = recording_services.answer(user=engineer, pk=run.pk, step=step)
    assert decision.action == "ping {{ gateway }}"
    work_session = permissions.get_readable_session(engineer, run.pk)
    content = render_session(work_session, ExportOptions(format="text")).content
    assert f"Asked {UNFIT}." in content
