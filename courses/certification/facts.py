"""What a certificate says: frozen facts with their hash, and names as the public may see them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

from courses.certification.completing import Band
from portal.core.exact import digest

# Family names of two characters that are in use.
_DOUBLE = (
    "欧阳司马上官诸葛司徒东方独孤南宫夏侯皇甫尉迟公孙慕容令狐长孙宇文轩辕申屠太史端木"
    "钟离闾丘亓官鲜于呼延东郭百里澹台濮阳淳于单于公冶公羊赫连万俟闻人拓跋歐陽司馬諸葛"
    "東方獨孤南宮尉遲公孫長孫軒轅"
)
DOUBLE_SURNAMES = frozenset(_DOUBLE[place : place + 2] for place in range(0, len(_DOUBLE), 2))
_DOTS = re.compile(r"[·•‧∙・･．.]")
_HAN = re.compile(r"[㐀-䶿一-鿿豈-﫿𠀀-𳎯々〇]+")


@dataclass(frozen=True, slots=True)
class Duty:
    """An organisation and what it did for the course (content, teaching, examining, issuing)."""

    duty: str
    name: str
    uscc: str


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """Everything printed on a certificate. Never edited: a correction is another certificate.

    `supersedes` is the number of the paper this one replaces, or empty. Hours are class hours,
    those of practice among them.
    """

    number: str
    holder: str
    course_code: str
    course_title: str
    course_title_en: str
    level: str
    hours: Decimal
    band: Band
    issuer: str
    duties: tuple[Duty, ...]
    skills: tuple[str, ...]
    issued_on: date
    expires_on: date
    supersedes: str = ""
    hours_practice: Decimal = Decimal(0)
    issuer_en: str = ""
    run_code: str = ""

    def content_hash(self) -> str:
        """SHA-256 (hex) over all facts.

        Rule: every fact counts, the order of duties and skills included, for it is printed. A fact
        left at its default is left out, so that one added later keeps the hashes of older papers.
        """
        facts = {entry.name: (getattr(self, entry.name), entry.default) for entry in fields(self)}
        return digest({name: fact for name, (fact, usual) in facts.items() if fact != usual})

    def as_data(self) -> dict[str, Any]:
        """Plain JSON data, as frozen with the certificate."""
        return {
            **asdict(self),
            "hours": f"{self.hours:f}",
            "hours_practice": f"{self.hours_practice:f}",
            "band": self.band.value,
            "duties": [asdict(duty) for duty in self.duties],
            "skills": list(self.skills),
            "issued_on": self.issued_on.isoformat(),
            "expires_on": self.expires_on.isoformat(),
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> CertificateFacts:
        """Read back what `as_data` wrote."""
        return cls(
            **{
                **data,
                "hours": Decimal(data["hours"]),
                "hours_practice": Decimal(data.get("hours_practice", "0")),
                "band": Band(data["band"]),
                "duties": tuple(Duty(**duty) for duty in data["duties"]),
                "skills": tuple(data["skills"]),
                "issued_on": date.fromisoformat(data["issued_on"]),
                "expires_on": date.fromisoformat(data["expires_on"]),
            }
        )


def mask_name(name: str) -> str:
    """The name as a public check shows it.

    Rule: a Chinese name keeps the family name (张*, 欧阳**) and shows how long it is; names in
    other scripts, or in parts with a dot between, keep the first character of each word and hide
    how long it is (J*** S***, 买***·阿***). A name of one character is hidden.
    """
    plain = _settled(name)
    if len(plain) < 2:
        return "*" * len(plain)
    if _HAN.fullmatch(plain):
        shown = 2 if len(plain) > 2 and plain[:2] in DOUBLE_SURNAMES else 1
        return plain[:shown] + "*" * (len(plain) - shown)
    return "·".join(_masked_words(part) for part in plain.split("·") if part)


def same_name(one: str, other: str) -> bool:
    """True when two names differ only in capitals, width, blanks or the kind of dot."""
    return _compared(one) == _compared(other) != ""


def _masked_words(part: str) -> str:
    return " ".join(f"{word[0]}***" for word in part.split())


def _settled(name: str) -> str:
    """One width, one kind of dot, single blanks; none between Chinese characters."""
    plain = " ".join(_DOTS.sub("·", unicodedata.normalize("NFKC", name)).split())
    joined = plain.replace(" ", "")
    return joined if _HAN.fullmatch(joined) else plain


def _compared(name: str) -> str:
    seen = (c for c in _settled(name).casefold() if c.isalnum() or unicodedata.combining(c))
    return unicodedata.normalize("NFKC", "".join(seen))
