"""Another web process, for as long as it is asked: `python -m tests.accounts_app.other_process`.

Reads a browser session's key a line, answers with the status, and the time zone's name and the role
that the settings page of this process shows to it.
"""

import os
import sys

import django


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    from django.conf import settings
    from django.test import Client
    from django.test.utils import setup_test_environment

    setup_test_environment()

    print("ready", flush=True)
    for line in sys.stdin:
        client = Client()
        client.cookies[settings.SESSION_COOKIE_NAME] = line.strip()
        response = client.get("/settings")
        if response.status_code == 200:
            print(200, response.context["time_zone"], response.context["user"].role, flush=True)
        else:
            print(response.status_code, "", "", flush=True)


if __name__ == "__main__":
    main()
