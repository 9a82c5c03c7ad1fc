"""What a server does once, when all is loaded and before it answers."""

import gc
from io import StringIO

from django.core.management import call_command

# The checks whose faults stop a server; every command runs them too.
TAGS = ("record", "start")


def make_ready() -> None:
    """Refuse to start what could not record its changes (audit/checks.py) or judge a new password
    (checks.py), then leave what stays as long as the process out of every search for rubbish.

    Raises SystemCheckError with the remedy.
    """
    call_command("check", tags=TAGS, stdout=StringIO())
    gc.collect()
    gc.freeze()
