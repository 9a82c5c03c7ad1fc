"""From taking part to a certificate: what completes a course, the paper's number and facts, how
long it counts, and the hours ledger behind it. Pure.

A certificate's facts are frozen when it is issued and never edited: a correction is a new paper
that supersedes the old one. Not for who may issue or revoke (rules), nor for drawing the paper.
"""

from courses.certification.completing import (
    Band,
    Completion,
    CompletionRule,
    Gap,
    completion,
    retake_until,
    score_band,
)
from courses.certification.facts import CertificateFacts, Duty, mask_name, same_name
from courses.certification.hours import (
    AnnualRule,
    AnnualStatement,
    Field,
    HoursEntry,
    LedgerError,
    LedgerSums,
    Mode,
    annual_statement,
    class_hours,
    counter_entry,
    ledger_sums,
)
from courses.certification.numbering import (
    CertificateNumber,
    NumberError,
    check_character,
    parse_number,
)
from courses.certification.standing import (
    Renewal,
    RenewalRule,
    Standing,
    StandingFacts,
    Suspension,
    last_valid_day,
    renewal,
    renewed_until,
    standing,
)

__all__ = [
    "AnnualRule",
    "AnnualStatement",
    "Band",
    "CertificateFacts",
    "CertificateNumber",
    "Completion",
    "CompletionRule",
    "Duty",
    "Field",
    "Gap",
    "HoursEntry",
    "LedgerError",
    "LedgerSums",
    "Mode",
    "NumberError",
    "Renewal",
    "RenewalRule",
    "Standing",
    "StandingFacts",
    "Suspension",
    "annual_statement",
    "check_character",
    "class_hours",
    "completion",
    "counter_entry",
    "last_valid_day",
    "ledger_sums",
    "mask_name",
    "parse_number",
    "renewal",
    "renewed_until",
    "retake_until",
    "same_name",
    "score_band",
    "standing",
]
