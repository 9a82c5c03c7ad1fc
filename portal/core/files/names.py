"""Names of files: what is shown, what the extension is. The name on disk is ours (PrivateFile)."""

import re
import unicodedata
from pathlib import PurePath

# Windows opens a device for these, whatever their extension.
DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
PROGRAMS = frozenset(
    [
        "exe",
        "dll",
        "scr",
        "pif",
        "bat",
        "cmd",
        "ps1",
        "psm1",
        "vbs",
        "vbe",
        "js",
        "jse",
        "wsf",
        "wsh",
        "hta",
        "msi",
        "msp",
        "jar",
        "lnk",
        "reg",
        "cpl",
        "sh",
        "php",
        "jsp",
        "asp",
        "aspx",
        "app",
        "apk",
        "elf",
    ]
)


def clean_name(name: str) -> str:
    """Return the shown name: its last part, without control characters, at most 120 long.

    Marks that turn the direction of writing are dropped with the control characters, and a name
    that Windows keeps for a device gets a stroke before it.
    """
    last = PurePath(name.replace("\\", "/")).name
    kept = "".join(c for c in unicodedata.normalize("NFC", last) if c.isprintable())
    short = kept.strip(". ")[-120:] or "file"
    return f"_{short}"[:120] if DEVICES.fullmatch(short) else short


def extension(name: str) -> str:
    """Return the lower-case extension of the shown name without its dot."""
    return PurePath(clean_name(name)).suffix.lower().lstrip(".")


def hides_program(name: str) -> bool:
    """Say whether an inner ending is a program's, as in “form.exe.pdf”."""
    inner = PurePath(clean_name(name)).suffixes[:-1]
    return any(one.lower().strip(". ") in PROGRAMS for one in inner)


def is_program(name: str) -> bool:
    """Say whether a name ends like a program or script."""
    return extension(name) in PROGRAMS
