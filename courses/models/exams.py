"""Examinations: the bank of questions, papers sat, answers kept, marks given.

Everything that decides a mark is frozen or append-only: the versions of the questions when an
examination opens, the paper when an attempt starts, every save of an answer, every marking.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.lifecycle import AttemptState, ExamState
from courses.models.enrolments import Enrolment
from courses.models.pages import CoursePage
from courses.models.runs import Run
from portal.core import clock
from portal.core.identifiers import public_id


class Question(models.Model):
    """One version of a question of a course's bank; a changed question is a new version.

    `data` is the content's JSON (courses.questions reads and checks it).
    """

    course = models.ForeignKey(CoursePage, on_delete=models.PROTECT, related_name="questions")
    code = models.CharField(_("code"), max_length=40)
    version = models.PositiveSmallIntegerField(default=1)
    data = models.JSONField()
    is_current = models.BooleanField(default=True)
    is_retired = models.BooleanField(default=False)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    written_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["course", "code", "version"]
        constraints = [
            models.UniqueConstraint(
                fields=["course", "code", "version"], name="question_version_once"
            ),
            models.UniqueConstraint(
                fields=["course", "code"],
                condition=models.Q(is_current=True),
                name="question_one_current",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"


class Exam(models.Model):
    """One examination of a run: window, time allowed, blueprint, and the frozen bank.

    `bank` maps question codes to versions once the examination is open. `grace_seconds` is how
    long after a paper's deadline the server still takes what was under way. What was shown stays
    `bank`; what is marked by a corrected key stands in `key_versions`, and `voided` are the codes
    of questions withdrawn after the examination.
    """

    public_id = models.CharField(max_length=24, unique=True, default=public_id)
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="exams")
    title = models.CharField(_("title"), max_length=100)
    state = models.CharField(
        max_length=10, choices=ExamState.choices, default=ExamState.DRAFT, db_index=True
    )
    opens_at = models.DateTimeField(_("opens"))
    closes_at = models.DateTimeField(_("closes"))
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    grace_seconds = models.PositiveSmallIntegerField(default=60)
    attempts_allowed = models.PositiveSmallIntegerField(_("attempts"), default=1)
    examiners_needed = models.PositiveSmallIntegerField(_("examiners per answer"), default=1)
    room_code = models.CharField(_("room code"), max_length=12, blank=True)
    blueprint = models.JSONField(default=dict)
    bank = models.JSONField(default=dict, blank=True)
    key_versions = models.JSONField(default=dict, blank=True)
    voided = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["run", "opens_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(opens_at__lt=models.F("closes_at")),
                name="exam_opens_before_it_closes",
            ),
            models.CheckConstraint(condition=models.Q(minutes__gt=0), name="exam_has_time"),
        ]

    def __str__(self) -> str:
        return f"{self.run.code} {self.title}"

    @property
    def audit_chain(self) -> str:
        return self.run.audit_chain


class Attempt(models.Model):
    """One sitting of one learner, with its paper and what was shown, frozen at the start.

    `deadline` is on the server's clock and includes `extra_minutes`. `device` is the one browser
    that may write; taking over is explicit and counted. `marks` are the present ones
    (grading.PaperMark); every marking is kept in Marking.
    """

    public_id = models.CharField(max_length=24, unique=True, default=public_id)
    exam = models.ForeignKey(Exam, on_delete=models.PROTECT, related_name="attempts")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(
        max_length=10, choices=AttemptState.choices, default=AttemptState.RUNNING
    )
    seed = models.CharField(max_length=64)
    paper = models.JSONField()
    sheet = models.JSONField()
    started_at = models.DateTimeField(default=clock.now)
    deadline = models.DateTimeField()
    extra_minutes = models.PositiveSmallIntegerField(default=0)
    device = models.CharField(max_length=40, blank=True)
    takeovers = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True, blank=True)
    receipt_hash = models.CharField(max_length=64, blank=True)
    marks = models.JSONField(null=True, blank=True)
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    graded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["exam", "enrolment", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["exam", "enrolment", "number"], name="attempt_number_once"
            ),
            models.UniqueConstraint(
                fields=["exam", "enrolment"],
                condition=models.Q(state=AttemptState.RUNNING),
                name="attempt_one_running",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state=AttemptState.RUNNING, ended_at__isnull=True, receipt_hash=""
                )
                | (
                    ~models.Q(state=AttemptState.RUNNING)
                    & models.Q(ended_at__isnull=False)
                    & ~models.Q(receipt_hash="")
                ),
                name="attempt_ended_has_time_and_receipt",
            ),
        ]
        indexes = [models.Index(fields=["state", "deadline"], name="attempt_sweep")]

    def __str__(self) -> str:
        return f"{self.exam} {self.enrolment.learner} ({self.number})"

    @property
    def audit_chain(self) -> str:
        return self.exam.audit_chain


class Answer(models.Model):
    """The answer to one question of an attempt as it stands; `revision` grows with every save."""

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="answers")
    question = models.CharField(max_length=40)
    response = models.JSONField(null=True)
    revision = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["attempt", "question"], name="answer_once")]

    def __str__(self) -> str:
        return f"{self.attempt_id} {self.question} r{self.revision}"


class AnswerSave(models.Model):
    """Every acknowledged save, also one that lost to a newer text: nothing typed is gone.

    `key` is the browser's own for one change; the same key is acknowledged again, not saved again.
    """

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="saves")
    question = models.CharField(max_length=40)
    key = models.CharField(max_length=40)
    base = models.PositiveIntegerField()
    revision = models.PositiveIntegerField(null=True)
    response = models.JSONField(null=True)
    saved_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["attempt", "key"], name="save_key_once")]

    def __str__(self) -> str:
        return f"{self.attempt_id} {self.question} {self.key}"

    @property
    def is_kept_aside(self) -> bool:
        """Whether the text came too late to be the answer and was only kept."""
        return self.revision is None


class AnswerRating(models.Model):
    """One examiner's points for one answer (or part of a case), in the order of the rubric."""

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="ratings")
    question = models.CharField(max_length=80)
    examiner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    points = models.JSONField()
    comment = models.TextField(blank=True)
    rated_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["attempt", "question", "examiner"], name="answer_rated_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.attempt_id} {self.question}: {self.examiner}"


class Marking(models.Model):
    """One marking of one attempt, append-only: the first, and every regrade with its reason."""

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="markings")
    number = models.PositiveSmallIntegerField()
    marks = models.JSONField()
    digest = models.CharField(max_length=64)
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["attempt", "number"]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "number"], name="marking_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.attempt_id} #{self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert only: a marking is never changed."""
        if self.pk:
            raise TypeError("a marking is never changed")
        super().save(*args, **kwargs)
