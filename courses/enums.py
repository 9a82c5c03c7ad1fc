"""Choices of courses that are no states: categories, levels, forms of teaching, duties."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Category(models.TextChoices):
    """The categories of the training template (domain.md, Part 2)."""

    POLICY = "policy", _("Policy, law and standards")
    MANAGEMENT = "management", _("Security management and risk assessment")
    CONTROL = "control", _("Control systems and devices")
    NETWORK = "network", _("Networks and identifier resolution")
    PLATFORM = "platform", _("Platforms and applications")
    DATA = "data", _("Data security")
    CRYPTOGRAPHY = "cryptography", _("Use of cryptography")
    MONITORING = "monitoring", _("Monitoring and incident response")
    EXERCISE = "exercise", _("Attack and defence exercises")
    AWARENESS = "awareness", _("Awareness (open to all)")


class Delivery(models.TextChoices):
    """How a run is held."""

    ONLINE = "online", _("Online")
    ONSITE = "onsite", _("On site")
    BLENDED = "blended", _("Blended")
    BASE = "base", _("Training base")
    ORDERED = "ordered", _("Order-based class")
    COLLEGE = "college", _("Modern industry college")
    INHOUSE = "inhouse", _("In-house training")


class DutyKind(models.TextChoices):
    """What a run needs somebody to answer for."""

    CONTENT = "content", _("Content")
    TEACHING = "teaching", _("Teaching")
    SITE = "site", _("Practical site")
    EXAMINING = "examining", _("Examining")
    ISSUING = "issuing", _("Issuing certificates")


class CompletionWay(models.TextChoices):
    """What completes a unit."""

    READ = "read", _("Read and confirmed")
    SELF_CHECK = "self_check", _("Self-check answered")


class SessionMode(models.TextChoices):
    """How the hours of a session count (certification.Mode)."""

    THEORY = "theory", _("Theory")
    PRACTICE = "practice", _("Practice")


class Presence(models.TextChoices):
    """What an attendance list says of one person."""

    PRESENT = "present", _("Present")
    LATE = "late", _("Late")
    ABSENT = "absent", _("Absent")
    EXCUSED = "excused", _("Excused")


class QuestionKind(models.TextChoices):
    """The nine kinds of question (courses.questions.Kind), by their names for people."""

    SINGLE = "single", _("Single choice")
    MULTIPLE = "multiple", _("Multiple choice")
    TRUEFALSE = "truefalse", _("True or false")
    NUMERIC = "numeric", _("Numeric answer")
    MATCHING = "matching", _("Matching")
    ORDERING = "ordering", _("Ordering")
    SHORT = "short", _("Short text")
    ESSAY = "essay", _("Essay")
    CASE = "case", _("Case with parts")
