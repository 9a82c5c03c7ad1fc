"""What the public may learn of a certificate: found by number and name, key, or credential.

Only the masked name leaves this module. Words are in the active language; dates are days of
programme time.
"""

import secrets
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from courses.certification import CertificateFacts, Standing, mask_name, same_name
from courses.certification.numbering import CertificateNumber
from courses.models import Certificate, CoursePage
from courses.queries.certificates import (
    BANDS,
    DUTIES,
    facts_of,
    standing_of,
    verify_url,
    with_all,
)
from portal.core.templatetags.formatting import day as shown_day

ICONS = {"good": "ok", "warn": "clock", "bad": "ban", "mute": "info"}
# What a name is compared with when there is no such certificate: the same work is done.
NOBODY = "某某某"


@dataclass
class Answer:
    """One certificate as a check shows it: state in words, facts, links."""

    certificate: Certificate
    standing: Standing
    tone: str
    title: str
    text: str
    rows: list[tuple[str, Any]] = field(default_factory=list)
    newer_url: str = ""
    newer_number: str = ""
    name_matches: bool | None = None

    @property
    def icon(self) -> str:
        return ICONS[self.tone]


def found_by_name(number: CertificateNumber, name: str) -> Certificate | None:
    """Return the certificate of this number if it is held by this name, else None.

    Rule: a wrong name and an unknown number are told apart by nobody: the same statement, the same
    comparison, the same answer.
    """
    row = Certificate.objects.filter(number=str(number)).values_list("pk", "facts").first()
    holder = row[1]["holder"] if row else NOBODY
    if not same_name(holder, name) or row is None:
        return None
    return with_all(Certificate.objects.all()).get(pk=row[0])


def found_by_key(number: CertificateNumber, key: str) -> Certificate | None:
    """Return the certificate of this number if the key is the one in its QR code, else None."""
    row = Certificate.objects.filter(number=str(number)).values_list("pk", "public_id").first()
    known = row[1] if row else secrets.token_hex(6)
    if not secrets.compare_digest(known.encode(), key.encode()) or row is None:
        return None
    return with_all(Certificate.objects.all()).get(pk=row[0])


def answer_for(certificate: Certificate, today: date, name: str = "") -> Answer:
    """Return what a check says of a certificate; `name` is compared when it was given."""
    standing, facts = standing_of(certificate, today), facts_of(certificate)
    is_sound = facts.content_hash() == certificate.content_hash
    tone, title, text = words_of(certificate, standing) if is_sound else unsound_words()
    newer = getattr(certificate, "superseded_by", None)
    return Answer(
        certificate=certificate,
        standing=standing,
        tone=tone,
        title=title,
        text=text,
        rows=[*fact_rows(facts), *state_rows(certificate, standing)],
        newer_url=verify_url(newer) if newer else "",
        newer_number=newer.number if newer else "",
        name_matches=same_name(facts.holder, name) if name.strip() else None,
    )


def words_of(certificate: Certificate, standing: Standing) -> tuple[str, str, str]:
    """Return tone, heading and sentence of a state.

    Rule: a revoked, suspended or superseded paper is said to be so with its day, never that it was
    not found; an expired one is genuine.
    """
    if standing == Standing.REVOKED:
        since = {"day": shown_day(certificate.revoked_on)}
        text = _("Not valid since %(day)s. Do not rely on it.") % since
        return "bad", _("The certificate has been revoked"), text
    if standing == Standing.SUPERSEDED:
        newer: Any = certificate.superseded_by
        facts = {"day": shown_day(certificate.superseded_on), "number": newer.number}
        text = _("Replaced on %(day)s by certificate %(number)s, which says what holds.") % facts
        return "mute", _("The certificate has been replaced"), text
    if standing == Standing.SUSPENDED:
        since = {"day": shown_day(open_suspension(certificate).since)}
        text = _("Suspended since %(day)s. Do not rely on it while that lasts.") % since
        return "warn", _("The certificate is suspended"), text
    until = {"day": shown_day(certificate.expires_on)}
    if standing == Standing.EXPIRED:
        text = _("The certificate is genuine; its validity ended on %(day)s.") % until
        return "warn", _("The certificate has expired"), text
    text = _("It stands in the register of certificates and is valid until %(day)s.") % until
    return "good", _("The certificate is valid"), text


def unsound_words() -> tuple[str, str, str]:
    """What is said when the register itself was changed: nothing else can be relied on."""
    return (
        "bad",
        _("The record is damaged"),
        _("The facts do not match the digest taken when the certificate was issued. Ask us."),
    )


def open_suspension(certificate: Certificate) -> Any:
    """Return the suspension that lasts."""
    return next(one for one in certificate.suspensions.all() if one.lifted_on is None)


def state_rows(certificate: Certificate, standing: Standing) -> list[tuple[str, Any]]:
    """Return the reason of a state, and what the certificate replaces."""
    rows: list[tuple[str, Any]] = []
    if standing == Standing.REVOKED:
        rows.append((_("Revoked on"), shown_day(certificate.revoked_on)))
        rows.append((_("Reason"), certificate.revoked_reason))
    if standing == Standing.SUSPENDED:
        span = open_suspension(certificate)
        rows.append((_("Suspended on"), shown_day(span.since)))
        rows.append((_("Reason"), span.reason))
    if standing == Standing.SUPERSEDED:
        rows.append((_("Replaced by"), certificate.superseded_by.number))
    if certificate.supersedes is not None:
        rows.append((_("Replaces"), certificate.supersedes.number))
    return rows


def fact_rows(facts: CertificateFacts) -> list[tuple[str, Any]]:
    """Return every printed fact with its label, the name masked."""
    hours = f"{facts.hours.normalize():f}"
    if facts.hours_practice:
        practice = f"{facts.hours_practice.normalize():f}"
        words = _("%(hours)s, of which practice %(practice)s")
        hours = words % {"hours": hours, "practice": practice}
    level = dict(CoursePage.Level.choices).get(facts.level, "")
    rows = [
        (_("Holder"), mask_name(facts.holder)),
        (_("Certificate number"), facts.number),
        (_("Course"), " ".join(filter(None, [facts.course_title, facts.course_title_en]))),
        (_("Course level"), f"{facts.level} {level}"),
        (_("Class hours"), hours),
        (_("Score band"), BANDS[facts.band.value]),
        (_("Course code"), facts.course_code),
        (_("Run"), facts.run_code),
        (_("Issued by"), facts.issuer),
        (_("Held together by"), duty_text(facts)),
        (_("Issued on"), shown_day(facts.issued_on)),
        (_("Valid until"), shown_day(facts.expires_on)),
        (_("Skills"), "; ".join(facts.skills)),
    ]
    return [row for row in rows if row[1]]


def duty_text(facts: CertificateFacts) -> str:
    """Return the organisations, each with what it did."""
    by_name: dict[str, list[str]] = {}
    for duty in facts.duties:
        by_name.setdefault(duty.name, []).append(str(DUTIES.get(duty.duty, duty.duty)))
    return "; ".join(f"{name} ({', '.join(kinds)})" for name, kinds in by_name.items())
