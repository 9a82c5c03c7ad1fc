"""What showcase holds about a person, what of it stays, and what must be settled first."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.enums import Role
from portal.core.personal import Kept, Section, Text, register
from showcase.lifecycle import SubmissionState
from showcase.models import Attachment, FormalCheck, Recommendation, Revision, Submission


def held(person: Any) -> Iterator[Section]:
    """Applications the person began, versions they saved, files they added, decisions they took,
    and applications that name their address as the contact.
    """
    yield Section(_("Applications I began"), [line(one) for one in began(person)])
    yield Section(
        _("Applications that name my address as the contact"),
        [
            line(one)
            | {
                _("contact"): one.data.get("ct.name", ""),
                _("post"): one.data.get("ct.title", ""),
                _("mobile"): one.data.get("ct.mobile", ""),
                _("e-mail"): one.data.get("ct.email", ""),
            }
            for one in naming(person)
        ],
    )
    yield Section(
        _("Versions of applications I saved"),
        [
            {
                _("application"): str(one.submission),
                _("version"): one.number,
                _("when"): one.saved_at,
            }
            for one in Revision.objects.filter(saved_by=person)
            .select_related("submission")
            .defer("data", "submission__data")
            .order_by("pk")
        ],
    )
    yield Section(
        _("Files I added to applications"),
        [
            {_("file"): one.file.name, _("application"): str(one.submission)}
            for one in Attachment.objects.filter(added_by=person)
            .select_related("file", "submission")
            .order_by("pk")
        ],
    )
    yield from decided(person)


def decided(person: Any) -> Iterator[Section]:
    """Recommendations and formal checks the person worked on."""
    yield Section(
        _("Recommendations I wrote"),
        [
            {_("application"): str(one.submission), _("reason"): one.reason}
            for one in Recommendation.objects.filter(updated_by=person)
            .select_related("submission")
            .order_by("pk")
        ],
    )
    yield Section(
        _("Formal checks I decided"),
        [
            {_("application"): str(one.submission), _("when"): one.decided_at}
            for one in FormalCheck.objects.filter(decided_by=person)
            .select_related("submission")
            .order_by("pk")
        ],
    )


def line(one: Submission) -> dict[str, Any]:
    """Return what a list says of an application."""
    return {
        _("application"): str(one),
        _("number"): one.number,
        _("state"): one.get_state_display(),
        _("begun"): one.created_at,
    }


def began(person: Any) -> Iterable[Submission]:
    """Return the applications a person began."""
    return Submission.objects.filter(created_by=person).order_by("pk")


def naming(person: Any) -> Iterable[Submission]:
    """Return the applications whose contact has the person's address."""
    return Submission.objects.filter(**{"data__ct.email": person.email}).order_by("pk")


def kept(person: Any) -> Iterable[Kept]:
    """What of the applications stays, and why."""
    if not (began(person) or naming(person) or person.has_role(Role.RECOMMENDER)):
        return []
    return [
        Kept(
            gettext_lazy("Applications, with the contact they name"),
            gettext_lazy(
                "They belong to the organisation and are fingerprinted as submitted; it can name "
                "another contact in its next application. The contact is shown to who must call."
            ),
        )
    ]


def obstacles(person: Any) -> Iterator[Text]:
    """Rule: who alone writes for an applicant with an application under way does not leave it."""
    open_states = (SubmissionState.DRAFT, SubmissionState.CORRECTION)
    for organisation_id in person.organisation_ids(Role.APPLICANT):
        rows = Submission.objects.filter(applicant=organisation_id, state__in=open_states)
        first = rows.select_related("applicant").first()
        if first is None:
            continue
        others = first.applicant.memberships.filter(role=Role.APPLICANT).exclude(user=person)
        if not others.exists():
            yield _(
                "Only you can write “%(title)s”. Submit or withdraw it, or invite a colleague."
            ) % {"title": first}


register("showcase", held=held, kept=kept, obstacles=obstacles)
