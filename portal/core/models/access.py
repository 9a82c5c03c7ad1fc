"""Who came in, who did not, and who was refused what. Only `portal.core.audit.access` writes it."""

from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class AccessKind(models.TextChoices):
    """What happened at the door."""

    IN = "in", _("signed in")
    FAILED = "failed", _("sign-in failed")
    LIMITED = "limited", _("too many tries: told to wait")
    OUT = "out", _("signed out")
    EXPIRED = "expired", _("signed out by time")
    ELSEWHERE = "elsewhere", _("signed out everywhere else")
    PASSWORD = "password", _("password changed")
    RESET = "reset", _("password set anew")
    FACTOR_ADDED = "factor_added", _("second factor added")
    FACTOR_REMOVED = "factor_removed", _("second factor removed")
    CODES_MADE = "codes_made", _("recovery codes made")
    CODE_USED = "code_used", _("recovery code used")
    HOUSE_ADDED = "house_added", _("account of another house connected")
    HOUSE_REMOVED = "house_removed", _("account of another house disconnected")
    ADDRESS = "address", _("e-mail address changed")
    REFUSED = "refused", _("refused by a rule")
    HIDDEN = "hidden", _("asked for what is not there or not theirs")


class AccessEventQuerySet(models.QuerySet["AccessEvent"]):
    """Rows of the record of access."""

    def visible_to(self, user: Any) -> "AccessEventQuerySet":
        """Rule: sign-ins and refusals are seen by system administrators; everybody sees their own.

        Whoever acts in a person's name sees nothing of that person's: those pages are closed then.
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self if user.is_superuser else self.filter(person=user)


class AccessEvent(models.Model):
    """One line of the record of access; added, never changed.

    `person` is an account that exists; a name that was typed and is none is kept nowhere (people
    type passwords into that field). `how` are the ways of signing in, joined by "+"; `place` is
    the name of a page with the public ids in its address; `reason` the stable code of a refusal.
    `number` is 1, or says that so many of its kind had come within the hour by then.
    """

    at = models.DateTimeField(db_index=True)
    kind = models.CharField(max_length=20, choices=AccessKind.choices)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    behind = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    how = models.CharField(max_length=60, blank=True)
    address = models.CharField(max_length=64, blank=True)
    place = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=80, blank=True)
    number = models.PositiveIntegerField(default=1)

    objects = AccessEventQuerySet.as_manager()

    class Meta:
        ordering = ("-at", "-pk")
        indexes = [
            models.Index(fields=["kind", "-at"], name="access_kind"),
            models.Index(fields=["person", "-at"], name="access_person"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert only."""
        if self.pk:
            raise TypeError("a row of the record of access is never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse: old rows go all together, by `manage.py drop_access`."""
        raise TypeError("a row of the record of access is never deleted")
