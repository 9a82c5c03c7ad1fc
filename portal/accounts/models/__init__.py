"""People, organisations, what people are in them and what they ask to be."""

from portal.accounts.models.admission import Admission
from portal.accounts.models.organisation import Invitation, Membership, Organisation
from portal.accounts.models.personal import Closure, Consent, DataCopy
from portal.accounts.models.user import Held, User

__all__ = [
    "Admission",
    "Closure",
    "Consent",
    "DataCopy",
    "Held",
    "Invitation",
    "Membership",
    "Organisation",
    "User",
]
