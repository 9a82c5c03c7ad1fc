"""What the panel's work leads to: ranking, verdicts, public notice, objections."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from evaluation.lifecycle import NoticeState, RankingState
from portal.core import clock
from portal.core.identifiers import public_id
from portal.core.models import PrivateFile
from showcase.models import Direction, Round, Submission
from showcase.models.programme import in_language


class Talk(models.Model):
    """What the panel settled together on one entry, beside the ballots; the latest counts.

    SPREAD: the talk on totals far apart (合议). VOTE: the entry's place among tied ones, with the
    votes for it and the votes cast. VETO: whether a ground raised by an expert was upheld.
    A talk never changes a score: rescoring means that the chair reopens a ballot.
    """

    class Kind(models.TextChoices):
        SPREAD = "spread", _("Talk on scores far apart")
        VOTE = "vote", _("Vote among tied entries")
        VETO = "veto", _("Decision on a veto ground")

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="talks")
    kind = models.CharField(max_length=6, choices=Kind.choices)
    note = models.TextField(max_length=2000)
    place = models.PositiveSmallIntegerField(null=True)
    votes_for = models.PositiveSmallIntegerField(null=True)
    votes_cast = models.PositiveSmallIntegerField(null=True)
    is_upheld = models.BooleanField(null=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["recorded_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(kind="vote")
                | models.Q(place__gte=1, votes_cast__gte=models.F("votes_for")),
                name="talk_vote_has_place_and_votes",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="veto") | models.Q(is_upheld__isnull=False),
                name="talk_veto_is_decided",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.submission}: {self.get_kind_display()}"

    @property
    def audit_chain(self) -> str:
        return self.submission.audit_chain


class Ranking(models.Model):
    """A frozen snapshot: canonical inputs, canonical results, their digests, the estimate.

    `inputs` and `results` are the exact canonical JSON texts, so that recomputing from the
    inputs can be compared byte for byte. `estimate` is decision support beside the rule.
    """

    public_id = models.CharField(max_length=24, unique=True, default=public_id)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="rankings")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(
        max_length=10, choices=RankingState.choices, default=RankingState.FROZEN
    )
    inputs = models.TextField()
    inputs_digest = models.CharField(max_length=64)
    results = models.TextField()
    results_digest = models.CharField(max_length=64)
    seed = models.PositiveIntegerField()
    estimate = models.JSONField(null=True)
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["round", "number"], name="ranking_once")]

    def __str__(self) -> str:
        return f"{self.round} #{self.number}"

    @property
    def audit_chain(self) -> str:
        return self.round.audit_chain


class RankingRow(models.Model):
    """One line of a ranking, for lists and exports; made from `Ranking.results`."""

    ranking = models.ForeignKey(Ranking, on_delete=models.CASCADE, related_name="rows")
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="+")
    direction = models.ForeignKey(Direction, on_delete=models.PROTECT, related_name="+")
    rank = models.PositiveSmallIntegerField(null=True)
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    spread = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    is_proposed = models.BooleanField(default=False)
    needs_talk = models.BooleanField(default=False)
    needs_vote = models.BooleanField(default=False)
    reason = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["direction__order", "rank", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["ranking", "submission"], name="ranking_row_once")
        ]

    def __str__(self) -> str:
        return f"{self.rank}. {self.submission}"


class Verdict(models.Model):
    """The outcome for one application, taken from a published ranking."""

    submission = models.OneToOneField(Submission, on_delete=models.PROTECT, related_name="verdict")
    ranking = models.ForeignKey(Ranking, on_delete=models.PROTECT, related_name="verdicts")
    is_proposed = models.BooleanField()
    decided_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.submission}: {self.is_proposed}"


class PublicNotice(models.Model):
    """The public notice (公示) of the proposed entries for a number of working days.

    `entries` is the snapshot the public sees: title, applicant, partners, direction, region,
    abstract; ordered by region code, then pinyin; no scores, ranks, experts or contacts.
    """

    public_id = models.CharField(max_length=24, unique=True, default=public_id)
    round = models.OneToOneField(Round, on_delete=models.PROTECT, related_name="notice")
    state = models.CharField(max_length=8, choices=NoticeState.choices, default=NoticeState.OPEN)
    title = models.CharField(max_length=150)
    title_en = models.CharField(max_length=200, blank=True)
    entries = models.JSONField(default=list)
    working_days = models.PositiveSmallIntegerField(default=5)
    published_at = models.DateTimeField(default=clock.now)
    closes_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-published_at"]

    def __str__(self) -> str:
        return self.title

    @property
    def display_title(self) -> str:
        return in_language(self.title, self.title_en)

    @property
    def audit_chain(self) -> str:
        return self.round.audit_chain


class Objection(models.Model):
    """An objection (异议) made during publicity by a named person or an organisation."""

    class Kind(models.TextChoices):
        PERSON = "person", _("A person, under their own name")
        ORGANISATION = "organisation", _("An organisation, under its seal")

    class Outcome(models.TextChoices):
        OPEN = "open", _("Being examined")
        UPHELD = "upheld", _("Upheld")
        REJECTED = "rejected", _("Rejected")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    public_id = models.CharField(max_length=24, unique=True, default=public_id)
    notice = models.ForeignKey(PublicNotice, on_delete=models.PROTECT, related_name="objections")
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="objections")
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.PERSON)
    objector = models.CharField(max_length=100)
    contact = models.CharField(max_length=100)
    facts = models.TextField(max_length=3000)
    evidence = models.ForeignKey(
        PrivateFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.OPEN)
    answer = models.TextField(blank=True)
    received_at = models.DateTimeField(default=clock.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["received_at"]

    # The record names objects by this text and observers read it: no name of the objector here.
    def __str__(self) -> str:
        return f"{self.submission} – {self.receipt}"

    @property
    def receipt(self) -> str:
        """The number an objector is given: the public id in groups of four."""
        code = self.public_id.upper()
        return "-".join(code[i : i + 4] for i in range(0, len(code), 4))

    @property
    def audit_chain(self) -> str:
        return self.notice.audit_chain
