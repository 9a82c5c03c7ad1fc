"""What evaluation holds about a person, what of it stays, and what must be settled first."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from evaluation.lifecycle import AssignmentState
from evaluation.models import Assignment, BallotVersion, ConflictFact, Expert, Objection, Talk
from portal.core.personal import Kept, Section, Text, register
from showcase.lifecycle import RoundState


def expert_of(person: Any) -> Expert | None:
    """Return the person's entry among the experts, if there is one."""
    return Expert.objects.filter(user=person).first()


def held(person: Any) -> Iterator[Section]:
    """The expert's entry, employers, ties, entries judged with points and comments; decisions."""
    expert = expert_of(person)
    if expert is not None:
        yield from of_expert(expert)
    yield Section(
        _("Objections I decided"),
        [
            {_("receipt"): one.receipt, _("when"): one.decided_at, _("answer"): one.answer}
            for one in Objection.objects.filter(decided_by=person).order_by("pk")
        ],
    )
    yield Section(
        _("Talks I recorded"),
        [
            {_("application"): str(one.submission), _("when"): one.recorded_at}
            for one in Talk.objects.filter(recorded_by=person)
            .select_related("submission")
            .order_by("pk")
        ],
    )


def of_expert(expert: Expert) -> Iterator[Section]:
    """What is held of an expert."""
    yield Section(
        _("Expert"),
        [
            {
                _("title"): expert.title,
                _("kind"): expert.get_kind_display(),
                _("region"): expert.region,
                _("directions"): expert.directions,
                _("active"): expert.is_active,
            }
        ],
    )
    yield Section(
        _("Employers"),
        [
            {
                _("name"): one.name,
                _("credit code"): one.uscc,
                _("from"): one.started_on,
                _("until"): one.ended_on,
            }
            for one in expert.employments.order_by("pk")
        ],
    )
    yield Section(
        _("Ties to applications"),
        [
            {
                _("application"): str(one.submission),
                _("kind"): one.get_kind_display(),
                _("note"): one.note,
                _("found"): one.found_at,
            }
            for one in ConflictFact.objects.filter(expert=expert)
            .select_related("submission")
            .order_by("pk")
        ],
    )
    yield Section(
        _("Score sheets, every version"),
        [
            {
                _("application"): str(one.ballot.assignment.submission),
                _("version"): one.number,
                _("points"): one.scores,
                _("comments"): one.comments,
                _("opinion"): one.overall,
                _("when"): one.saved_at,
            }
            for one in BallotVersion.objects.filter(ballot__assignment__expert=expert)
            .select_related("ballot__assignment__submission")
            .order_by("pk")
        ],
    )


def kept(person: Any) -> Iterable[Kept]:
    """What of the reviews stays, and why."""
    if expert_of(person) is None:
        return []
    return [
        Kept(
            gettext_lazy("Signed score sheets, employers and ties, without your name"),
            gettext_lazy(
                "Results are recomputed from the sheets for years, and employers prove that nobody "
                "judged their own. A code stands in place of your name."
            ),
        )
    ]


def obstacles(person: Any) -> Iterator[Text]:
    """Rule: an expert with unsigned sheets in a running review signs or steps back first."""
    seats = Assignment.objects.filter(
        expert__user=person,
        state=AssignmentState.ACTIVE,
        submission__round__state=RoundState.REVIEWING,
    ).exclude(ballot__signed_at__isnull=False)
    number = seats.count()
    if number:
        yield _("%(number)s score sheets of yours are not signed. Sign them, or step back.") % {
            "number": number
        }


register("evaluation", held=held, kept=kept, obstacles=obstacles)
