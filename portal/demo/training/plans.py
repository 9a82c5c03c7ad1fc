"""What runs the demo has: one in every state, and how far each one has come."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from courses.lifecycle import RunState
from portal.core import clock


@dataclass(frozen=True)
class Plan:
    """One run of the demo. Days are counted from today; `people` are the learners' numbers.

    `enrols` is how many days before the first day enrolment opens; it closes two days before it.
    `now` is the moment the demo is made at: the clock itself wanders while a run is lived through.
    """

    tail: str
    slug: str
    state: str
    begins: int
    lasts: int
    capacity: int
    people: tuple[int, int] = (0, -1)
    enrols: int = 30
    approval: bool = False
    delivery: str = "blended"
    place: str = ""
    fee: int = 0
    now: datetime = field(default_factory=clock.now)

    @property
    def today(self) -> date:
        return timezone.localtime(self.now).date()

    @property
    def starts_on(self) -> date:
        return self.today + timedelta(days=self.begins)

    @property
    def ends_on(self) -> date:
        return self.starts_on + timedelta(days=self.lasts)

    @property
    def enrol_from(self) -> datetime:
        return at_hour(self.starts_on - timedelta(days=self.enrols), 9)

    @property
    def enrol_until(self) -> datetime:
        return at_hour(self.starts_on - timedelta(days=2), 17)

    @property
    def prepared_at(self) -> datetime:
        """When it was set up: a fortnight before enrolment opens, and never after now."""
        return min(self.enrol_from - timedelta(days=14), self.now - timedelta(days=1))


def at_hour(day: date, hour: int, minute: int = 0) -> datetime:
    """Return a moment of a day in programme time."""
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


ROOM = "示例职业技术大学 实训楼A-3"
DATA_ROOM = "示例理工大学 信息楼205"
PLANS = (
    # Over for more than three years: its certificates have expired.
    Plan("old", "control-l1", RunState.CLOSED, -1330, 35, 12, (21, 24), place=ROOM),
    # Over: results settled, certificates in every other state.
    Plan("01", "control-l1", RunState.CLOSED, -150, 35, 24, (1, 20), place=ROOM, fee=600),
    # Half way: the examination is open now, examiners have answers to read.
    Plan("02", "data-l2", RunState.RUNNING, -40, 55, 20, (25, 36), place=DATA_ROOM, fee=1200),
    # Online and open to all who work near the machines.
    Plan("03", "awareness-l0", RunState.RUNNING, -20, 90, 200, (37, 50), delivery="online"),
    # Enrolment is open; requests wait for the coordinator.
    Plan(
        "04",
        "control-l1",
        RunState.OPEN,
        16,
        35,
        24,
        (51, 56),
        approval=True,
        place=ROOM,
        fee=600,
    ),
    # Full: the last four wait, and one of them is offered a seat.
    Plan("05", "data-l2", RunState.OPEN, 12, 55, 8, (49, 60), place=DATA_ROOM, fee=1200),
    # Announced; enrolment opens in some days.
    Plan("06", "control-l1", RunState.OPEN, 60, 35, 24, place=ROOM, fee=600),
    # Being prepared: one organisation has not signed, one has declined.
    Plan("07", "data-l2", RunState.PREPARING, 75, 55, 20, place=DATA_ROOM, fee=1200),
    Plan("08", "control-l1", RunState.CANCELLED, 9, 35, 16, (57, 60), place=ROOM),
)
