"""Seats of a run, given under its lock: places in order of arrival, offers, who comes next.

Whoever changes an enrolment's state takes the run's lock first (`lock_run`), so that seats are
counted and given by one transaction after the other. Rules about people are in `rules.enrolling`.
"""

from datetime import timedelta
from typing import Any

from courses.lifecycle import ENROLMENT, RunState
from courses.models import Enrolment, Run
from courses.queries.enrolments import seats_taken
from courses.rules.running import first_moment
from courses.services.notices import tell_learner
from portal.core import clock

OFFER_FOR = timedelta(hours=48)


def lock_run(run: Run) -> Run:
    """Return the run's locked row with its course, lead and duties."""
    rows = Run.objects.select_for_update(of=("self",)).select_related("course", "lead")
    return rows.prefetch_related("duties").get(pk=run.pk)


def lock_enrolment(enrolment: Enrolment) -> Enrolment:
    """Return the enrolment's row with its run, both locked, the run first."""
    run = lock_run(enrolment.run)
    locked = Enrolment.objects.select_for_update(of=("self",)).select_related("learner")
    found = locked.get(pk=enrolment.pk)
    found.run = run
    return found


def next_place(run: Run) -> int:
    """Number one more arrival in a locked run."""
    run.arrivals += 1
    run.save(update_fields=["arrivals"])
    return run.arrivals


def has_free_seat(run: Run) -> bool:
    """Say whether a locked run can let somebody in past nobody who waits."""
    return seats_taken(run) < run.capacity and not run.enrolments.waiting().exists()


def settle(enrolment: Enrolment, *, by: Any, quiet: bool = False) -> None:
    """Let a locked, approved request in if a seat is free, else put it on the waiting list.

    Rule: seats go in order of arrival; nobody passes those who wait. Moves the enrolment and,
    unless `quiet`, tells the learner.
    """
    verb = "admit" if has_free_seat(enrolment.run) else "waitlist"
    ENROLMENT.move(enrolment, verb, by=by, place=enrolment.place)
    if not quiet:
        tell_learner(enrolment, verb)


def offer_ends(run: Run) -> Any:
    """Return when an offer made now ends.

    Rule: an offered seat is kept for 48 hours, never beyond the beginning of the first day.
    """
    return min(clock.now() + OFFER_FOR, first_moment(run))


def fill_seats(run: Run) -> list[Enrolment]:
    """Offer every free seat of a locked run to the next on its waiting list; return the offers.

    Rule: a freed seat is offered to the first on the waiting list, by order of arrival; nothing is
    offered once the first day has begun. Moves enrolments, sets the end of each offer, tells the
    learners.
    """
    if run.state != RunState.OPEN or clock.now() >= first_moment(run):
        return []
    free = max(0, run.capacity - seats_taken(run))
    waiting = run.enrolments.waiting().select_related("learner")[:free]
    offers = list(waiting)
    for enrolment in offers:
        enrolment.run = run
        offer(enrolment)
    return offers


def offer(enrolment: Enrolment) -> None:
    """Offer a seat to one locked, waiting learner until the offer's end; tell them."""
    until = offer_ends(enrolment.run)
    # State and end belong together by constraint: both are written by one statement.
    ENROLMENT.move(enrolment, "offer", by=None, more={"offered_until": until}, until=until)
    tell_learner(enrolment, "offer")


def end_offer(enrolment: Enrolment, verb: str, *, by: Any, **facts: Any) -> None:
    """Move a locked enrolment by a verb that ends an offer if there was one."""
    ENROLMENT.move(enrolment, verb, by=by, more={"offered_until": None}, **facts)
