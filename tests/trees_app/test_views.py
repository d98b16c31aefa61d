import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import TreeFactory, make_completed, make_session, structure
from trees_app.models import Tree

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree(author):
    return TreeFactory(author=author, name="VPN", category="Network", published=True)


def text(response):
    return response.content.decode()


def names(response):
    return [flow.name for flow in response.context["flows"]]


def test_flows_are_found_by_search_and_category(page, engineer, author, tree):
    fields = {"category": "Print", "description": ""}
    TreeFactory(author=author, name="Printer", published=True, **fields)
    client = page(engineer)
    assert set(names(client.get("/flows"))) == {"VPN", "Printer"}
    assert names(client.get("/flows", {"q": " vpn\x00 "})) == ["VPN"]
    assert names(client.get("/flows", {"category": "Print"})) == ["Printer"]
    assert names(client.get("/flows", {"q": "vpn", "category": "Print"})) == []
    chips = client.get("/flows").context["categories"]
    assert [(chip["label"], chip["count"]) for chip in chips] == [
        ("All", None),
        ("Network", 1),
        ("Print", 1),
    ]


def test_a_search_as_typed_swaps_the_results_alone(page, engineer, tree):
    response = page(engineer).get("/flows", {"q": "vpn"}, headers={"HX-Request": "true"})
    assert "VPN" in text(response)
    assert "<html" not in text(response)


@pytest.mark.parametrize("query", ["<script>alert(1)</script>", "%", "_", "'", "x" * 5_000])
def test_any_search_text_is_accepted(page, engineer, tree, query):
    response = page(engineer).get("/flows", {"q": query, "category": query})
    assert response.status_code == 200
    assert "<script>alert" not in text(response)


@pytest.mark.req("A3")
def test_drafts_and_flows_switched_off_are_not_offered(page, engineer, author):
    draft = TreeFactory(author=author, name="Draft")
    TreeFactory(author=author, name="Off", published=True, is_active=False)
    assert names(page(engineer).get("/flows")) == []
    assert names(page(author).get("/flows")) == ["Draft"]
    assert page(engineer).get(f"/flows/{draft.pk}").status_code == 403


@pytest.mark.req("A1", "A3")
@pytest.mark.parametrize(
    ("fields", "who", "status"),
    [
        ({}, "engineer", 200),
        ({}, "viewer", 200),
        ({}, "stranger", 404),
        ({"visibility": "private"}, "engineer", 403),
        ({"visibility": "private"}, "admin", 200),
        ({"is_public": True}, "stranger", 200),
        ({"status": "draft"}, "viewer", 403),
        ({"status": "draft", "is_public": True}, "stranger", 404),
    ],
)
def test_who_opens_a_flow(page, tree, fields, who, status, request):
    Tree.objects.filter(pk=tree.pk).update(**fields)
    response = page(request.getfixturevalue(who)).get(f"/flows/{tree.pk}")
    assert response.status_code == status


@pytest.mark.parametrize("pk", ["0", "999999999", "9" * 30, "-1", "x"])
def test_a_flow_that_is_not_there(page, engineer, pk):
    assert page(engineer).get(f"/flows/{pk}").status_code == 404


def test_readers_see_what_was_published_last(page, engineer, author, tree):
    tree.structure["nodes"]["scope"]["title"] = "Half-finished"
    tree.save()
    assert "Half-finished" not in text(page(engineer).get(f"/flows/{tree.pk}"))
    assert "Half-finished" in text(page(author).get(f"/flows/{tree.pk}"))


@pytest.mark.req("A1")
def test_the_figures_are_the_accounts_own(page, engineer, stranger, tree):
    """A public flow is run elsewhere too."""
    Tree.objects.filter(pk=tree.pk).update(is_public=True)
    make_completed(engineer, tree=tree)
    make_session(stranger, tree=tree)
    figures = page(engineer).get(f"/flows/{tree.pk}").context["figures"]
    assert [(row["label"], row["value"]) for row in figures][:3] == [
        ("Sessions here", "1"),
        ("Completed", "1"),
        ("Resolved", "100 %"),
    ]


@pytest.mark.parametrize(
    ("who", "status"), [("author", 303), ("admin", 303), ("engineer", 403), ("stranger", 404)]
)
def test_who_publishes(page, tree, who, status, request):
    response = page(request.getfixturevalue(who)).post(f"/flows/{tree.pk}/publish")
    assert response.status_code == status
    tree.refresh_from_db()
    assert tree.version == (2 if status == 303 else 1)


def test_another_author_does_not_publish_it(page, tree, engineer):
    engineer.role = "author"
    engineer.save()
    assert page(engineer).post(f"/flows/{tree.pk}/publish").status_code == 403


@pytest.mark.req("T2")
def test_every_problem_is_listed(page, author):
    broken = structure()
    del broken["nodes"]["outage"]
    broken["nodes"]["scope"]["title"] = ""
    tree = TreeFactory(author=author, structure=broken, intake_form=[])
    response = page(author).post(f"/flows/{tree.pk}/publish", follow=True)
    body = text(response)
    assert "Not published" in body
    toast = r'role="alert"\s*>\s*(?:<svg.*?</svg>)?\s*<p class="toast__text">Not published'
    assert re.search(toast, response.content.decode(), re.DOTALL)
    for problem in tree.problems():
        assert problem.node in body
    assert body.count("which isn") >= 2
    assert Tree.objects.get(pk=tree.pk).status == "draft"


