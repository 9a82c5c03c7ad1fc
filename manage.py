#!/usr/bin/env python
"""Django's command line for Anfan; development settings unless the environment names others."""

import os
import sys

from django.core.management import execute_from_command_line

from portal.core.headroom import with_headroom


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.dev")
    with_headroom(execute_from_command_line)(sys.argv)


if __name__ == "__main__":
    main()
