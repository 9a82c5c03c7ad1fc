"""The record's tables. Only `portal.core.audit` writes them; nothing updates an event."""

from typing import Any, NoReturn

from django.conf import settings
from django.db import models


class AuditChain(models.Model):
    """One hash chain and its present head, sealed by a key that the database does not hold.

    The rows up to `base` lie in sealed archives; the first row here follows `base_hash`.
    """

    name = models.CharField(max_length=80, primary_key=True)
    length = models.PositiveIntegerField(default=0)
    head = models.CharField(max_length=64)
    base = models.PositiveIntegerField(default=0)
    base_hash = models.CharField(max_length=64, blank=True)
    seal = models.CharField(max_length=80, blank=True)

    def __str__(self) -> str:
        return self.name

    @property
    def audit_chain(self) -> str:
        return self.name


class AuditEvent(models.Model):
    """One line of the record: who did what to which object, when, from where, before and after.

    `behind` is the true person where an administrator acted as `actor`. `version` says how `hash`
    was made; rows of version 1 are older than seals.
    """

    version = models.PositiveSmallIntegerField(default=1)
    chain = models.ForeignKey(AuditChain, on_delete=models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField()
    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    actor_label = models.CharField(max_length=200)
    behind = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    behind_label = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=64, blank=True)
    action = models.CharField(max_length=80, db_index=True)
    object_type = models.CharField(max_length=80)
    object_key = models.CharField(max_length=64)
    object_label = models.CharField(max_length=200)
    before = models.JSONField()
    after = models.JSONField()
    facts = models.JSONField()
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    seal = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["chain", "seq"], name="audit_chain_seq")]
        indexes = [models.Index(fields=["object_type", "object_key"], name="audit_object")]

    def __str__(self) -> str:
        return f"{self.chain_id} #{self.seq} {self.action}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert only: a written event is never changed."""
        if self.pk:
            raise TypeError("an audit event is never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse: the record only grows."""
        raise TypeError("an audit event is never deleted")
