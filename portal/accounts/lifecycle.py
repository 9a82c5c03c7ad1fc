"""Every arrow between the states of a wish to work for an organisation."""

from portal.accounts.enums import AdmissionState, Role
from portal.core.lifecycle import Lifecycle, Transition

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
