"""A case from its programme and round to its public page."""

from showcase.models.applications import (
    Attachment,
    Partner,
    Revision,
    Submission,
    SubmissionQuerySet,
)
from showcase.models.checks import CheckItem, FormalCheck
from showcase.models.pages import BestPracticePage, ShowcasePage, SolutionPage
from showcase.models.programme import (
    Direction,
    FormVersion,
    Programme,
    Quota,
    Round,
    RoundQuerySet,
    Stage,
)
from showcase.models.recommendations import Recommendation
from showcase.models.results import Demonstration

__all__ = [
    "Attachment",
    "BestPracticePage",
    "CheckItem",
    "Demonstration",
    "Direction",
    "FormVersion",
    "FormalCheck",
    "Partner",
    "Programme",
    "Quota",
    "Recommendation",
    "Revision",
    "Round",
    "RoundQuerySet",
    "ShowcasePage",
    "SolutionPage",
    "Stage",
    "Submission",
    "SubmissionQuerySet",
]
