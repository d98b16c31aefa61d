"""The page that makes a flow of a session: preview, refusals with the form kept."""

import pytest
from django.urls import reverse

from sessions_app.save_as_flow import services as save_as_flow_services
from tests.factories import TreeFactory, UserFactory, add_decision, make_completed
from tests.flat_html import flat_html
from tests.sessions_app.run_driver import Run
from trees_app.models import Tree

pytestmark = [pytest.mark.django_db, pytest.mark.req("S9")]


@pytest.fixture
def run(engineer):
    run = Run(engineer)
    run.answer(0)
    run.add("Look at the router", body="The lamps.")
    run.answer(text="Green")
    run.answer()
    return run


def address(run, name="save-as-flow"):
    return reverse(f"session-{name}", args=[run.pk])


def send(client, run, **more):
    return client.post(address(run), {"name": "Router first", "status": "draft", **more})


def made():
    return Tree.objects.exclude(parent_tree=None)


def test_the_preview_shows_the_path_and_the_lineage(page, run):
    origin = run.now.tree
    origin.publish(by=origin.author)
    body = page(run.user).get(address(run)).content.decode()
    # One's own step stands in it; the ways that were not taken don't.
    assert "Look at the router" in body and "4. " not in body.split("preview-title")[0]
    assert "Is one user affected, or everyone?" in body and "Everyone" not in body
    assert f"Fork of {origin.name}, version 1." in " ".join(body.split())
    assert f'value="{save_as_flow_services.unused_name(run.now)}"' in body
    assert "Saved from troubleshooting session on 20" in body


def test_a_deleted_origin_is_said(page, run):
    run.now.tree.delete()
    body = flat_html(page(run.user).get(address(run)))
    assert "That flow has been deleted since." in body


def test_a_look_changes_nothing(page, run):
    before = run.now.revision
    page(run.user).get(address(run))
    assert run.now.revision == before and not made().exists()


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("engineer", "published"),
        ("engineer", "draft"),
        ("author", "published"),
        ("author", "draft"),
        ("admin", "draft"),
    ],
)
def test_saving_leads_to_the_flow(page, run, role, status):
    run.user.role = role
    run.user.save()
    client = page(run.user)
    response = send(client, run, status=status, description="Asked for by Contoso.")
    tree = made().get()
    assert (response.status_code, response["Location"]) == (
        303,
        reverse("flow-detail", args=[tree.pk]),
    )
    assert (tree.name, tree.description, tree.status) == (
        "Router first",
        "Asked for by Contoso.",
        status,
    )
    assert tree.parent_tree == run.now.tree and tree.author == run.user
    shown = client.get(response["Location"])
    assert shown.status_code == 200 and "Router first" in shown.content.decode()


@pytest.mark.req("A3")
def test_an_engineer_publishes_a_draft_for_themselves(page, run, admin, colleague):
    """The page of their draft is open to them, and the button publishes it for them alone."""
    client = page(run.user)
    address_of_flow = send(client, run)["Location"]
    assert "Publish" in client.get(address_of_flow).content.decode()
    assert client.post(f"{address_of_flow}/publish").status_code == 303
    assert (made().get().status, made().get().visibility) == ("published", "private")
    assert page(admin).get(address_of_flow).status_code == 200
    assert page(colleague).get(address_of_flow).status_code == 403


def test_the_limit_is_said_kindly_and_the_form_is_kept(page, run):
    """402 names count and limit."""
    account = run.user.account
    account.tree_limit = Tree.objects.filter(account=account).count()
    account.save()
    response = send(page(run.user), run, name="Kept as typed", description="Kept too")
    body = response.content.decode()
    assert response.status_code == 402
    assert f"and may have {account.tree_limit}" in body
    assert 'value="Kept as typed"' in body and "Kept too" in body
    assert not made().exists()


def test_what_keeps_it_from_being_published_is_listed(page, engineer):
    run = Run(engineer)
    run.add("Ask {{ nobody }}", commands=[{"label": "", "shell": "", "code": "{{ x | perl }}"}])
    run.answer()
    response = send(page(engineer), run, status="published", name="Kept as typed")
    body = " ".join(response.content.decode().split())
    assert response.status_code == 422
    assert "3 things to settle before this can be published" in body
    assert '<a href="#node-step-1">Step 1</a>: Uses the variable “nobody”' in body
    assert "Asks to quote a variable for “perl”" in body
    assert 'value="Kept as typed"' in body
    assert not made().exists()
    assert send(page(engineer), run).status_code == 303


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({"name": " "}, "Give the new flow a name."),
        ({"name": "x" * 256}, "at most 255"),
        ({"status": "live"}, "Choose whether it is a draft."),
        ({"status": ""}, "Choose whether it is a draft."),
        ({"name": "a\x00b"}, "Null characters"),
    ],
)
def test_a_refused_form_says_why(page, run, sent, message):
    response = send(page(run.user), run, **sent)
    assert response.status_code == 422
    assert message in response.content.decode()
    assert not made().exists()


def test_what_was_typed_is_text(page, run):
    run.add("<script>alert(1)</script>")
    run.answer()
    body = page(run.user).get(address(run)).content.decode()
    assert "<script>alert(1)" not in body


def test_a_session_that_was_not_started_has_nothing_to_save(page, run):
    work_session = run.now
    work_session.decisions.delete()
    work_session.started_at, work_session.decision_count = None, 0
    work_session.save()
    shown = page(run.user).get(address(run))
    assert (shown.status_code, shown["Location"]) == (303, address(run, "detail"))
    response = send(page(run.user), run, name="Kept as typed")
    assert response.status_code == 422
    body = response.content.decode()
    assert "No step of this session has been recorded yet" in body and "Kept as typed" in body
    assert not made().exists()


def test_the_button_is_for_the_owner(page, run, admin, colleague):
    button = f'href="{address(run)}"'
    work_session = run.now
    work_session.assigned_to = colleague
    work_session.save()
    shown = {
        user: button in page(user).get(address(run, "detail")).content.decode()
        for user in (run.user, admin, colleague)
    }
    assert shown == {run.user: True, admin: False, colleague: False}


def test_a_completed_session_is_saved_with_its_ending(page, engineer):
    author = UserFactory(account=engineer.account, role="author")
    done = make_completed(
        engineer, tree=TreeFactory(author=author, published=True), outcome_notes="Router swapped."
    )
    add_decision(done)
    response = page(engineer).post(
        reverse("session-save-as-flow", args=[done.pk]), {"name": "Swap", "status": "published"}
    )
    assert response.status_code == 303
    nodes = made().get().structure["nodes"].values()
    assert "Router swapped." in [node.get("body") for node in nodes]
