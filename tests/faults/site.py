"""A real site for drills and benches: PostgreSQL that keeps its promises, gunicorn, its workers."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

from tests.engines import ROOT, PostgresServer, free_port, postgres_server

WORKERS, THREADS = 2, 64
READY_SECONDS = 180


class Site:
    """gunicorn as an operator runs it: a master that starts a worker anew when one dies."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "gunicorn", "portal.wsgi", "--bind"]
        command += [f"127.0.0.1:{self.port}", "--workers", str(WORKERS), "--threads", str(THREADS)]
        # A busy machine takes long to start a worker; that is not what is tried here.
        command += ["--worker-class", "gthread", "--log-level", "critical", "--timeout", "180"]
        log = (self.folder / "web.log").open("wb")
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
        deadline = time.monotonic() + READY_SECONDS
        while not self.answers():
            if time.monotonic() > deadline:
                raise RuntimeError((self.folder / "web.log").read_text()[-2000:])
            time.sleep(0.2)

    def answers(self) -> bool:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("GET", "/accounts/login/")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def workers(self) -> list[int]:
        assert self.process is not None
        pid = self.process.pid
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def kill_worker(self) -> None:
        """End one worker in the middle of whatever it does."""
        os.kill(self.workers()[0], signal.SIGKILL)

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                for pid in [*self.workers(), self.process.pid]:
                    os.kill(pid, signal.SIGKILL)


@contextlib.contextmanager
def running_site() -> Iterator[tuple[Site, PostgresServer]]:
    """Start PostgreSQL (durable) and the site on an empty, migrated database.

    Sets up Django in this process on the same database, so that a drill can lay in what it needs
    and count at the end.
    """
    with (
        postgres_server(durable=True) as server,
        tempfile.TemporaryDirectory(prefix="anfan-site-", ignore_cleanup_errors=True) as name,
    ):
        os.environ |= {
            "DATABASE_URL": server.url,
            "DATA_DIR": name,
            "DJANGO_SETTINGS_MODULE": "portal.settings.dev",
            "DEBUG": "0",
            "LOG_LEVEL": "CRITICAL",
            "TASKS_BACKEND": "django_tasks_db.DatabaseBackend",
        }
        import django
        from django.conf import settings
        from django.core.management import call_command

        django.setup()
        # Nobody signs in by password here, and a hundred slow hashes are a minute.
        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
        call_command("migrate", verbosity=0, interactive=False)
        site = Site(Path(name))
        try:
            site.start()
            yield site, server
        finally:
            site.stop()
            close_connections()


def close_connections() -> None:
    """Give up this process's connections, also those a killed server left behind."""
    from django.db import connections

    for connection in connections.all():
        connection.close()
        if hasattr(connection, "close_pool"):
            connection.close_pool()
