"""Static files for production: the style sheet's parts joined into one hashed, compressed file.

In development the browser reads the parts as they are written; nothing needs building.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

ENTRY = "portal/css/portal.css"
IMPORT = re.compile(r'@import url\("([^"]+)"\)\s*([^;]*);')


def joined(source: str, read: Callable[[str], str]) -> str:
    """The entry with every ``@import`` replaced by its part, in its media query if it has one."""

    def part(match: re.Match[str]) -> str:
        text = read(match[1])
        return f"@media {match[2]} {{\n{text}\n}}" if match[2] else text

    return IMPORT.sub(part, source)


class JoinedStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage with one style sheet and hashed module imports."""

    support_js_module_import_aggregation = True

    def post_process(
        self, paths: dict[str, Any], dry_run: bool = False, **options: Any
    ) -> Iterator[Any]:
        """Join the style sheet, then hash and compress as ever."""
        if ENTRY in paths and not dry_run:
            source, path = paths[ENTRY]
            with source.open(path) as file:
                entry = file.read().decode()
            text = joined(entry, lambda name: self.text_of(f"portal/css/{name}"))
            self.delete(ENTRY)
            self._save(ENTRY, ContentFile(text.encode()))
            paths = {**paths, ENTRY: (self, ENTRY)}
        yield from super().post_process(paths, dry_run, **options)

    def text_of(self, name: str) -> str:
        """One collected file as text."""
        with self.open(name) as file:
            return file.read().decode()
