"""What must always hold of runs and places, recounted from the tables."""

from collections import Counter
from collections.abc import Iterator

from django.db.models import Count, F, Q

from courses.enums import DutyKind
from courses.lifecycle import PUBLIC_RUNS, SEATED, EnrolmentState, RunState
from courses.models import Enrolment, Run
from courses.queries.runs import duties_needed, holder_of
from portal.core.invariants import invariant
from portal.core.models import AuditChain, AuditEvent


@invariant("courses.seats")
def seats_are_not_oversold() -> Iterator[str]:
    """No run has more seats taken than it has seats."""
    taken = Count("enrolments", filter=Q(enrolments__state__in=SEATED))
    for run in Run.objects.annotate(taken=taken).filter(taken__gt=F("capacity")):
        yield f"{run.code}: {run.taken} seats taken, there are {run.capacity}"


@invariant("courses.places")
def places_are_whole() -> Iterator[str]:
    """Places are numbered from 1 by arrival, without a double.

    Who asked again after withdrawing moved from an earlier place to a new one; the record names
    each such request, so that every number is accounted for.
    """
    again = Counter(
        chain
        for chain, before in AuditEvent.objects.filter(action="enrolment.requested").values_list(
            "chain_id", "before"
        )
        if before
    )
    archived = set(AuditChain.objects.filter(base__gt=0).values_list("name", flat=True))
    places: dict[int, list[int]] = {}
    for run_id, place in Enrolment.objects.order_by("run", "place").values_list("run", "place"):
        places.setdefault(run_id, []).append(place)
    for run in Run.objects.select_related("course"):
        found = places.get(run.pk, [])
        if len(set(found)) != len(found) or (found and not 1 <= found[0] <= found[-1]):
            yield f"{run.code}: places are given twice"
        if found and found[-1] > run.arrivals:
            yield f"{run.code}: place {found[-1]} of {run.arrivals} arrivals"
        if run.audit_chain in archived:
            continue  # part of the requests lie in an archive
        if len(found) + again[run.audit_chain] != run.arrivals:
            yield f"{run.code}: {run.arrivals} arrivals, {len(found)} places are known"


@invariant("courses.waiting")
def seats_go_in_order_of_arrival() -> Iterator[str]:
    """Nobody waits behind somebody who came later and was offered the seat.

    Where requests are approved one by one, who is approved later may have come earlier.
    """
    offered: dict[int, int] = {}
    rows = Enrolment.objects.filter(run__state=RunState.OPEN, run__needs_approval=False)
    for run, place in rows.filter(state=EnrolmentState.OFFERED).values_list("run", "place"):
        offered[run] = max(place, offered.get(run, 0))
    waiting = rows.filter(state=EnrolmentState.WAITLISTED)
    for run, code, place in waiting.values_list("run", "run__code", "place"):
        if place < offered.get(run, 0):
            yield f"{code}: place {place} waits, place {offered[run]} has an offer"


@invariant("courses.duties")
def public_runs_have_their_duties() -> Iterator[str]:
    """Every announced run has all its duties accepted, and nobody teaches and examines."""
    runs = Run.objects.filter(state__in=PUBLIC_RUNS).select_related("course")
    for run in runs.prefetch_related("duties"):
        for kind in duties_needed(run):
            if holder_of(run, kind) is None:
                yield f"{run.code}: nobody has accepted {kind}"
        teaching = holder_of(run, DutyKind.TEACHING)
        if teaching is not None and teaching == holder_of(run, DutyKind.EXAMINING):
            yield f"{run.code}: one organisation teaches and examines"
