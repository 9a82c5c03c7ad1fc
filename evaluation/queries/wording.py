"""Sentences about panels: what a broken rule means, in the reader's language."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from evaluation.models import Expert
from portal.core.taxonomies import region_name


def violation_words(found: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """Return one sentence for one broken rule; `names` maps public ids to titles and names."""
    kinds = dict(Expert.Kind.choices)
    subject = found["subject"]
    values = {
        "entry": names.get(found["entry"], found["entry"]),
        "expert": names.get(found["expert"], found["expert"]),
        "kind": kinds.get(subject, subject),
        "region": region_name(subject),
        "count": found["count"],
    }
    patterns = {
        "unknown": _("%(entry)s: the expert or the entry is not part of this draw."),
        "doubled": _("%(expert)s sits twice on “%(entry)s”."),
        "conflict": _("%(expert)s has a tie to “%(entry)s”."),
        "employer": _("%(expert)s works for an organisation of “%(entry)s”."),
        "size": _("“%(entry)s” has %(count)s experts, not the full panel."),
        "kind_min": _("“%(entry)s” has no expert from %(kind)s."),
        "kind_max": _("“%(entry)s” has %(count)s experts from %(kind)s; three at most."),
        "organisation_max": _("“%(entry)s” has %(count)s experts of one employer."),
        "region_max": _("“%(entry)s” has %(count)s experts from %(region)s, the applicant’s own."),
        "load_max": _("%(expert)s would read %(count)s entries, more than the limit."),
        "load_min": _("%(expert)s would read only %(count)s entries."),
    }
    return patterns[found["code"]] % values
