"""What has happened to a certificate, in order, from the record."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from courses.models import Certificate
from portal.core.models import AuditEvent
from portal.core.templatetags.formatting import moment

WORDS = {
    "certificate.issued": (_("Issued"), ""),
    "certificate.suspended": (_("Suspended"), "warn"),
    "certificate.lifted": (_("Suspension lifted"), ""),
    "certificate.revocation_asked": (_("Revocation asked for"), "warn"),
    "certificate.revocation_declined": (_("Revocation declined"), ""),
    "certificate.revoked": (_("Revoked"), "bad"),
    "certificate.superseded": (_("Replaced by a corrected certificate"), "mute"),
}


def timeline_of(certificate: Certificate) -> list[dict[str, Any]]:
    """Return a certificate's events, newest first, with who did what and the reason given."""
    events = AuditEvent.objects.filter(
        object_type="courses.certificate", object_key=certificate.public_id
    )
    shown = []
    for event in events.select_related("actor").order_by("-seq"):
        text, tone = WORDS.get(event.action, (event.action, ""))
        shown.append(
            {
                "when": moment(event.at),
                "who": str(event.actor) if event.actor else "",
                "text": text,
                "tone": tone,
                "done": True,
                "note": event.facts.get("reason") or event.facts.get("number", ""),
            }
        )
    return shown
