"""People, organisations, what people are in them and what they ask to be."""

from portal.accounts.models.acting import Acting
from portal.accounts.models.admission import Admission
from portal.accounts.models.intake import PeopleList
from portal.accounts.models.organisation import (
    FormerMembership,
    Invitation,
    Membership,
    Organisation,
)
from portal.accounts.models.personal import Closure, Consent, DataCopy
from portal.accounts.models.user import Held, User

__all__ = [
    "Acting",
    "Admission",
    "Closure",
    "Consent",
    "DataCopy",
    "FormerMembership",
    "Held",
    "Invitation",
    "Membership",
    "Organisation",
    "PeopleList",
    "User",
]
