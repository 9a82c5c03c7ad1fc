"""What must always hold of certificates and the hours ledger, recounted from the tables."""

from collections.abc import Iterator

from django.db.models import Count, Q

from courses.certification import LedgerError, NumberError, parse_number
from courses.lifecycle import CertificateState, EnrolmentState
from courses.models import Certificate, HoursEntry, Serial
from courses.queries.certificates import facts_of
from courses.queries.ledger import ledger_of
from portal.accounts.models import User
from portal.core.invariants import invariant

ALIVE = (CertificateState.ISSUED, CertificateState.SUSPENDED)


@invariant("courses.certificate_numbers")
def numbers_pass_their_check() -> Iterator[str]:
    """Every number passes its check, names its issuer and year, and is within the serials given."""
    last = {(one.issuer_id, one.year): one.last for one in Serial.objects.all()}
    for certificate in Certificate.objects.select_related("issuer").iterator(chunk_size=500):
        try:
            number = parse_number(certificate.number)
        except NumberError as error:
            yield f"{certificate.number}: {error.code}"
            continue
        wanted = (certificate.issuer.key, certificate.issued_on.year)
        if (number.provider, number.year) != wanted:
            yield f"{certificate.number}: does not name its issuer and year"
        elif number.serial > last.get((certificate.issuer_id, number.year), 0):
            yield f"{certificate.number}: beyond the serials given"


@invariant("courses.certificate_serials")
def serials_have_no_gap() -> Iterator[str]:
    """An issuer's serials of a year are all used: as many certificates as the last serial."""
    for serial in Serial.objects.select_related("issuer"):
        start = f"GHA-{serial.year:04}-{serial.issuer.key}-"
        number = serial.issuer.certificates.filter(number__startswith=start).count()
        if number != serial.last:
            yield f"{serial}: {number} certificates"


@invariant("courses.certificate_facts")
def facts_are_those_that_were_signed() -> Iterator[str]:
    """The facts give the digest taken at issue, and the row's own columns repeat them."""
    for certificate in Certificate.objects.iterator(chunk_size=500):
        facts = facts_of(certificate)
        told = (facts.number, facts.issued_on, facts.expires_on)
        if facts.content_hash() != certificate.content_hash:
            yield f"{certificate.number}: the digest does not fit the facts"
        elif told != (certificate.number, certificate.issued_on, certificate.expires_on):
            yield f"{certificate.number}: the columns do not repeat the facts"


@invariant("courses.certificate_chains")
def one_certificate_lives_in_a_chain() -> Iterator[str]:
    """Of an enrolment, which was completed, at most one certificate is not replaced or revoked."""
    doubled = (
        Certificate.objects.filter(state__in=ALIVE)
        .values("enrolment__public_id")
        .annotate(number=Count("pk"))
        .filter(number__gt=1)
    )
    for row in doubled:
        yield f"enrolment {row['enrolment__public_id']}: {row['number']} certificates are in force"
    odd = Certificate.objects.exclude(enrolment__state=EnrolmentState.COMPLETED)
    for certificate in odd:
        yield f"{certificate.number}: its course was not completed"


@invariant("courses.certificate_states")
def states_have_what_belongs_to_them() -> Iterator[str]:
    """A superseded certificate has its successor, a suspended one its open suspension, nobody
    confirmed a revocation alone, and everyone has a credential.
    """
    rows = Certificate.objects.select_related("superseded_by", "credential")
    rows = rows.annotate(open=Count("suspensions", filter=Q(suspensions__lifted_on__isnull=True)))
    for certificate in rows:
        is_superseded = certificate.state == CertificateState.SUPERSEDED
        if is_superseded != hasattr(certificate, "superseded_by"):
            yield f"{certificate.number}: state and successor do not agree"
        if (certificate.state == CertificateState.SUSPENDED) != bool(certificate.open):
            yield f"{certificate.number}: state and suspension do not agree"
        if certificate.state == CertificateState.REVOKED and not certificate.revoked_reason:
            yield f"{certificate.number}: revoked without a reason"
        if not hasattr(certificate, "credential"):
            yield f"{certificate.number}: has no credential"


@invariant("courses.hours_ledger")
def ledgers_add_up() -> Iterator[str]:
    """Every ledger holds together: quarters, each line taken back at most once and exactly."""
    holders = HoursEntry.objects.values_list("learner", flat=True).distinct()
    for person in User.objects.filter(pk__in=holders):
        try:
            ledger_of(person)
        except LedgerError as error:
            yield f"ledger of person {person.pk}: {error}"
