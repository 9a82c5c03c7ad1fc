"""Roles and permissions, and what each role may do. What they are called is in `descriptions`."""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person is in one organisation."""

    APPLICANT = "applicant", _("Applicant")
    RECOMMENDER = "recommender", _("Recommending authority")
    SECRETARIAT = "secretariat", _("Secretariat")
    EXPERT = "expert", _("Review expert")
    CHAIR = "chair", _("Panel chair")
    OBSERVER = "observer", _("Observer")
    EDITOR = "editor", _("Editor")
    COORDINATOR = "coordinator", _("Course coordinator")
    TEACHER = "teacher", _("Teacher")
    EXAMINER = "examiner", _("Examiner")
    CERTIFIER = "certifier", _("Certifier")
    PROGRAMME = "programme", _("Programme administrator")


class AdmissionState(models.TextChoices):
    WAITING = "waiting", _("Waiting for confirmation")
    CONFIRMED = "confirmed", _("Confirmed")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn by the sender")


class ClosureState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    CANCELLED = "cancelled", _("Taken back")
    DONE = "done", _("Closed")


class Permission(StrEnum):
    """A thing somebody may do somewhere; state and object are judged by the app's rules."""

    ACCOUNTS_ORGANISATIONS_MANAGE = "accounts:organisations:manage"
    ACCOUNTS_PEOPLE_IMPORT = "accounts:people:import"
    ACCOUNTS_ROLES_READ = "accounts:roles:read"
    RECORD_READ = "record:read"
    SHOWCASE_CHECKS_DECIDE = "showcase:checks:decide"
    SHOWCASE_RECOMMENDATIONS_WRITE = "showcase:recommendations:write"
    SHOWCASE_ROUNDS_MANAGE = "showcase:rounds:manage"
    SHOWCASE_SUBMISSIONS_READ_ALL = "showcase:submissions:read-all"
    SHOWCASE_SUBMISSIONS_WRITE = "showcase:submissions:write"
    EVALUATION_BALLOTS_CAST = "evaluation:ballots:cast"
    EVALUATION_CONFLICTS_DECIDE = "evaluation:conflicts:decide"
    EVALUATION_PANELS_MANAGE = "evaluation:panels:manage"
    EVALUATION_RANKINGS_READ = "evaluation:rankings:read"
    EVALUATION_RANKINGS_WRITE = "evaluation:rankings:write"
    EVALUATION_NOTICES_PUBLISH = "evaluation:notices:publish"
    COURSES_READ_ALL = "courses:read-all"
    COURSES_RUNS_MANAGE = "courses:runs:manage"
    COURSES_LEARNING_TEACH = "courses:learning:teach"
    COURSES_EXAMS_EXAMINE = "courses:exams:examine"
    COURSES_CERTIFICATES_ISSUE = "courses:certificates:issue"
    CMS_EDIT = "cms:edit"


# Who works for the runs of their organisation; learners hold no role.
TRAINING_ROLES = (Role.COORDINATOR, Role.TEACHER, Role.EXAMINER, Role.CERTIFIER)

# Who sign in with a second factor where settings.MFA_REQUIRED says so: they judge, or see all.
SECOND_FACTOR_ROLES = frozenset(
    {
        Role.SECRETARIAT,
        Role.CHAIR,
        Role.EXPERT,
        Role.OBSERVER,
        Role.EDITOR,
        Role.CERTIFIER,
        Role.PROGRAMME,
    }
)


ROLE_PERMISSIONS: dict[str, frozenset[Permission]] = {
    Role.APPLICANT: frozenset({Permission.SHOWCASE_SUBMISSIONS_WRITE}),
    Role.RECOMMENDER: frozenset({Permission.SHOWCASE_RECOMMENDATIONS_WRITE}),
    Role.SECRETARIAT: frozenset(
        {
            Permission.ACCOUNTS_ORGANISATIONS_MANAGE,
            Permission.ACCOUNTS_ROLES_READ,
            Permission.RECORD_READ,
            Permission.SHOWCASE_CHECKS_DECIDE,
            Permission.SHOWCASE_ROUNDS_MANAGE,
            Permission.SHOWCASE_SUBMISSIONS_READ_ALL,
            Permission.EVALUATION_PANELS_MANAGE,
            Permission.EVALUATION_RANKINGS_READ,
            Permission.EVALUATION_RANKINGS_WRITE,
            Permission.EVALUATION_NOTICES_PUBLISH,
            Permission.COURSES_READ_ALL,
        }
    ),
    Role.EXPERT: frozenset({Permission.EVALUATION_BALLOTS_CAST}),
    Role.CHAIR: frozenset(
        {Permission.EVALUATION_BALLOTS_CAST, Permission.EVALUATION_CONFLICTS_DECIDE}
    ),
    Role.OBSERVER: frozenset(
        {
            Permission.ACCOUNTS_ROLES_READ,
            Permission.RECORD_READ,
            Permission.SHOWCASE_SUBMISSIONS_READ_ALL,
            Permission.EVALUATION_RANKINGS_READ,
            Permission.COURSES_READ_ALL,
        }
    ),
    Role.EDITOR: frozenset({Permission.CMS_EDIT}),
    Role.COORDINATOR: frozenset({Permission.COURSES_RUNS_MANAGE}),
    Role.TEACHER: frozenset({Permission.COURSES_LEARNING_TEACH}),
    Role.EXAMINER: frozenset({Permission.COURSES_EXAMS_EXAMINE}),
    Role.CERTIFIER: frozenset({Permission.COURSES_CERTIFICATES_ISSUE}),
    Role.PROGRAMME: frozenset(
        {
            Permission.ACCOUNTS_ORGANISATIONS_MANAGE,
            Permission.ACCOUNTS_PEOPLE_IMPORT,
            Permission.ACCOUNTS_ROLES_READ,
        }
    ),
}

# The mark `is_superuser` of who keeps the system (createsuperuser). It opens the content
# management; of the workspaces only these, so that keeping the machine judges nothing.
SYSTEM_PERMISSIONS = frozenset(
    {
        Permission.ACCOUNTS_ORGANISATIONS_MANAGE,
        Permission.ACCOUNTS_PEOPLE_IMPORT,
        Permission.ACCOUNTS_ROLES_READ,
        Permission.CMS_EDIT,
    }
)

# How long a former membership still ties somebody to an organisation's entries: years.
FORMER_TIES_YEARS = 3
