"""Write the generated pages of docs/: lifecycles, rules, configuration."""

import ast
import re
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from portal.core.lifecycle import Lifecycle

HEAD = "<!-- Written by `manage.py document`; do not edit. -->\n\n"
PACKAGES = ("portal", "showcase", "evaluation", "courses", "search")
READS_ENV = re.compile(
    r'\benv(?:\.\w+)?\(\s*"([A-Z_]+)"(?:,\s*default=((?:[^()]|\([^()]*\))+?))?,?\s*\)'
)


def lifecycles() -> str:
    """Return docs/lifecycles.md: one table and one diagram a lifecycle."""
    parts = ["# Lifecycles\n"]
    for name, life in sorted(Lifecycle.registry.items()):
        parts.append(f"## {name}\n\n```mermaid\nstateDiagram-v2")
        for arrow in life.arrows.values():
            parts += [f"  {source} --> {arrow.target}: {arrow.verb}" for source in arrow.sources]
        parts.append("```\n\n| verb | from | to | owner | audit code |\n|-|-|-|-|-|")
        for arrow in life.arrows.values():
            sources = ", ".join(arrow.sources)
            parts.append(
                f"| {arrow.verb} | {sources} | {arrow.target} | {arrow.owner} | {arrow.code} |"
            )
        parts.append("")
    return "\n".join(parts)


def rules() -> str:
    """Return docs/rules.md: every docstring sentence that begins with `Rule:`, with its place."""
    rows = ["# Rules\n", "| rule | function |", "|-|-|"]
    for path in source_files():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                text = ast.get_docstring(node) or ""
                for rule in re.findall(r"Rule: (.+?)(?:\n\n|\Z)", text, re.S):
                    place = f"{path.relative_to(settings.ROOT)}::{node.name}"
                    rows.append(f"| {' '.join(rule.split())} | `{place}` |")
    return "\n".join(rows) + "\n"


def configuration() -> str:
    """Return docs/configuration.md: every environment variable the settings read."""
    rows = ["# Configuration\n", "Read once, in `portal/settings/`.\n"]
    rows += ["| variable | default | read in |", "|-|-|-|"]
    for path in sorted((settings.ROOT / "portal" / "settings").glob("*.py")):
        found = dict(READS_ENV.findall(path.read_text(encoding="utf-8")))
        for name, default in found.items():
            shown = " ".join(default.split()) or "required"
            rows.append(f"| `{name}` | `{shown}` | {path.name} |")
    return "\n".join(rows) + "\n"


def source_files() -> list[Path]:
    """Return the product's own Python files in a stable order."""
    found = [path for package in PACKAGES for path in (settings.ROOT / package).rglob("*.py")]
    return sorted(path for path in found if "migrations" not in path.parts)


PAGES = {
    "lifecycles.md": lifecycles,
    "rules.md": rules,
    "configuration.md": configuration,
}


class Command(BaseCommand):
    help = "Write the generated pages of docs/, or with --check say which are out of date."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        stale = []
        with translation.override("en"):
            for name, write in PAGES.items():
                path, text = settings.ROOT / "docs" / name, HEAD + write()
                if path.exists() and path.read_text(encoding="utf-8") == text:
                    continue
                stale.append(name)
                if not options["check"]:
                    path.write_text(text, encoding="utf-8")
        if stale and options["check"]:
            raise CommandError(f"out of date: {', '.join(stale)}; run `manage.py document`")
        self.stdout.write(f"docs: {', '.join(stale) or 'nothing'} to write")
