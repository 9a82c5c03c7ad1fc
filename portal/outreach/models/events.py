"""Events: briefings, open days, exercises, contests. Enrolment itself is done by the host."""

from datetime import datetime
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.models import PageManager

from portal.core import clock
from portal.core.taxonomies import region_name
from portal.core.templatetags.formatting import moment
from portal.outreach.models.base import ListPage, PublishedPage, PublishedQuerySet
from portal.outreach.models.fields import regions
from portal.outreach.models.tasks import TaskedPage


class EventSection(ListPage):
    """The list of events: what comes first, what is over folded below."""

    max_count = 1
    subpage_types: ClassVar[list[str]] = ["outreach.EventPage"]
    preview_modes: ClassVar[list[tuple[str, str]]] = []

    class Meta:
        verbose_name = _("section of events")


class EventQuerySet(PublishedQuerySet):
    """Events by when they are."""

    def to_come(self, at: datetime) -> "EventQuerySet":
        """Events that are not over, the nearest first."""
        return self.filter(ends_at__gt=at).order_by("starts_at", "pk")

    def past(self, at: datetime) -> "EventQuerySet":
        """Events that are over, the latest first."""
        return self.filter(ends_at__lte=at).order_by("-starts_at", "-pk")


class EventPage(TaskedPage, PublishedPage):
    """An event with its place, time and last moment of enrolment (none = no enrolment)."""

    class Kind(models.TextChoices):
        BRIEFING = "briefing", _("Briefing")
        LECTURE = "lecture", _("Open lecture")
        OPEN_DAY = "open_day", _("Open day")
        EXERCISE = "exercise", _("Exercise")
        MATCHMAKING = "matchmaking", _("Matchmaking")
        CONTEST = "contest", _("Contest")
        WORKSHOP = "workshop", _("Workshop")

    class Mode(models.TextChoices):
        ONLINE = "online", _("Online")
        ON_SITE = "on_site", _("On site")
        HYBRID = "hybrid", _("Online and on site")

    class State(models.TextChoices):
        UPCOMING = "upcoming", _("Upcoming")
        ENROLLING = "enrolling", _("Open for enrolment")
        RUNNING = "running", _("Under way")
        OVER = "over", _("Over")

    kind = models.CharField(_("kind"), max_length=11, choices=Kind.choices)
    starts_at = models.DateTimeField(_("begins"), db_index=True)
    ends_at = models.DateTimeField(_("ends"), db_index=True)
    enrol_by = models.DateTimeField(
        _("enrolment until"), null=True, blank=True, help_text=_("Empty: nobody has to enrol.")
    )
    mode = models.CharField(_("form"), max_length=7, choices=Mode.choices, default=Mode.ON_SITE)
    region = models.CharField(_("region"), max_length=6, choices=regions, blank=True)
    venue = models.CharField(_("venue"), max_length=200, blank=True)
    host = models.CharField(_("host"), max_length=100)
    partners = models.CharField(_("partners"), max_length=300, blank=True)
    audience = models.CharField(_("for whom"), max_length=200, blank=True)
    audience_en = models.CharField(_("for whom, in English"), max_length=300, blank=True)
    capacity = models.PositiveIntegerField(
        _("places"), null=True, blank=True, help_text=_("Empty: no limit.")
    )

    objects = PageManager.from_queryset(EventQuerySet)()  # type: ignore[misc]

    search_kind = "event"
    search_date_field = "starts_at"
    search_facet_fields: ClassVar[dict[str, str]] = {"region": "region", "task": "tasks"}
    parent_page_types: ClassVar[list[str]] = ["outreach.EventSection"]
    content_panels = [
        *PublishedPage.title_panels,
        FieldPanel("kind"),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at")]),
                FieldPanel("enrol_by"),
            ],
            heading=_("When (UTC+8)"),
        ),
        MultiFieldPanel(
            [FieldPanel("mode"), FieldPanel("region"), FieldPanel("venue")], heading=_("Where")
        ),
        MultiFieldPanel(
            [
                FieldPanel("host"),
                FieldPanel("partners"),
                FieldPanel("audience"),
                FieldPanel("audience_en"),
                FieldPanel("capacity"),
            ],
            heading=_("Who"),
        ),
        FieldPanel("tasks"),
        PublishedPage.source_panel,
        *PublishedPage.text_panels,
    ]

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("Events")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=models.F("starts_at")), name="event_ends_after_it_begins"
            )
        ]

    def clean(self) -> None:
        """Say in words which time is wrong."""
        super().clean()
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            raise ValidationError({"ends_at": _("The event must end after it begins.")})
        if self.starts_at and self.enrol_by and self.enrol_by > self.starts_at:
            raise ValidationError({"enrol_by": _("Enrolment must end before the event begins.")})

    @property
    def state(self) -> "EventPage.State":
        """Where the event stands now."""
        now = clock.now()
        if now >= self.ends_at:
            return self.State.OVER
        if now >= self.starts_at:
            return self.State.RUNNING
        if self.enrol_by and now < self.enrol_by:
            return self.State.ENROLLING
        return self.State.UPCOMING

    @property
    def place(self) -> str:
        """Region and form in words."""
        return place_of(self.mode, self.region)

    @property
    def when(self) -> str:
        """Begin and end; the day is said once if it is one."""
        begins, ends = timezone.localtime(self.starts_at), timezone.localtime(self.ends_at)
        same = begins.date() == ends.date()
        return f"{moment(self.starts_at)}–{f'{ends:%H:%M}' if same else moment(self.ends_at)}"

    @property
    def tone(self) -> str:
        return {"over": "mute", "upcoming": "todo"}.get(self.state, "")

    def labels(self) -> list[str]:
        return [str(self.Kind(self.kind).label)]

    def facts(self) -> list[tuple[str, Any]]:
        """Return when, where and for whom, for the event's page."""
        enrolment = moment(self.enrol_by) if self.enrol_by else gettext("Nobody has to enrol")
        rows = [
            (gettext("Time"), self.when),
            (gettext("Enrol by"), enrolment),
            (gettext("Region and form"), self.place),
            (gettext("Venue"), self.venue),
            (gettext("Host"), self.host),
            (gettext("Partners"), self.partners),
            (gettext("For whom"), self.in_language("audience")),
            (gettext("Seats"), self.capacity or gettext("no limit")),
        ]
        return [row for row in rows if row[1]]

    def meta(self) -> tuple[str, ...]:
        return (str(self.Kind(self.kind).label), self.when, self.place)

    def search_note(self) -> str:
        return " · ".join([str(self.Kind(self.kind).label), self.when, self.place])

    def more_text(self) -> list[str]:
        """Return place and people."""
        place = [region_name(self.region)] if self.region else []
        people = [self.host, self.partners, self.audience, self.audience_en]
        return [self.venue, *place, *people, str(self.Kind(self.kind).label)]


def place_of(mode: str, region: str) -> str:
    """Return where an event is, in words: the region, if it has one, and the form."""
    form = str(EventPage.Mode(mode).label)
    return f"{region_name(region)} · {form}" if region else form
