"""The privacy notice and the terms of use: versioned texts in both languages.

A version is a pair of files in data/texts, `<document>.<day>.<zh|en>.md`; the latest day whose turn
has come is in force. A text that anybody agreed to is never changed: write a new version. Who runs
the site is filled in from the settings.
"""

import hashlib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal.core import clock

TEXTS = Path(__file__).resolve().parent / "data" / "texts"
NAMES: dict[str, Promise] = {"privacy": _("Privacy notice"), "terms": _("Terms of use")}


@dataclass(frozen=True)
class LegalText:
    """One version of one document."""

    document: str
    version: str

    @property
    def name(self) -> str:
        """What the document is called, in the active language."""
        return str(NAMES[self.document])

    @property
    def day(self) -> date:
        """The day from which it is in force."""
        return date.fromisoformat(self.version)

    def source(self, language: str) -> str:
        """Return the Markdown of a language (zh or en) as it was written."""
        return read(f"{self.document}.{self.version}.{language}.md")

    def sha256(self) -> str:
        """Return the digest of both languages, kept with every consent."""
        whole = self.source("zh") + "\0" + self.source("en")
        return hashlib.sha256(whole.encode()).hexdigest()

    def text(self) -> str:
        """Return the Markdown in the active language with the site's facts filled in."""
        english = (get_language() or "").startswith("en")
        facts = settings.SITE_FACTS
        return self.source("en" if english else "zh").format(
            organiser=facts.get("organiser") or str(_("the organiser of this portal")),
            site=settings.WAGTAIL_SITE_NAME,
            contact=settings.PRIVACY_CONTACT or facts.get("phone") or settings.BASE_URL,
            retention=settings.RECORD_MONTHS,
        )


@cache
def read(name: str) -> str:
    """Return a file of the texts; they do not change while the site runs."""
    return (TEXTS / name).read_text(encoding="utf-8")


@cache
def all_versions(document: str) -> tuple[LegalText, ...]:
    """Return every version of a document, the oldest first."""
    days = {path.name.split(".")[1] for path in TEXTS.glob(f"{document}.*.md")}
    return tuple(LegalText(document, day) for day in sorted(days))


def in_force(document: str) -> LegalText:
    """Return the version in force today. Raises LookupError for a document without any."""
    found = [one for one in all_versions(document) if one.day <= clock.today()]
    if not found and all_versions(document):
        return all_versions(document)[0]
    if not found:
        raise LookupError(document)
    return found[-1]


def texts_in_force() -> list[LegalText]:
    """Return what whoever has an account must have agreed to."""
    return [in_force(document) for document in NAMES]
