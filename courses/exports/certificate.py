"""A certificate as a document, drawn from its frozen facts with its credential attached.

Not stored: the same record gives the same bytes, so that a paper can be made again at any time.
"""

import io
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import segno
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from courses.certification import CertificateFacts
from courses.models import Certificate
from courses.queries.certificates import BANDS, DUTIES, LEVELS, facts_of, verify_url
from portal.core.pdf import render_pdf
from portal.core.templatetags.formatting import day

TEMPLATE = Path(__file__).resolve().parent.parent / "typst" / "certificate.typ"
Pair = list[str]


def certificate_pdf(certificate: Certificate) -> bytes:
    """Return the PDF/A of a certificate; Denied without a Chinese font.

    The caller has checked that the reader may have it. Needs `credential` and its issuer.
    """
    with translation.override("zh-hans"):
        return render_pdf(TEMPLATE, certificate_data(certificate), "a-3b")


def both(text: Callable[[], str]) -> Pair:
    """Return a text in Chinese and in English: a certificate is read in both."""
    found = []
    for language in ("zh-hans", "en"):
        with translation.override(language):
            found.append(str(text()))
    return found


def certificate_data(certificate: Certificate) -> dict[str, Any]:
    """Return everything the template sets, as plain values."""
    facts = facts_of(certificate)
    one = facts.issued_on
    return {
        "title": f"{facts.number} {facts.course_title}",
        "date": [one.year, one.month, one.day],
        "programme": both(lambda: gettext("Industrial internet security training")),
        "words": words(),
        "number": facts.number,
        "holder": facts.holder,
        "statement": both(lambda: statement(facts)),
        "facts": [[both(label), value] for label, value in fact_rows(facts)],
        "duties": [
            [" ".join(both(partial(duty_name, duty.duty))), duty.name] for duty in facts.duties
        ],
        "skills": list(facts.skills),
        "issuer": facts.issuer,
        "issuer_en": facts.issuer_en,
        "issued": " ".join(both(lambda: day(facts.issued_on))),
        "note": both(note),
        "supersedes": " ".join(both(lambda: replaces(facts))) if facts.supersedes else "",
        "site": f"{settings.BASE_URL}/verify/",
        "qr": qr_code(verify_url(certificate)),
        "token": certificate.credential.text,
        "attachment": gettext("Credential, Open Badges 3.0"),
    }


def words() -> dict[str, Any]:
    """The fixed words of the sheet."""
    return {
        "title": both(lambda: gettext("Certificate of training")),
        "number": both(lambda: gettext("Certificate number")),
        "duties": both(lambda: gettext("Held together by")),
        "skills": both(lambda: gettext("Skills")),
        "verify": both(lambda: gettext("Verify at")),
        "qr": gettext("QR code that leads to the verification of this certificate"),
    }


def statement(facts: CertificateFacts) -> str:
    """The sentence that certifies, in the active language."""
    in_english = translation.get_language() == "en"
    title = facts.course_title_en if in_english and facts.course_title_en else facts.course_title
    return gettext(
        "has completed the course “%(course)s” (%(level)s, %(hours)s class hours), "
        "passed the examination and is awarded this certificate."
    ) % {"course": title, "level": level_name(facts), "hours": number(facts.hours)}


def duty_name(kind: str) -> str:
    """What an organisation did, in the active language."""
    return str(DUTIES.get(kind, kind))


def level_name(facts: CertificateFacts) -> str:
    """L2 Intermediate, in the active language."""
    return f"{facts.level} {LEVELS.get(facts.level, '')}".strip()


def number(value: Any) -> str:
    """Class hours without zeros that say nothing."""
    return f"{value.normalize():f}"


def hours_text(facts: CertificateFacts) -> str:
    """64, of which practice 26; in the active language."""
    if not facts.hours_practice:
        return number(facts.hours)
    return gettext("%(hours)s, of which practice %(practice)s") % {
        "hours": number(facts.hours),
        "practice": number(facts.hours_practice),
    }


def fact_rows(facts: CertificateFacts) -> list[tuple[Callable[[], str], Pair]]:
    """Label and values (Chinese, English) of the facts that stand in the grid."""
    return [
        (lambda: gettext("Course"), [facts.course_title, facts.course_title_en]),
        (lambda: gettext("Course level"), both(lambda: level_name(facts))),
        (lambda: gettext("Class hours"), both(lambda: hours_text(facts))),
        (lambda: gettext("Score band"), both(lambda: str(BANDS[facts.band.value]))),
        (lambda: gettext("Course code and run"), [facts.course_code, facts.run_code]),
        (lambda: gettext("Issued on"), both(lambda: day(facts.issued_on))),
        (lambda: gettext("Valid until"), both(lambda: day(facts.expires_on))),
    ]


def note() -> str:
    """What the paper is not, in the active language."""
    return gettext(
        "This is a certificate of training. It is not a vocational qualification of the state "
        "nor a certificate of a vocational skill level. It is valid only as the verification "
        "page says on the day of asking."
    )


def replaces(facts: CertificateFacts) -> str:
    """The line of a corrected certificate, in the active language."""
    return gettext("Replaces certificate %(number)s.") % {"number": facts.supersedes}


def qr_code(address: str) -> str:
    """A QR code as SVG; level M still reads with a tenth of it damaged."""
    buffer = io.BytesIO()
    segno.make(address, error="m", micro=False).save(buffer, kind="svg", border=0, scale=4)
    return buffer.getvalue().decode()
