#!/usr/bin/env python3
"""Django's command line for ResolutionFlow."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "resolutionflow.settings")
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        settings.DEBUG  # noqa: B018 (reads the settings, which may start the embedded PostgreSQL)
    except (ImproperlyConfigured, RuntimeError) as error:
        sys.exit(f"resolutionflow: {error}")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
