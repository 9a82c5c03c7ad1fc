"""How a draft's data is merged, kept and copied out; used by `applying` under its lock.

Not a service of its own: no rule is checked and nothing is recorded here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.accounts.models import Organisation
from portal.core import clock
from showcase.form_schema import Fault, is_empty
from showcase.models import Partner, Revision, Submission
from showcase.queries.recommendations import authority_naming
from showcase.queries.submissions import authority_for


@dataclass(frozen=True)
class Saved:
    """What a save came to: the submission at its new revision, and the section's faults."""

    submission: Submission
    faults: list[Fault]
    # Of answers that were not kept, because they must not be.
    refused: list[Fault] = field(default_factory=list)

    @property
    def refused_keys(self) -> set[str]:
        """The keys of the answers that were not kept."""
        return {fault.key.partition("#")[0] for fault in self.refused}

    @property
    def revision(self) -> int:
        return self.submission.revision

    @property
    def wrong(self) -> list[Fault]:
        """Faults of what was written, without what is still missing."""
        kept = [fault for fault in self.faults if fault.code not in {"required", "pledge"}]
        return [*self.refused, *kept]


class Conflict(Exception):
    """Two people wrote the same answer differently; nothing was saved.

    `mine` and `theirs` map the field keys in question to both values; `revision` is theirs.
    """

    def __init__(self, mine: dict[str, Any], theirs: dict[str, Any], revision: int) -> None:
        super().__init__("conflict")
        self.mine, self.theirs, self.revision = mine, theirs, revision


def same(one: Any, other: Any) -> bool:
    """Say whether two answers are the same; nothing given equals any other nothing."""
    return one == other or (is_empty(one) and is_empty(other))


def merge_into(submission: Submission, mine: Mapping[str, Any], *, base: int) -> bool:
    """Put my answers into the data; return whether anything changed. Raises Conflict.

    Rule: an answer counts as mine only if it differs from the revision I began from; what
    others changed since stays unless I changed the same answer to something else.
    """
    old = base_data(submission, base)
    changed = {key: value for key, value in mine.items() if not same(value, old.get(key))}
    clash = {
        key: value
        for key, value in changed.items()
        if not same(submission.data.get(key), old.get(key))
        and not same(submission.data.get(key), value)
    }
    if clash:
        theirs = {key: submission.data.get(key) for key in clash}
        raise Conflict(clash, theirs, submission.revision)
    fresh = {k: v for k, v in changed.items() if not same(v, submission.data.get(k))}
    submission.data = submission.data | fresh
    return bool(fresh)


def base_data(submission: Submission, base: int) -> dict[str, Any]:
    """Return the data of the revision a writer began from; an unknown one counts as empty."""
    if base == submission.revision:
        return submission.data
    kept = Revision.objects.filter(submission=submission, number=base).first()
    return kept.data if kept else {}


def keep_revision(submission: Submission, *, by: Any, section: str = "") -> None:
    """Save the data and keep it as the next revision."""
    submission.revision += 1
    submission.saved_at = clock.now()
    submission.save()
    Revision.objects.create(
        submission=submission,
        number=submission.revision,
        section=section,
        data=submission.data,
        saved_by=by,
        saved_at=submission.saved_at,
    )


def mirror(submission: Submission) -> None:
    """Copy title, direction, region, authority and partners out of the data."""
    data = submission.data
    submission.title = str(data.get("pj.title") or "")[:40]
    directions = {one.code: one for one in submission.round.directions.all()}
    submission.direction = directions.get(data.get("pj.direction", ""))
    submission.region = str(data.get("org.region") or "")[:6]
    submission.authority = authority_naming(submission) or authority_for(submission.region)
    submission.save(update_fields=["title", "direction", "region", "authority"])
    mirror_partners(submission)


def mirror_partners(submission: Submission) -> None:
    """Make the partner rows those of the data that carry a code, matched by that code."""
    rows = {
        row["uscc"][:18]: (order, row)
        for order, row in enumerate(submission.data.get("partners") or [])
        if row.get("uscc")
    }
    submission.partners.exclude(uscc__in=rows).delete()
    known = {one.uscc: one for one in Organisation.objects.filter(uscc__in=rows)}
    for code, (order, row) in rows.items():
        facts = {
            "name": row.get("name", "")[:100],
            "role": row.get("role", "")[:300],
            "organisation": known.get(code),
            "order": order,
        }
        Partner.objects.update_or_create(submission=submission, uscc=code, defaults=facts)
