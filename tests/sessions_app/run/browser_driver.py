"""The run page as tests open it."""

import html5lib
import pytest
from django.urls import reverse

from sessions_app.models import Decision
from tests.factories import TreeFactory, make_session
from tests.flat_html import flat_html

HTMX = {"HX-Request": "true"}
WAYS = pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])


class Browser:
    """One engineer at one session."""

    def __init__(self, client, work_session):
        self.client, self.work_session = client, work_session

    def url(self, name):
        return reverse(f"session-{name}", args=[self.work_session.pk])

    def get(self, query="", **more):
        return self.client.get(self.url("run") + query, **more)

    def form(self, query=""):
        """The step's form as the page has it: the browser's own way of filling it in."""
        root = html5lib.parse(self.get(query).content.decode(), namespaceHTMLElements=False)
        form = next(f for f in root.iter("form") if f.get("id") == "step-form")
        fields = {i.get("name"): i.get("value", "") for i in form.iter("input") if i.get("name")}
        areas = {a.get("name"): "".join(a.itertext()) for a in form.iter("textarea")}
        return {k: v for k, v in (fields | areas).items() if k != "csrfmiddlewaretoken"}

    def post(self, name, data, headers=None):
        return self.client.post(self.url(name), data, headers=headers or {})

    def answer(self, choice="", headers=None, query="", **more):
        return self.post("answer", {**self.form(query), "choice": choice, **more}, headers)

    @property
    def now(self):
        self.work_session.refresh_from_db()
        return self.work_session

    @property
    def path(self):
        return [row.answer for row in self.work_session.decisions]


def text(response):
    return flat_html(response)


def goes_to(response, headers, url):
    if headers:
        return response.status_code == 204 and response["HX-Redirect"] == url
    return response.status_code == 303 and response["Location"] == url


def statements(context):
    """The queries but the savepoints that stand for the transaction in a test."""
    return [q["sql"] for q in context if "SAVEPOINT" not in q["sql"]]


def run_on(engineer, steps):
    """A session that stands at the question “replies” after so many steps of the loop."""
    tree = TreeFactory(published=True, author__account=engineer.account)
    work_session = make_session(engineer, tree=tree)
    Decision.objects.bulk_create(
        Decision(
            session=work_session,
            position=position,
            node_id="ping",
            question="Ping",
            answer="Done",
            notes="n" * 200,
            command_output="o" * 2_000,
            next_node="replies",
        )
        for position in range(1, steps + 1)
    )
    work_session.decision_count, work_session.current_node = steps, "replies"
    work_session.save()
    return work_session
