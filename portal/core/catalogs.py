"""Translation catalogues without the system's gettext: find messages, merge them, compile them.

A source file's messages belong to the nearest folder above it that has a `locale/`; its catalogue
is `locale/zh_Hans/LC_MESSAGES/django.po`. English is the language of the source, so it has none.
Nothing here needs Django to be set up; showing translated text is Django's own business.
"""

import io
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("portal", "showcase", "evaluation", "courses", "search")
LOCALE = "zh_Hans"
PO = Path("locale") / LOCALE / "LC_MESSAGES" / "django.po"
HEADER = "# Anfan: Simplified Chinese. Update with `make messages`, then translate what is empty."
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sdrf]|\{\w*\}")
# Header lines that say nothing, or change when nothing did.
NOISE = re.compile(
    r'^"(POT-Creation-Date|PO-Revision-Date|Report-Msgid-Bugs-To|Last-Translator|Language-Team'
    r"|Generated-By|Project-Id-Version):.*\n",
    re.M,
)

Key = tuple[str, str]


@dataclass
class Merge:
    """What one update did to a catalogue, for the person who ran it."""

    path: Path
    added: list[str] = field(default_factory=list)
    retired: list[str] = field(default_factory=list)
    untranslated: int = 0


def catalogue_folders() -> list[Path]:
    """Every folder with a catalogue of its own: the five packages, and any with a `locale/`."""
    folders = {ROOT / name for name in PACKAGES}
    for folder in list(folders):
        folders.update(path.parent for path in folder.rglob("locale") if path.is_dir())
    return sorted(folders)


def source_files(folder: Path) -> Iterator[Path]:
    """Python files and templates whose messages belong to this folder's catalogue."""
    others = {other for other in catalogue_folders() if other != folder and folder in other.parents}
    for path in sorted(folder.rglob("*")):
        if path.suffix not in {".py", ".html", ".txt"} or "migrations" in path.parts:
            continue
        if path.suffix != ".py" and "templates" not in path.parts:
            continue
        if not others.intersection(path.parents):
            yield path


def readable_source(path: Path) -> bytes:
    """A file as Python for the extractor; a template becomes its gettext calls, line for line."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return text.encode()
    calls = templatize(text, origin=str(path))
    return "\n".join(line.strip() for line in calls.split("\n")).encode()


def template_of(folder: Path) -> Catalog:
    """All messages used by the folder's sources, without translations."""
    catalogue = Catalog(project="Anfan", charset="utf-8")
    for path in source_files(folder):
        found = extract(
            "python",
            io.BytesIO(readable_source(path)),
            KEYWORDS,
            comment_tags=("Translators:",),
            options={"encoding": "utf-8"},
        )
        for line, message, comments, context in found:
            place = (path.relative_to(ROOT).as_posix(), line)
            catalogue.add(message, locations=[place], auto_comments=comments, context=context)
    return catalogue


def key_of(message: Message) -> Key:
    singular = message.id if isinstance(message.id, str) else message.id[0]
    return (str(message.context or ""), singular)


def messages_of(catalogue: Catalog) -> dict[Key, Message]:
    return {key_of(message): message for message in catalogue if message.id}


def read_catalogue(path: Path) -> Catalog:
    """The catalogue in a .po file; an empty Chinese one when there is no file yet."""
    if not path.exists():
        return Catalog(locale=LOCALE, charset="utf-8", fuzzy=False, header_comment=HEADER)
    with path.open("rb") as file:
        return read_po(file, locale=LOCALE)


def translations_of(message: Message) -> list[str]:
    strings = message.string if isinstance(message.string, (tuple, list)) else [message.string]
    return [str(string or "") for string in strings]


def is_translated(message: Message) -> bool:
    return all(translations_of(message)) and not message.fuzzy


def placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


def has_same_placeholders(message: Message) -> bool:
    """Rule: a translation names what its source names; a plural may use either form's names.

    Chinese has one form, so it must fit the plural; a name only the singular lacks may be absent.
    """
    sources = [message.id] if isinstance(message.id, str) else list(message.id)
    wanted = [placeholders(source) for source in sources]
    allowed = set().union(*wanted)
    needed = set.intersection(*wanted)
    used = [placeholders(text) for text in translations_of(message)]
    return all(needed <= names <= allowed for names in used)


def known_translations() -> dict[Key, Message]:
    """Every finished translation in any catalogue: one sentence is translated once."""
    known: dict[Key, Message] = {}
    for folder in catalogue_folders():
        for key, message in messages_of(read_catalogue(folder / PO)).items():
            if is_translated(message):
                known.setdefault(key, message)
    return known


def merge_messages(folder: Path, known: dict[Key, Message]) -> Merge | None:
    """Bring one catalogue up to its sources and write it, only when something changed.

    Translations are kept; a message no longer used moves to the file's end (`#~`) and is reported;
    a new one takes a finished translation of the same text from another catalogue.
    """
    path = folder / PO
    template = template_of(folder)
    if not messages_of(template) and not path.exists():
        return None
    catalogue = read_catalogue(path)
    before = messages_of(catalogue)
    after = messages_of(template)
    report = Merge(path, added=sorted(key[1] for key in after.keys() - before.keys()))
    report.retired = sorted(key[1] for key in before.keys() - after.keys())
    catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
    for key, message in messages_of(catalogue).items():
        if not any(translations_of(message)) and key in known:
            message.string = known[key].string
    report.untranslated = sum(not is_translated(m) for m in messages_of(catalogue).values())
    write_catalogue(path, catalogue)
    return report


def write_catalogue(path: Path, catalogue: Catalog) -> None:
    """Write a .po file that does not change when nothing did: no dates, no line numbers."""
    catalogue.fuzzy = False
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=100, sort_by_file=True, include_lineno=False)
    text = NOISE.sub("", buffer.getvalue().decode())
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def compile_catalogue(path: Path) -> bool:
    """Write the .mo beside a .po; False when it is already newer than its source.

    Written beside, under a name of this process's own, and moved into place: a running server never
    reads half a file, and two commands that start at once do not write into one.
    """
    compiled = path.with_suffix(".mo")
    if compiled.exists() and compiled.stat().st_mtime_ns >= path.stat().st_mtime_ns:
        return False
    draft = compiled.with_suffix(f".mo.{os.getpid()}")
    with draft.open("wb") as file:
        write_mo(file, read_catalogue(path))
    draft.replace(compiled)
    return True


def compile_all() -> list[Path]:
    """Compile every stale catalogue and return those that were."""
    paths = [folder / PO for folder in catalogue_folders()]
    return [path for path in paths if path.exists() and compile_catalogue(path)]
