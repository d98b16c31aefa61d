"""Names of downloads in every script, with an ASCII name for programs that read no other."""

from urllib.parse import quote

import pytest

from sessions_app.attachments import services
from tests.factories import TreeFactory, make_session

pytestmark = pytest.mark.django_db
SCRIPTS = ["تعذر الاتصال", "无法连接", "Не подключается", "कनेक्शन", "Müller VPN"]


@pytest.mark.parametrize("name", SCRIPTS)
def test_an_export_keeps_the_script_and_says_ticket_and_date(api, engineer, author, name):
    tree = TreeFactory(author=author, name=name, published=True)
    work_session = make_session(engineer, tree=tree, ticket_number="T-42")
    answer = api(engineer).post(f"/api/v1/sessions/{work_session.pk}/export", {"format": "text"})
    header = answer["Content-Disposition"]
    assert header.isascii()
    plain, full = header.split("; filename*=UTF-8''")
    assert plain.startswith('attachment; filename="t-42-')
    day = plain.removesuffix('.txt"')[-10:]
    assert full == quote(f"t-42-{name.lower().replace(' ', '-')}-{day}.txt", safe="")


@pytest.mark.parametrize("name", SCRIPTS)
def test_an_attachment_keeps_the_script(client, engineer, name):
    work_session = make_session(engineer)
    data = "größer".encode("cp850") * 9
    file = services.add_attachment(user=engineer, pk=work_session.pk, name=f"{name}.txt", data=data)
    client.force_login(engineer)
    answer = client.get(file.url)
    header = answer["Content-Disposition"]
    assert header.isascii() and 'filename="' in header
    assert header.endswith(f"; filename*=UTF-8''{quote(f'{name}.txt', safe='')}")
    assert b"".join(answer.streaming_content) == data
