"""What a site must have before it records: refused at start, with the remedy."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured

from portal.core.audit import keys
from portal.core.audit.archives import LEAST_MONTHS

TAG = "record"


@register(TAG)
def check_retention(app_configs: Any, **options: Any) -> list[CheckMessage]:
    """Rule: the record is kept for six months at least."""
    months = settings.AUDIT_RETENTION_MONTHS
    if months >= LEAST_MONTHS:
        return []
    return [
        Error(
            f"AUDIT_RETENTION_MONTHS is {months}: the record is kept for {LEAST_MONTHS} months "
            "at least.",
            hint="Name a number from 6 on, or leave it out: 12.",
            id="record.E001",
        )
    ]


@register(TAG)
def check_key(app_configs: Any, **options: Any) -> list[CheckMessage]:
    """Rule: no production site works without the key that seals its record."""
    if settings.AUDIT_KEY_MADE_WHEN_MISSING:
        return []
    try:
        keys.ring()
    except ImproperlyConfigured as problem:
        return [Error(str(problem), id="record.E002")]
    return []
