"""People, organisations and what people are in them."""

from portal.accounts.models.organisation import Invitation, Membership, Organisation
from portal.accounts.models.user import User

__all__ = ["Invitation", "Membership", "Organisation", "User"]