def test_readers_are_offered_nothing_to_start(page, viewer, engineer, tree):
    start = f'action="/flows/{tree.pk}/start"'
    for path in ("/flows", f"/flows/{tree.pk}"):
        assert start not in text(page(viewer).get(path))
        assert start in text(page(engineer).get(path))


def test_the_list_costs_the_same_with_many_flows(page, engineer, author):
    client = page(engineer)

    def queries():
        client.get("/flows")
        with CaptureQueriesContext(connection) as context:
            client.get("/flows")
            return len(context)

    TreeFactory(author=author, published=True)
    few = queries()
    for _ in range(10):
        TreeFactory(author=author, published=True)
    assert queries() == few <= 4


def with_advice(author):
    tree = TreeFactory(author=author, name="Draft", structure=structure())
    tree.structure["nodes"]["ping"]["commands"][0]["code"] = "wmic bios get serialnumber"
    tree.save()
    return tree


@pytest.mark.req("F4")
def test_advice_is_shown_to_who_may_edit_the_flow(page, engineer, author):
    tree = with_advice(author)
    tree.publish(by=author)
    shown = text(page(author).get(f"/flows/{tree.pk}"))
    assert "1 line of advice" in shown
    assert "wmic, which is retired" in shown
    assert "advice" not in text(page(engineer).get(f"/flows/{tree.pk}")).lower()


@pytest.mark.req("F4")
def test_a_command_with_raw_text_is_not_published(page, author):
    tree = TreeFactory(author=author, name="Draft", structure=structure())
    tree.intake_form = [{"name": "gateway", "type": "text"}]
    command = tree.structure["nodes"]["ping"]["commands"][0]
    command["shell"], command["code"] = "cmd", "ping {{ gateway }}"
    tree.save()
    page(author).post(f"/flows/{tree.pk}/publish")
    shown = text(page(author).get(f"/flows/{tree.pk}"))
    assert "write {{ gateway | cmd }}" in shown
    tree.refresh_from_db()
    assert tree.status == Tree.Status.DRAFT


def test_every_flow_is_in_the_list_page_by_page(page, author, engineer, django_assert_num_queries):
    """401 flows: each once, most used first, with search and category over all of them."""
    Tree.objects.bulk_create(
        Tree(
            account=author.account,
            author=author,
            name=f"Flow {number % 200:03}",
            category="Even" if number % 2 == 0 else "Uneven",
            status="published",
            version=1,
            usage_count=number % 3,
        )
        for number in range(401)
    )
    client = page(engineer)
    client.get("/flows")

    def walk(address):
        seen = []
        while address:
            with django_assert_num_queries(3):
                shown = client.get(address)
            seen += [card.id for card in shown.context["flows"]]
            more = shown.context["more_url"]
            address = f"/flows{more}" if more else ""
        return seen

    order = Tree.objects.order_by("-usage_count", "name", "pk")
    assert walk("/flows") == list(order.values_list("pk", flat=True))
    even = order.filter(category="Even").values_list("pk", flat=True)
    assert walk("/flows?category=Even") == list(even)
    assert walk("/flows?q=flow+19") == list(
        order.filter(name__startswith="Flow 19").values_list("pk", flat=True)
    )


@pytest.mark.parametrize(
    "cursor", ["x", "W10", "WzEsImEiLCJ4Il0", "é", "\x00", "W1tdLFtdLFtdXQ", "A" * 5_000, "bnVsbA"]
)
def test_a_cursor_that_is_not_ours(page, engineer, cursor):
    assert page(engineer).get("/flows", {"after": cursor}).status_code == 404


def shown_figures(client, tree):
    shown = client.get(f"/flows/{tree.pk}").context["figures"]
    return {one["label"]: one["value"] for one in shown}


def test_figures_are_bounded(page, engineer, author, monkeypatch):
    monkeypatch.setattr("trees_app.views.MAX_COUNTED", 2)
    tree = TreeFactory(author=author, published=True)
    for _ in range(2):
        make_session(engineer, tree=tree)
    client = page(engineer)
    figures = {
        one["label"]: one["value"] for one in client.get(f"/flows/{tree.pk}").context["figures"]
    }
    assert figures == {"Sessions here": "2", "Completed": "0"}
    make_session(engineer, tree=tree)
    figures = {
        one["label"]: one["value"] for one in client.get(f"/flows/{tree.pk}").context["figures"]
    }
    assert figures == {"Sessions here": "2+", "Completed": "0"}


def test_a_draft_is_deleted_after_one_question(page, author):
    draft = TreeFactory(author=author)
    client = page(author)
    address = f"/flows/{draft.pk}/delete"
    assert address in client.get(f"/flows/{draft.pk}").content.decode()
    assert "Delete this draft?" in client.get(address).content.decode()
    assert client.post(address)["Location"] == "/flows"
    assert not Tree.objects.exists()


def test_a_published_flow_has_no_such_button(page, author):
    tree = TreeFactory(author=author, published=True)
    client = page(author)
    assert f"/flows/{tree.pk}/delete" not in client.get(f"/flows/{tree.pk}").content.decode()
    for send in (client.get, client.post):
        assert send(f"/flows/{tree.pk}/delete")["Location"] == f"/flows/{tree.pk}"
    assert "has been published" in client.get(f"/flows/{tree.pk}").content.decode()
