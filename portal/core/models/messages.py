"""Messages to people: the in-app notice, the mail that carries it, what somebody wants mailed."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.core import clock

TRIES_FOR = timedelta(hours=24)


def tries_end() -> datetime:
    """Return until when a mail written now is tried."""
    return clock.now() + TRIES_FOR


class Digest(models.Model):
    """One day's mail to one person with the notices that were to wait for it."""

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="digests"
    )
    day = models.DateField()
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["recipient", "day"], name="digest_a_day")]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} #{self.recipient_id}"


class NotificationQuerySet(models.QuerySet["Notification"]):
    """Notices by what is still to be done with them."""

    def unread(self) -> "NotificationQuerySet":
        """Those their reader has not opened or ticked off."""
        return self.filter(read_at__isnull=True)

    def waiting_for_digest(self) -> "NotificationQuerySet":
        """Those that belong in a daily mail and are in none yet."""
        return self.filter(for_digest=True, digest__isnull=True)


class Notification(models.Model):
    """One notice to one person, in that person's language at the time of writing."""

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications"
    )
    kind = models.CharField(max_length=80)
    subject = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    url = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    read_at = models.DateTimeField(null=True)
    for_digest = models.BooleanField(default=False)
    digest = models.ForeignKey(
        Digest, null=True, on_delete=models.SET_NULL, related_name="notifications"
    )

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["recipient", "read_at"], name="notification_unread"),
            models.Index(
                fields=["recipient", "created_at"],
                condition=models.Q(for_digest=True, digest__isnull=True),
                name="notification_digest_waits",
            ),
        ]

    def __str__(self) -> str:
        return self.subject


class NoticeChoice(models.Model):
    """How one person wants the notices of one group, where that is not the group's own way."""

    class Manner(models.TextChoices):
        AT_ONCE = "at_once", _("Mail at once")
        DAILY = "daily", _("In one mail a day")
        INBOX = "inbox", _("Only here")

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notice_choices"
    )
    group = models.CharField(max_length=30)
    manner = models.CharField(max_length=8, choices=Manner.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "group"], name="notice_choice_once")
        ]

    def __str__(self) -> str:
        return f"#{self.person_id} {self.group}: {self.manner}"


class Reminder(models.Model):
    """That one person was reminded of one deadline at one distance; a moved deadline is another.

    `key` names the thing within its source; `distance` is in minutes.
    """

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reminders"
    )
    source = models.CharField(max_length=40)
    key = models.CharField(max_length=64)
    deadline = models.DateTimeField()
    distance = models.PositiveIntegerField()
    sent_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "source", "key", "deadline", "distance"],
                name="reminder_once",
            )
        ]

    def __str__(self) -> str:
        return f"#{self.recipient_id} {self.source} {self.key} -{self.distance}"


class Mail(models.Model):
    """The outbox: one mail to one address, written with the change, sent by the worker.

    `UNCLEAR` is a mail whose worker was killed while it spoke with the mail server: whether it went
    out is not known, so it is not sent again unless somebody says so.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Handed to the mail server")
        FAILED = "failed", _("Given up")
        UNCLEAR = "unclear", _("Not known whether it went out")
        WITHHELD = "withheld", _("Kept back (demo)")

    notification = models.OneToOneField(
        Notification, null=True, on_delete=models.CASCADE, related_name="mail"
    )
    digest = models.OneToOneField(Digest, null=True, on_delete=models.CASCADE, related_name="mail")
    address = models.EmailField()
    subject = models.CharField(max_length=200)
    body = models.TextField()
    state = models.CharField(
        max_length=8, choices=State.choices, default=State.WAITING, db_index=True
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True)
    created_at = models.DateTimeField(default=clock.now)
    next_try_at = models.DateTimeField(default=clock.now)
    tries_until = models.DateTimeField(default=tries_end)
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"#{self.pk} {self.subject}"

    @property
    def is_stuck(self) -> bool:
        """Whether only a person can send it on."""
        return self.state in {self.State.FAILED, self.State.UNCLEAR}
