"""An uploaded credential against signature, register and state: what holds, what does not."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from courses.certification import NumberError, Standing, mask_name, parse_number
from courses.credentials import (
    Difference,
    KeySet,
    TokenError,
    differences,
    is_consistent,
    peek,
    read_token,
    spoken_facts,
)
from courses.models import Certificate
from courses.queries.certificates import facts_of, with_all
from courses.queries.verification import Answer, answer_for, found_by_name


@dataclass
class UploadAnswer:
    """What an upload is worth: tone, heading, sentence, single checks, the register's answer."""

    tone: str
    title: str
    text: str
    checks: list[dict[str, Any]] = field(default_factory=list)
    differences: list[tuple[str, str, str]] = field(default_factory=list)
    answer: Answer | None = None

    @property
    def icon(self) -> str:
        return {"good": "ok", "warn": "warn"}.get(self.tone, "ban")


def check_token(token: str, keys: KeySet, today: date) -> UploadAnswer:
    """Check a credential against published keys and the register.

    Rule: a credential is genuine only if a published key signed exactly these bytes and the
    register knows them; how the certificate stands today comes from the register alone.
    """
    try:
        payload = read_token(token, keys)
    except TokenError as error:
        return refused(token, error.code, today)
    certificate = recorded(payload)
    if certificate is None or not is_consistent(payload):
        return UploadAnswer(
            "bad",
            _("This credential does not match the register"),
            _("The signature is ours, but the register has no such certificate. Ask us."),
        )
    answer = answer_for(certificate, today)
    told = differences(payload, facts_of(certificate))
    is_same = certificate.credential.text == token and not told
    return UploadAnswer(
        tone=answer.tone if is_same else "bad",
        title=answer.title if is_same else _("This credential does not match the register"),
        text=answer.text if is_same else _("The signature is ours, but the facts differ. Ask us."),
        checks=[
            line("good", _("Signed with a key that this site has published.")),
            line(
                "good" if is_same else "bad",
                _("It is the credential that stands in the register.")
                if is_same
                else _("It is not the credential that stands in the register."),
            ),
            line("good" if answer.standing == Standing.VALID else "bad", answer.title),
        ],
        differences=in_words(told),
        answer=answer,
    )


def refused(token: str, code: str, today: date) -> UploadAnswer:
    """Say why a credential is refused, and where it departs from the register.

    The register's facts are shown only to who knows number and name, as everywhere.
    """
    text = {
        "key": _("It was signed with a key that this site has not published."),
        "signature": _("It was changed after it was signed."),
        "header": _("It is not signed in the way this site signs."),
    }.get(code, _("It is damaged or no credential of this site."))
    found = UploadAnswer("bad", _("This credential is refused"), text)
    found.checks.append(line("bad", text))
    try:
        told = spoken_facts(payload := peek(token)[1])
        certificate = found_by_name(parse_number(told["number"]), told["holder"])
    except (TokenError, NumberError):
        return found
    if certificate is not None:
        found.answer = answer_for(certificate, today)
        found.differences = in_words(differences(payload, facts_of(certificate)))
        said = _("The register has a certificate of this number and name; it says what holds.")
        found.checks.append(line("", said))
    return found


def recorded(payload: dict[str, Any]) -> Certificate | None:
    """Return the certificate that a genuine credential belongs to."""
    number = spoken_facts(payload)["number"]
    rows = Certificate.objects.filter(number=number, credential__isnull=False)
    return with_all(rows).first()


def line(tone: str, text: str) -> dict[str, Any]:
    """One line of the list of checks."""
    return {"tone": tone, "text": text, "icon": {"good": "ok", "bad": "ban"}.get(tone, "info")}


def in_words(found: list[Difference]) -> list[tuple[str, str, str]]:
    """Return differences with their labels: fact, what the file says, what the register says."""
    labels = {
        "number": _("Certificate number"),
        "holder": _("Holder"),
        "course_title": _("Course"),
        "course_code": _("Course code"),
        "hours": _("Class hours"),
        "band": _("Score band"),
        "issuer": _("Issued by"),
        "issued_on": _("Issued on"),
        "expires_on": _("Valid until"),
        "level": _("Course level"),
    }
    return [
        (labels[one.fact], masked(one.fact, one.claimed), masked(one.fact, one.recorded))
        for one in found
    ]


def masked(fact: str, text: str) -> str:
    """A fact as it may be shown."""
    return mask_name(text) if fact == "holder" else text
