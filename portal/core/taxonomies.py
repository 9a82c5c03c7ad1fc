"""Reference data that the law or a standard fixes, with its source and version.

Codes are stored with records; names are looked up here in the reader's language. What a
programme changes between rounds (directions, form, criteria) is versioned data elsewhere.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils.translation import get_language

DATA = Path(__file__).resolve().parent / "data"


@dataclass(frozen=True)
class Term:
    """One entry of a taxonomy."""

    code: str
    zh: str
    en: str

    @property
    def name(self) -> str:
        """The name in the active language."""
        return self.en if (get_language() or "").startswith("en") else self.zh


@cache
def scheme(name: str) -> dict[str, Term]:
    """Return a taxonomy by code, in its official order.

    Names: regions, industries, objects, tasks, kinds, classes, grades. Raises KeyError.
    """
    rows = json.loads((DATA / "taxonomies.json").read_text(encoding="utf-8"))[name]["terms"]
    return {row[0]: Term(*row) for row in rows}


def term_name(scheme_name: str, code: str) -> str:
    """Return a term's name in the active language; an unknown code is returned as it is."""
    term = scheme(scheme_name).get(code)
    return term.name if term else code


def region_name(code: str) -> str:
    """Return a region's short name (GB/T 2260 six digits)."""
    return term_name("regions", code)


def industry_name(code: str) -> str:
    """Return an industry's name (GB/T 4754: letter, or letter and two digits)."""
    return term_name("industries", code)


def choices(scheme_name: str) -> list[tuple[str, str]]:
    """Return (code, name) pairs in the active language for a form."""
    return [(code, term.name) for code, term in scheme(scheme_name).items()]


def code_of(scheme_name: str, text: str) -> str | None:
    """Return the code whose Chinese or English name, or code, is `text`; else None."""
    wanted = text.strip().lower()
    for code, term in scheme(scheme_name).items():
        if wanted in {code.lower(), term.zh.lower(), term.en.lower()}:
            return code
    return None
