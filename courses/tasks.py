"""What the background worker and the clock do for training."""

from courses.services import enrolling
from courses.services.sweeping import sweeps


@sweeps("offers")
def lapse_offers() -> int:
    """Seats that were offered and not taken go to the next on the waiting list."""
    return enrolling.lapse_offers()
