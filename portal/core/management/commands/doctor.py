"""What this machine has of all that Anfan can use, and what is missing."""

import importlib.metadata
import os
import platform
import shutil
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection

from portal.core import clamd
from portal.core.checks import check_leaked_passwords
from portal.core.fonts import font_folder

PACKAGES = ("django", "wagtail", "django-allauth", "django-tasks-db", "typst", "highspy")
# The shell draws the same pages with half of the processor's time, and has no windows.
CHROMIUM_NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
CHROMIUM_PATHS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)

Line = tuple[str, str]


def find_chromium() -> str:
    """The browser for tests and screenshots: `CHROMIUM`, the PATH, or its usual place; else ''."""
    named = os.environ.get("CHROMIUM", "")
    if named:
        return shutil.which(named) or ""
    on_path = (shutil.which(name) for name in CHROMIUM_NAMES)
    usual = (path for path in CHROMIUM_PATHS if Path(path).exists())
    return next((path for path in (*on_path, *usual) if path), "")


def database_line() -> Line:
    name = connection.settings_dict["NAME"]
    try:
        with connection.cursor() as cursor:
            query = "sqlite_version()" if connection.vendor == "sqlite" else "version()"
            cursor.execute(f"SELECT {query}")
            version = str(cursor.fetchone()[0])
    except DatabaseError as error:
        if connection.vendor == "sqlite":
            return ("database", f"sqlite, not made yet: `make run` makes {name}")
        return ("database", f"MISSING: {connection.vendor} does not answer ({error})")
    return ("database", f"{connection.vendor} {version.split(' on ')[0]}, {name}")


def font_line() -> Line:
    folder = font_folder()
    return (
        "Chinese font",
        str(folder) if folder else "MISSING: PDFs cannot be made; name a folder in CJK_FONT_DIR",
    )


def search_line() -> Line:
    if not settings.MEILI_URL:
        return ("search engine", "embedded (MEILI_URL is not set)")
    out = StringIO()
    try:
        call_command("search_state", stdout=out)
    except CommandError as problem:
        return ("search engine", f"MISSING: {settings.MEILI_URL}: {problem}; embedded answers")
    return ("search engine", f"Meilisearch at {settings.MEILI_URL}: {out.getvalue().strip()}")


def scanner_line() -> Line:
    if not settings.CLAMD_URL:
        return ("virus scanner", "none (CLAMD_URL is not set): files are delivered unscanned")
    try:
        return ("virus scanner", f"{clamd.version(settings.CLAMD_URL)} at {settings.CLAMD_URL}")
    except clamd.ScannerAway as away:
        return ("virus scanner", f"MISSING: {settings.CLAMD_URL}: {away}; new files wait")


def passwords_line() -> Line:
    if not settings.LEAKED_PASSWORDS:
        return ("leaked passwords", "none (LEAKED_PASSWORDS is not set): common ones are refused")
    faults = [f"MISSING: {fault.msg}" for fault in check_leaked_passwords(None)]
    return ("leaked passwords", faults[0] if faults else settings.LEAKED_PASSWORDS)


def engine_line(name: str, found: str, use: str) -> Line:
    return (name, found or f"not found: {use}")


def report() -> Iterator[Line]:
    yield ("Python", f"{platform.python_version()} on {platform.platform()}")
    for name in PACKAGES:
        yield (name, importlib.metadata.version(name))
    yield ("settings", str(settings.SETTINGS_MODULE))
    yield database_line()
    yield font_line()
    yield search_line()
    yield scanner_line()
    yield passwords_line()
    yield engine_line("Chromium", find_chromium(), "no browser tests; name it with CHROMIUM")
    yield engine_line("redis-server", shutil.which("redis-server") or "", "optional")


class Command(BaseCommand):
    help = "Print versions, the database, fonts and engines found on this machine."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        for name, finding in report():
            self.stdout.write(f"{name:>16}  {finding}")
