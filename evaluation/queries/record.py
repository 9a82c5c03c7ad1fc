"""What the record tells of panels, rankings and notices: to the office and who watches it.

Experts are never named here, and scores are never told: the record of a ballot says neither. What
an applicant reads of the review is its outcome (showcase.queries.record).
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.core.audit.timeline import INSIDE, Line, Telling, history, tells
from showcase.models import Round
from showcase.queries.record import NAMED, OFFICE, reader_in_office

EXPERT = _("Expert")
PANEL_TELLS = {
    "evaluation.draw": {
        "draw.proposed": Telling(_("Panels drawn"), OFFICE, INSIDE, INSIDE),
        "draw.published": Telling(_("Panels published"), OFFICE, INSIDE, INSIDE),
        "draw.discarded": Telling(_("Draw discarded"), OFFICE, INSIDE, INSIDE, tone="mute"),
    },
    "evaluation.assignment": {
        "assignment.recused": Telling(_("An expert stepped back"), EXPERT, INSIDE, tone="warn"),
        "assignment.removed": Telling(_("A seat was given up"), OFFICE, INSIDE, tone="mute"),
    },
    "evaluation.ballot": {
        "ballot.reopened": Telling(_("A signed sheet was given back"), EXPERT, INSIDE, tone="warn"),
    },
    "showcase.round": {
        "round.criteria_set": Telling(_("Criteria set"), OFFICE, INSIDE, INSIDE),
        "conflicts.detected": Telling(_("Conflicts of interest looked for"), OFFICE, INSIDE, NAMED),
        "panel.chair_set": Telling(_("Chair of a panel set"), OFFICE, INSIDE, NAMED),
        "panel.reminded": Telling(_("Experts reminded"), OFFICE, INSIDE, NAMED),
    },
    "showcase.submission": {
        "conflict.decided": Telling(_("A conflict of interest was decided"), readers=INSIDE),
    },
}
RESULT_TELLS = {
    "evaluation.ranking": {
        "ranking.frozen": Telling(_("Ranking frozen"), OFFICE, INSIDE, INSIDE, "number"),
        "ranking.superseded": Telling(_("Ranking superseded"), OFFICE, INSIDE, INSIDE, tone="mute"),
        "ranking.published": Telling(_("Ranking published"), OFFICE, INSIDE, INSIDE),
    },
    "evaluation.publicnotice": {
        "notice.published": Telling(_("Entries put on public notice"), OFFICE, INSIDE, INSIDE),
        "notice.closed": Telling(_("Public notice closed"), OFFICE, INSIDE, INSIDE),
        "notice.announced": Telling(_("Entries listed"), OFFICE, INSIDE, INSIDE),
    },
}
for object_type, tellings in PANEL_TELLS.items():
    tells("panel", object_type, tellings)
for object_type, tellings in RESULT_TELLS.items():
    tells("round", object_type, tellings)
tells(
    "submission",
    "showcase.submission",
    {
        "talk.spread": Telling(_("The panel talked over its scores"), OFFICE, INSIDE, NAMED),
        "talk.vote": Telling(_("The panel voted among tied entries"), OFFICE, INSIDE, NAMED),
        "talk.veto": Telling(_("The panel decided on a veto ground"), OFFICE, INSIDE, NAMED),
    },
)


def panel_history(user: Any, round: Round) -> list[Line]:
    """Return what happened to the panels of a round, as this person may read it; one query."""
    return history("panel", reader_in_office(user), chain=round.audit_chain)
