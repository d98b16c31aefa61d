"""The registry of formats: every part of the product offers a renderer that is added to it."""

import io
import re

import pytest
from django.core.management import call_command
from django.urls import reverse
from drf_spectacular.generators import SchemaGenerator

from exports_app.builder import build_document
from exports_app.options import ExportOptions
from exports_app.renderers import DEFAULT_FORMAT, RENDERERS, TICKET_FORMAT, format_labels
from exports_app.renderers.renderer import Renderer
from exports_app.session_reader import read_session
from resolutionflow.web.errors import Invalid
from tests.factories import TreeFactory, add_decision, make_completed
from tests.sessions_app.batches.batch_factories import make_batch
from trees_app.models import Tree

DUMMY = Renderer(
    name="dummy",
    label="Dummy format",
    media_type="text/x-dummy",
    extension="dmy",
    render=lambda document: f"dummy of {document.header.title}, {len(document.steps)} steps\n",
    render_batch=lambda document: f"dummy of {len(document.targets)} targets\n",
    is_page=True,
    needs_resolution=True,
)


@pytest.fixture
def dummy(monkeypatch):
    monkeypatch.setitem(RENDERERS, DUMMY.name, DUMMY)
    return DUMMY


@pytest.fixture
def work_session(engineer):
    made = make_completed(engineer)
    add_decision(made, question="Is it on?", answer="Yes", notes="")
    return made


@pytest.fixture
def owner(client, engineer):
    client.force_login(engineer)
    return client


@pytest.fixture
def batch_id(engineer, author):
    flow = TreeFactory(author=author, published=True, tree_type=Tree.Type.MAINTENANCE)
    return make_batch(engineer, flow, 2)[0]


def options_in(response, field_id):
    """Return the values and labels that a list on a page offers."""
    [field] = re.findall(
        rf'<select[^>]*id="{field_id}".*?</select>', response.content.decode(), re.DOTALL
    )
    return re.findall(r'<option value="([^"]*)"[^>]*>([^<]*)</option>', field)


def assert_dummy_file(response):
    assert response.status_code == 200
    assert response["Content-Type"] == "text/x-dummy; charset=utf-8"
    assert response["Content-Disposition"].endswith('.dmy"')
    assert response.content.decode().startswith("dummy of ")


def test_the_name_in_the_registry_is_that_of_the_renderer():
    assert all(name == renderer.name for name, renderer in RENDERERS.items())
    assert {DEFAULT_FORMAT, TICKET_FORMAT} <= RENDERERS.keys()


def test_without_the_dummy_its_name_is_refused():
    with pytest.raises(Invalid):
        ExportOptions.parse({"format": DUMMY.name})


def test_pages_offer_the_ticket_format_first_and_then_the_others_in_order(dummy):
    others = [name for name in RENDERERS if name != TICKET_FORMAT]
    assert list(format_labels()) == [TICKET_FORMAT, *others]
    assert format_labels()[dummy.name] == dummy.label


class TestEveryPartOffersTheDummy:
    def test_the_api(self, dummy, owner, work_session):
        response = owner.post(
            reverse("api-session-export", args=[work_session.pk]),
            {"format": dummy.name},
            content_type="application/json",
        )
        assert_dummy_file(response)

    def test_the_page(self, dummy, owner, work_session):
        url = reverse("session-export", args=[work_session.pk])
        assert_dummy_file(owner.post(url, {"format": dummy.name}))

    def test_the_batch(self, dummy, owner, batch_id):
        url = reverse("batch-export", args=[batch_id])
        response = owner.post(url, {"format": dummy.name})
        assert_dummy_file(response)
        assert "2 targets" in response.content.decode()

    def test_the_preview(self, dummy, owner, work_session):
        url = reverse("session-preview", args=[work_session.pk])
        response = owner.get(url, {"format": dummy.name})
        assert "dummy of " in response.content.decode()
        assert 'data-media-type="text/x-dummy"' in response.content.decode()
        assert 'data-view="rendered"' in response.content.decode()
        assert (dummy.name, dummy.label) in options_in(response, "pv-format")

    def test_the_preview_as_a_page(self, dummy, owner, work_session):
        url = reverse("session-rendered", args=[work_session.pk])
        assert owner.post(url, {"format": dummy.name}).content.decode().startswith("dummy of ")

    def test_the_resolution_that_it_needs(self, dummy, owner, work_session):
        options = ExportOptions.parse({"format": dummy.name})
        assert build_document(read_session(work_session, options), options).resolution == "Yes"

    def test_the_command(self, dummy, work_session):
        out = io.StringIO()
        call_command("export_session", str(work_session.pk), "--format", dummy.name, stdout=out)
        assert out.getvalue().startswith("dummy of ")

    def test_the_openapi_document(self, dummy):
        document = SchemaGenerator().get_schema(request=None, public=True)
        schemas = document["components"]["schemas"]
        described = str(schemas["ExportOptions"]["properties"]["format"])
        named = [name for name in schemas if f"/{name}'" in described]
        assert f"'{dummy.name}'" in described + "".join(str(schemas[name]) for name in named)
        [operation] = [
            methods["post"]
            for methods in document["paths"].values()
            if methods.get("post", {}).get("operationId") == "export_session"
        ]
        assert "text/x-dummy" in operation["responses"]["200"]["content"]

    def test_the_export_bar_of_a_session(self, dummy, owner, work_session):
        response = owner.get(reverse("session-detail", args=[work_session.pk]))
        assert options_in(response, "x-format") == list(format_labels().items())

    def test_the_export_bar_of_a_batch(self, dummy, owner, batch_id):
        response = owner.get(reverse("batch-detail", args=[batch_id]))
        assert options_in(response, "x-format") == list(format_labels().items())
