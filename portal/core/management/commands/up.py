"""Everything a site needs on one machine, under one command: database, web server, worker.

For a laptop and a small host; a larger host runs gunicorn and `db_worker` under its own supervisor
(docs/operations.md). Stops both when either stops, and on Ctrl-C.
"""

import os
import shlex
import socket
import sys
import threading
import time
from argparse import ArgumentParser
from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from honcho.manager import Manager

READY_SECONDS = 60
DEMO_HINT = "  Sign in as one of the people listed above (all share one password).\n"


def is_listening(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=1):
            return True
    except OSError:
        return False


def check_port_is_free(host: str, port: int) -> None:
    """Refuse before any work is done when the address cannot be taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(
                f"Port {port} on {host} cannot be used ({error.strerror}). "
                f"Stop what is using it, or name another: PORT={port + 1} make run"
            ) from error


def has_pending_migrations() -> bool:
    executor = MigrationExecutor(connections["default"])
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


class Command(BaseCommand):
    help = "Prepare the database, then run the web server and the worker until stopped."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--demo", action="store_true", help="fill in the demo data first")
        parser.add_argument("--host", default=os.environ.get("HOST", "127.0.0.1"))
        parser.add_argument("--port", type=int, default=os.environ.get("PORT", "8000"))

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], options["port"]
        check_port_is_free(host, port)
        self.prepare_database()
        if options["demo"]:
            self.seed_demo()
        self.check_search()
        for connection in connections.all():
            connection.close()
            if hasattr(connection, "close_pool"):
                connection.close_pool()
        self.serve(host, port, DEMO_HINT if options["demo"] else "")

    def prepare_database(self) -> None:
        for folder in (settings.DATA_DIR, settings.STATIC_ROOT):
            Path(folder).mkdir(parents=True, exist_ok=True)
        if has_pending_migrations():
            self.stdout.write("Preparing the database ...")
            call_command("migrate", interactive=False, verbosity=0, stdout=self.stdout)

    def seed_demo(self) -> None:
        if "demo" not in get_commands():
            raise CommandError("These settings have no demo; leave out --demo.")
        call_command("demo", stdout=self.stdout)

    def check_search(self) -> None:
        """Mend search where it differs from the pages; a server that is away does not stop us."""
        try:
            call_command("search_sync", stdout=StringIO())
        except CommandError as problem:
            self.stderr.write(str(problem))

    def serve(self, host: str, port: int, hint: str) -> None:
        shown = f"[{host}]" if ":" in host else host
        python = shlex.quote(sys.executable)
        manage = shlex.quote(str(settings.ROOT / "manage.py"))
        environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
        manager = Manager()
        manager.add_process(
            "web",
            f"exec {python} -m gunicorn portal.wsgi --worker-class gthread --threads 64 "
            f"--bind {shlex.quote(f'{shown}:{port}')} --log-level warning",
            env=environment,
            cwd=str(settings.ROOT),
        )
        manager.add_process(
            "worker",
            f"exec {python} {manage} db_worker --queue-name '*' --no-reload",
            env=environment,
            cwd=str(settings.ROOT),
        )
        # Deadlines that nobody's click ends, reminders of them, mails that are tried again.
        manager.add_process(
            "clock",
            f"exec {python} {manage} sweep --every 60",
            env=environment,
            cwd=str(settings.ROOT),
        )
        watcher = threading.Thread(target=self.announce, args=(host, port, hint), daemon=True)
        watcher.start()
        manager.loop()
        if manager.returncode not in (0, 130, 143, None):
            raise CommandError("Server or worker stopped by itself; its last lines say why.")

    def announce(self, host: str, port: int, hint: str) -> None:
        """Print the address once the server answers, so that it is the last thing to read."""
        shown = "127.0.0.1" if host == "0.0.0.0" else host  # noqa: S104 - compared, never bound
        deadline = time.monotonic() + READY_SECONDS
        while not is_listening(shown, port):
            if time.monotonic() > deadline:
                return
            time.sleep(0.1)
        address = f"http://{shown}:{port}/"
        text = f"\n  Anfan is running:  {address}\n{hint}  Ctrl-C stops it.\n\n"
        self.stdout.write(text)
        self.stdout.flush()
