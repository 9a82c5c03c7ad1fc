"""Public pages that are not cases or courses, one topic a module, and the programme's goals."""

from portal.outreach.models.events import EventPage, EventSection
from portal.outreach.models.faq import FaqEntryPage, FaqPage
from portal.outreach.models.goals import Goal, GoalsPage, GoalValue
from portal.outreach.models.guides import GuidePage, GuideSection
from portal.outreach.models.home import HomePage
from portal.outreach.models.news import NewsPage
from portal.outreach.models.policies import PolicyReadingPage, PolicySection
from portal.outreach.models.resources import ResourcePage, ResourceSection
from portal.outreach.models.sections import SectionPage
from portal.outreach.models.standards import StandardPage, StandardSection

__all__ = [
    "EventPage",
    "EventSection",
    "FaqEntryPage",
    "FaqPage",
    "Goal",
    "GoalValue",
    "GoalsPage",
    "GuidePage",
    "GuideSection",
    "HomePage",
    "NewsPage",
    "PolicyReadingPage",
    "PolicySection",
    "ResourcePage",
    "ResourceSection",
    "SectionPage",
    "StandardPage",
    "StandardSection",
]
