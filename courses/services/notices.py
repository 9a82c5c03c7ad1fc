"""What people are told of runs, duties and places, in each reader's language.

Called by the services inside their transactions; nothing is decided here.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.enums import DutyKind
from courses.models import Duty, Enrolment, Run
from courses.queries.enrolments import coordinators_of, signatories_of
from portal.core.notifications import Text, notify

# What a learner reads, by what happened to the place: subject, body.
LEARNER_TEXTS: Mapping[str, tuple[Text, Text]] = {
    "request": (
        _("Your request for “%(course)s” has arrived"),
        _("The organisers decide on it; you are told here and by mail. Run %(code)s."),
    ),
    "admit": (
        _("You are enrolled in “%(course)s”"),
        _("The first day is %(starts)s. Run %(code)s, %(place)s."),
    ),
    "waitlist": (
        _("You are on the waiting list of “%(course)s”"),
        _(
            "All seats of run %(code)s are taken. When one becomes free it is offered in order of "
            "arrival; you are told here and by mail."
        ),
    ),
    "deny": (_("Your request for “%(course)s” was not granted"), _("Reason: %(reason)s")),
    "offer": (
        _("A seat in “%(course)s” is yours until %(until)s"),
        _(
            "A seat has become free in run %(code)s. Take it by %(until)s (UTC+8), or it goes to "
            "the next person on the waiting list."
        ),
    ),
    "take": (
        _("You are enrolled in “%(course)s”"),
        _("The first day is %(starts)s. Run %(code)s, %(place)s."),
    ),
    "lapse": (
        _("The seat offered in “%(course)s” was not taken in time"),
        _("It has gone to the next person. While enrolment is open you may ask again."),
    ),
    "withdraw": (
        _("You have withdrawn from “%(course)s”"),
        _("Run %(code)s. While enrolment is open you may ask again."),
    ),
    "remove": (
        _("Your place in “%(course)s” was taken back"),
        _("The organisers gave this reason: %(reason)s"),
    ),
    "end_waiting": (
        _("“%(course)s” has started without a free seat"),
        _("Run %(code)s has begun. The course page shows its next runs."),
    ),
    "release": (
        _("The run of “%(course)s” was cancelled"),
        _("Run %(code)s will not take place. Reason: %(reason)s"),
    ),
    "start": (_("“%(course)s” has started"), _("Run %(code)s has begun. Your lessons are open.")),
    "change": (
        _("The run of “%(course)s” has changed"),
        _("Run %(code)s: seats, place, contact or dates were changed. Look at its page."),
    ),
    "close": (_("“%(course)s” has ended"), _("Run %(code)s is closed.")),
}


def stamp(moment: Any) -> str:
    """Return a moment for a mail: 2026-03-05 14:30, in the programme's time zone."""
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else ""


class CourseTitle:
    """The course's title, chosen when it is written out: each reader has a language."""

    def __init__(self, run: Run) -> None:
        self.course = run.course

    def __str__(self) -> str:
        return self.course.display_title


class PlaceName:
    """Where a run is held, or how, in the reader's language."""

    def __init__(self, run: Run) -> None:
        self.run = run

    def __str__(self) -> str:
        return self.run.place or str(self.run.get_delivery_display())


def words_of(run: Run) -> dict[str, Any]:
    """Return what every text may say of a run."""
    return {
        "course": CourseTitle(run),
        "code": run.code,
        "starts": run.starts_on.isoformat(),
        "place": PlaceName(run),
    }


def tell_learner(enrolment: Enrolment, verb: str, *, reason: str = "") -> None:
    """Tell a learner what happened to the place."""
    subject, body = LEARNER_TEXTS[verb]
    until = stamp(enrolment.offered_until)
    notify(
        [enrolment.learner],
        kind=f"enrolment.{verb}",
        subject=subject,
        body=body,
        context={**words_of(enrolment.run), "until": until, "reason": reason},
        url=reverse("learning_home"),
    )


def tell_learners(run: Run, enrolments: Iterable[Enrolment], verb: str) -> None:
    """Tell several learners of a run the same."""
    for enrolment in enrolments:
        enrolment.run = run
        tell_learner(enrolment, verb)


def tell_coordinators(run: Run, *, kind: str, subject: Text, body: Text, **words: Any) -> None:
    """Tell the coordinators of the organisation that leads a run."""
    page = "run_enrolments" if kind.startswith("enrolment") else "run_board"
    notify(
        coordinators_of([run.lead_id]),
        kind=kind,
        subject=subject,
        body=body,
        context={**words_of(run), **words},
        url=reverse(page, args=[run.public_id]),
    )


def tell_of_request(enrolment: Enrolment) -> None:
    """Tell the run's coordinators that a request waits for them."""
    tell_coordinators(
        enrolment.run,
        kind="enrolment.waits",
        subject=_("A request for “%(course)s” waits for you"),
        body=_("Somebody asked for a place in run %(code)s. Admit them or say why not."),
    )


def tell_of_proposal(duty: Duty, *, by: Any) -> None:
    """Ask an organisation's people to accept a duty; whoever proposed it is left out."""
    people = signatories_of(duty.organisation_id).exclude(pk=by.pk)
    notify(
        people,
        kind="duty.proposed",
        subject=_("%(lead)s asks you to take part in a run: %(duty)s"),
        body=_("Course “%(course)s”, run %(code)s, first day %(starts)s. Accept or decline it."),
        context={
            **words_of(duty.run),
            "lead": duty.run.lead.name,
            "duty": DutyKind(duty.kind).label,
        },
        url=reverse("duty_decide", args=[duty.run.public_id, duty.kind]),
    )


def tell_of_decision(duty: Duty) -> None:
    """Tell the run's coordinators what an organisation answered."""
    declined = duty.state == "declined"
    tell_coordinators(
        duty.run,
        kind="duty.decided",
        subject=_("%(organisation)s has declined: %(duty)s")
        if declined
        else _("%(organisation)s has accepted: %(duty)s"),
        body=_("Run %(code)s. Reason: %(reason)s. Ask another organisation.")
        if declined
        else _("Run %(code)s, first day %(starts)s."),
        organisation=duty.organisation.name,
        duty=DutyKind(duty.kind).label,
        reason=duty.reason,
    )


def tell_partners(run: Run, *, kind: str, subject: Text, body: Text, **words: Any) -> None:
    """Tell the coordinators of every organisation with a duty in a run, the lead's included."""
    organisations = {run.lead_id} | {duty.organisation_id for duty in run.duties.all()}
    notify(
        coordinators_of(organisations),
        kind=kind,
        subject=subject,
        body=body,
        context={**words_of(run), **words},
        url=reverse("run_board", args=[run.public_id]),
    )
