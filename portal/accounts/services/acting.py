"""Acting as another person: begun with a reason, over after half an hour, told and recorded.

The session stays the administrator's own: their password, their rights and their sign-out count.
Only `request.user` is exchanged (portal.middleware.OriginMiddleware).
"""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Acting, User
from portal.accounts.rules.acting import (
    MINUTES,
    check_can_act_as,
    check_reason,
    check_still_acting,
)
from portal.accounts.services.sessions import WORKS_FOR, renew_key
from portal.core import audit, clock
from portal.core.denials import Denied
from portal.core.notifications import notify
from portal.core.templatetags.formatting import moment

KEY = "acting"
BEGAN = _("A system administrator acts for you")
BEGAN_BODY = _(
    "%(by)s acts in your name until %(until)s (Beijing time) at the latest. Reason: %(reason)s. "
    "Drafts and files can be changed meanwhile; nothing can be signed, sent, scored or published. "
    "If you have not asked for this, tell the secretariat."
)


@transaction.atomic
def begin_acting(request: HttpRequest, *, person: User, reason: str) -> Acting:
    """Let the signed-in administrator act as a person.

    In order: rule, the spell, the session with a new key, audit event, notice to the person.
    Raises Denied.
    """
    by: Any = request.user
    check_can_act_as(by, person)
    now = clock.now()
    spell = Acting.objects.create(
        by=by,
        person=person,
        reason=check_reason(reason),
        began_at=now,
        ends_at=now + timedelta(minutes=MINUTES),
    )
    request.session.pop(WORKS_FOR, None)
    request.session[KEY] = spell.public_id
    renew_key(request)
    facts = {"reason": spell.reason, "until": spell.ends_at, "person": person.audit_label}
    audit.record(action="acting.began", obj=spell, by=by, facts=facts)
    notify(
        [person],
        kind="acting.began",
        subject=BEGAN,
        body=BEGAN_BODY,
        context={"by": by, "until": moment(spell.ends_at), "reason": spell.reason},
    )
    return spell


@transaction.atomic
def end_acting(request: HttpRequest, spell: Acting) -> None:
    """Give the administrator back: the spell's end, the session with a new key, audit event."""
    row = Acting.objects.select_for_update().get(pk=spell.pk)
    if row.ended_at is None:
        row.ended_at = min(clock.now(), row.ends_at)
        row.save(update_fields=["ended_at"])
        audit.record(action="acting.ended", obj=row, by=spell.by)
    request.user = spell.by
    for name in (KEY, WORKS_FOR):
        request.session.pop(name, None)
    renew_key(request)


def present_spell(request: HttpRequest) -> Acting | None:
    """Return the spell of this session, or None; one query, and none for who does not act.

    One that is over, or whose right was lost, is ended here; Denied says why.
    """
    public_id = request.session.get(KEY)
    if public_id is None:
        return None
    spells = Acting.objects.select_related("by", "person")
    spell = spells.filter(public_id=public_id, by=request.user.pk).first()
    if spell is None:
        request.session.pop(KEY)
        return None
    try:
        check_still_acting(spell)
    except Denied:
        end_acting(request, spell)
        raise
    return spell


@transaction.atomic
def note_deed(spell: Acting, *, page: str, path: str) -> None:
    """Record that something was sent while acting; what it changed has events of its own."""
    audit.record(
        action="acting.deed", obj=spell, by=spell.person, facts={"page": page, "path": path[:200]}
    )
