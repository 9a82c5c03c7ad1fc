"""Whose telephone number and address in an application a reader sees."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from portal.accounts.rules.personal import contact_for, only_observes
from showcase import form_schema
from showcase.models import Submission

CONTACT_TYPES = {"mobile", "email"}
# Whom to ring up, at the applicant's and at the recommending authority.
CONTACT_PREFIXES = ("ct.", "rc.")


def answers_as_seen(reader: Any, submission: Submission, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return an application's data with its contacts as `reader` may see them.

    Rule: telephone numbers and addresses in an application are whole for the applicant's own
    people, its authority and the secretariat; partners see them masked; observers see nobody's.
    """
    callers = [pk for pk in (submission.applicant_id, submission.authority_id) if pk]
    seen = dict(data)
    for one in contact_fields(submission.round.form.schema):
        key = one["key"]
        if form_schema.is_empty(seen.get(key)):
            continue
        if only_observes(reader):
            seen[key] = _("Not shown to observers")
        elif one["type"] in CONTACT_TYPES:
            seen[key] = contact_for(reader, str(seen[key]), *callers)
    return seen


def contact_fields(schema: form_schema.Schema) -> list[form_schema.Field]:
    """Return the form's fields that say how, or as whom, somebody is reached."""
    return [
        one
        for part in form_schema.sections(schema)
        for one in part["fields"]
        if one["type"] in CONTACT_TYPES or one["key"].startswith(CONTACT_PREFIXES)
    ]
