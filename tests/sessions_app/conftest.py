"""An engineer at a session of their own."""

import pytest

from tests.factories import make_session
from tests.sessions_app.run.browser_driver import Browser


@pytest.fixture
def browser(page, engineer):
    return Browser(page(engineer), make_session(engineer, client_name="Contoso"))
