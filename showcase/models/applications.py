"""The application itself: submission, its revisions, partners and attachments."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import Permission, Role
from portal.accounts.models import Organisation
from portal.core import clock
from portal.core.identifiers import public_id
from portal.core.models import PrivateFile
from showcase.lifecycle import EDITABLE, LIVE, SubmissionState
from showcase.models.programme import Direction, Round


class SubmissionQuerySet(models.QuerySet["Submission"]):
    """Submissions by intent; `visible_to` is the one access rule of lists and look-ups."""

    def visible_to(self, user: Any) -> "SubmissionQuerySet":
        """Submissions this person may open: own ones, and once handed in those of their authority,
        or all for the secretariat and observers.

        Rule: a draft is its parties' alone until it is handed in. Partners see what names them.
        Experts never come through here: the desk has its own blinded query in evaluation.
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        reads_all = user.may(Permission.SHOWCASE_SUBMISSIONS_READ_ALL)
        own = user.organisation_ids(Role.APPLICANT)
        if reads_all and not own:
            return self.handed_in()
        mine = models.Q(applicant__in=own) | models.Q(partners__organisation__in=own)
        authorities = user.organisation_ids(Role.RECOMMENDER)
        if authorities:
            mine |= models.Q(authority__in=authorities, submitted_at__isnull=False)
        if reads_all:
            mine |= models.Q(submitted_at__isnull=False)
        return self.filter(mine).distinct()

    def editable(self) -> "SubmissionQuerySet":
        return self.filter(state__in=EDITABLE)

    def handed_in(self) -> "SubmissionQuerySet":
        """Those that were submitted; a draft that was withdrawn never was."""
        return self.filter(submitted_at__isnull=False)

    def live(self) -> "SubmissionQuerySet":
        """Those that count towards the limit of projects per entity."""
        return self.filter(state__in=LIVE)

    def knowing_party(self, user: Any) -> "SubmissionQuerySet":
        """Add whether a person is tied to applicant or partner, for `has_party` to know."""
        own = user.ties()
        tied = models.Q(applicant__uscc__in=own) | models.Q(partners__uscc__in=own)
        named = self.model.objects.filter(tied, pk=models.OuterRef("pk"))
        return self.annotate(party_of=models.Value(user.pk), is_party=models.Exists(named))


class Submission(models.Model):
    """One application (申报) of one organisation in one direction of one round.

    `data` maps form field keys ("pj.title") to values; title, direction, region and
    authority are copied out for lists and rules. `revision` grows with every save.
    """

    public_id = models.CharField(max_length=24, unique=True, default=public_id)
    number = models.CharField(max_length=16, unique=True, null=True, blank=True)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="submissions")
    applicant = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="submissions"
    )
    direction = models.ForeignKey(
        Direction, null=True, blank=True, on_delete=models.PROTECT, related_name="submissions"
    )
    authority = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    title = models.CharField(max_length=40, blank=True)
    region = models.CharField(max_length=6, blank=True)
    state = models.CharField(
        max_length=16,
        choices=SubmissionState.choices,
        default=SubmissionState.DRAFT,
        db_index=True,
    )
    data = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=clock.now)
    saved_at = models.DateTimeField(default=clock.now)
    submitted_at = models.DateTimeField(null=True, blank=True)
    content_hash = models.CharField(max_length=64, blank=True)
    correct_until = models.DateTimeField(null=True, blank=True)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        ordering = ["round", "number", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(submitted_at__isnull=True, content_hash="")
                | (models.Q(submitted_at__isnull=False) & ~models.Q(content_hash="")),
                name="submission_receipt_has_time_and_hash",
            ),
        ]

    def __str__(self) -> str:
        return self.title or str(_("Untitled application"))

    @property
    def audit_chain(self) -> str:
        return self.round.audit_chain

    @property
    def is_editable(self) -> bool:
        return self.state in EDITABLE

    def has_party(self, user: Any) -> bool:
        """Say whether a person is tied to the applicant or a partner, by credit code."""
        if user.pk == self.__dict__.get("party_of"):  # read with the entry: `knowing_party`
            return bool(self.__dict__["is_party"])
        own = user.tied_codes
        if not own:
            return False
        return bool(own & {self.applicant.uscc, *(one.uscc for one in self.partners.all())})


class Revision(models.Model):
    """One saved version of a submission's data, with what changed."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    section = models.CharField(max_length=20, blank=True)
    data = models.JSONField()
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    saved_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["submission", "number"], name="revision_once")
        ]

    def __str__(self) -> str:
        return f"{self.submission} r{self.number}"


class Partner(models.Model):
    """A joint organisation (联合单位) named by its credit code."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="partners")
    uscc = models.CharField(max_length=18)
    name = models.CharField(max_length=100)
    role = models.CharField(max_length=300)
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "pk"]
        constraints = [models.UniqueConstraint(fields=["submission", "uscc"], name="partner_once")]

    def __str__(self) -> str:
        return self.name


class AttachmentManager(models.Manager["Attachment"]):
    """Attachments with their files: whoever asks for one asks whether it may be opened."""

    def get_queryset(self) -> models.QuerySet["Attachment"]:
        return super().get_queryset().select_related("file")


class Attachment(models.Model):
    """A file put in for one of the form's attachment codes (A1 … A11)."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="attachments")
    code = models.CharField(max_length=4)
    title = models.CharField(max_length=100, blank=True)
    file = models.ForeignKey(PrivateFile, on_delete=models.PROTECT, related_name="+")
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField(default=clock.now)

    objects = AttachmentManager()

    class Meta:
        ordering = ["code", "pk"]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"
