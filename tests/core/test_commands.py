"""The commands a person types on a machine that is not quite right."""

import io
import socket

import pytest
from django.core.management import CommandError, call_command

from portal.core.management.commands.doctor import report


def test_up_refuses_a_busy_port_and_names_another():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(CommandError) as refusal:
            call_command("up", port=port, host="127.0.0.1")
    assert f"Port {port} on 127.0.0.1 cannot be used" in str(refusal.value)
    assert f"PORT={port + 1} make run" in str(refusal.value)


@pytest.mark.django_db
def test_doctor_names_every_finding():
    output = io.StringIO()
    call_command("doctor", stdout=output)
    lines = dict(line.strip().split("  ", 1) for line in output.getvalue().splitlines())
    assert list(lines) == [name for name, _ in report()]
    assert lines["Chinese font"].startswith("MISSING") is False


def test_extract_messages_refuses_an_unknown_folder():
    with pytest.raises(CommandError, match="No catalogue in"):
        call_command("extract_messages", "nowhere")
