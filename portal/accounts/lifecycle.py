"""Every arrow between the states of a wish to work for an organisation, and to close an account."""

from portal.accounts.enums import AdmissionState, ClosureState, Role
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

C = ClosureState

CLOSURE = Lifecycle(
    "closure",
    ClosureState,
    [
        Transition("take_back", (C.WAITING,), C.CANCELLED, "person", "account.closing_taken_back"),
        Transition("carry_out", (C.WAITING,), C.DONE, "system", "account.closed"),
    ],
)
