"""States of a wish to work for an organisation, and every arrow between them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import Role
from portal.core.lifecycle import Lifecycle, Transition


class AdmissionState(models.TextChoices):
    WAITING = "waiting", _("Waiting for confirmation")
    CONFIRMED = "confirmed", _("Confirmed")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn by the sender")


S = AdmissionState

ADMISSION = Lifecycle(
    "admission",
    AdmissionState,
    [
        Transition("confirm", (S.WAITING,), S.CONFIRMED, Role.SECRETARIAT, "admission.confirmed"),
        Transition("refuse", (S.WAITING,), S.REFUSED, Role.SECRETARIAT, "admission.refused"),
        Transition("withdraw", (S.WAITING,), S.WITHDRAWN, "person", "admission.withdrawn"),
    ],
)
