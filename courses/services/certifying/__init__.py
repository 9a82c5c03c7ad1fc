"""Certificates from a completed course to their last state.

Facts are frozen when a certificate is issued and never edited: a correction is another
certificate. Every change leaves its line in the run's record and a notice to the holder.
"""

from courses.services.certifying.changing import (
    ask_revocation,
    confirm_revocation,
    decline_revocation,
    lift_suspension,
    reissue_certificate,
    suspend_certificate,
)
from courses.services.certifying.issuing import (
    Common,
    common_of,
    ensure_issuer,
    issue_certificate,
    issue_certificates,
)

__all__ = [
    "Common",
    "ask_revocation",
    "common_of",
    "confirm_revocation",
    "decline_revocation",
    "ensure_issuer",
    "issue_certificate",
    "issue_certificates",
    "lift_suspension",
    "reissue_certificate",
    "suspend_certificate",
]
