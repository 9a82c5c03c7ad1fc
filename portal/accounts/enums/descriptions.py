"""What each role and permission means in plain language, for "who can do what".

A capacity is what a person can be here: a role, a role with the administrator's mark, or one of
the two that are no memberships (learner, system administrator). What a role may do stands in
`roles`; nothing here gives a right.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.accounts.enums.roles import (
    ROLE_PERMISSIONS,
    SECOND_FACTOR_ROLES,
    SYSTEM_PERMISSIONS,
    Permission,
    Role,
)

P = Permission


@dataclass(frozen=True)
class Capacity:
    """One thing a person can be: its name, what it does, what it never does, how one gets it."""

    key: str
    role: str
    label: str | Promise
    does: str | Promise
    never: str | Promise
    given: str | Promise

    @property
    def permissions(self) -> frozenset[Permission]:
        """What its holders may do somewhere; state and object are judged by the apps' rules."""
        if self.key == "system":
            return SYSTEM_PERMISSIONS
        own = ROLE_PERMISSIONS.get(self.role, frozenset())
        return own | {P.ACCOUNTS_ROLES_READ} if self.key == "administrator" else own

    @property
    def needs_second_factor(self) -> bool:
        """Whether its holders sign in with a second factor (setting MFA_REQUIRED)."""
        return self.key == "system" or self.role in SECOND_FACTOR_ROLES


INVITED = _("Invited by an administrator of the organisation, or confirmed on request.")
BY_OFFICE = _("Invited by an administrator of the secretariat.")

CAPACITIES: tuple[Capacity, ...] = (
    Capacity(
        "applicant",
        Role.APPLICANT,
        _("Applicant (editor)"),
        _("Writes the applications of their organisation, hands them in and corrects them."),
        _("Sees nothing of other applicants, of experts or of scores."),
        INVITED,
    ),
    Capacity(
        "administrator",
        "",
        _("Administrator of an organisation"),
        _(
            "Besides their role: confirms who joins the organisation, invites, gives and takes "
            "roles in it, keeps its facts, hands its administration over."
        ),
        _("Gives no role that does not fit the kind of organisation, and none in another one."),
        _("The first person confirmed for a credit code; later by hand-over or confirmation."),
    ),
    Capacity(
        "recommender",
        Role.RECOMMENDER,
        _("Recommender"),
        _("Ranks the applications sent to their authority and sends its list within the quota."),
        _("Recommends no entry of an organisation they belong or lately belonged to."),
        INVITED,
    ),
    Capacity(
        "secretariat",
        Role.SECRETARIAT,
        _("Secretariat"),
        _(
            "Runs the rounds: checks applications, sets up panels, freezes rankings, publishes "
            "notices, answers objections, confirms organisations."
        ),
        _(
            "Gives no score; checks, settles and publishes nothing in which an organisation of "
            "theirs takes part; publishes no ranking that they froze or scored in."
        ),
        BY_OFFICE,
    ),
    Capacity(
        "expert",
        Role.EXPERT,
        _("Review expert"),
        _("Reads the entries they are assigned to, after declaring their ties, and scores them."),
        _("Sees no applicant's people, no other expert and no total; publishes nothing."),
        BY_OFFICE,
    ),
    Capacity(
        "chair",
        Role.CHAIR,
        _("Panel chair"),
        _("Scores like an expert; decides on declared ties, gives a signed sheet back."),
        _("Decides nothing about an entry they are tied to; publishes nothing."),
        BY_OFFICE,
    ),
    Capacity(
        "observer",
        Role.OBSERVER,
        _("Observer"),
        _("Reads every round, application, ranking, run and the record."),
        _("Changes nothing and sees no personal contacts."),
        BY_OFFICE,
    ),
    Capacity(
        "coordinator",
        Role.COORDINATOR,
        _("Course coordinator"),
        _("Keeps the runs their organisation leads: duties, dates, places, participants."),
        _("Takes no place in a run they keep; decides nothing about themselves."),
        INVITED,
    ),
    Capacity(
        "teacher",
        Role.TEACHER,
        _("Teacher"),
        _("Teaches in runs where their organisation accepted content, teaching or the site."),
        _("Does not examine whom they teach."),
        INVITED,
    ),
    Capacity(
        "examiner",
        Role.EXAMINER,
        _("Examiner"),
        _("Sets, opens and marks examinations where their organisation accepted examining."),
        _("Does not examine a run they teach or learn in; issues no certificate after marking."),
        INVITED,
    ),
    Capacity(
        "certifier",
        Role.CERTIFIER,
        _("Certifier"),
        _("Issues, suspends and corrects certificates where their organisation issues them."),
        _("Certifies no run they learn or marked in, and revokes nothing alone."),
        INVITED,
    ),
    Capacity(
        "learner",
        "",
        _("Learner"),
        _("Everybody with an account: asks for places, learns, sits examinations."),
        _("Sees the papers, marks and certificates of nobody else."),
        _("By registering."),
    ),
    Capacity(
        "editor",
        Role.EDITOR,
        _("Editor"),
        _("Writes and publishes the site's public pages in the content management."),
        _("Sees no application, score or settings; names no users."),
        BY_OFFICE,
    ),
    Capacity(
        "programme",
        Role.PROGRAMME,
        _("Programme administrator"),
        _(
            "Sets up who works here: imports organisations and people, confirms and closes "
            "organisations, sees who holds which role."
        ),
        _("Reads no application, checks, scores and publishes nothing."),
        BY_OFFICE,
    ),
    Capacity(
        "system",
        "",
        _("System administrator"),
        _(
            "Keeps the system: its configuration, the whole content management, the import of "
            "organisations and people."
        ),
        _("Reads no application, checks, scores and publishes nothing by this mark."),
        _("By who keeps the server, with the command createsuperuser."),
    ),
)

# The permissions by area, in the order of the page.
PERMISSION_AREAS: tuple[tuple[str | Promise, tuple[Permission, ...]], ...] = (
    (
        _("Accounts and record"),
        (
            P.ACCOUNTS_ORGANISATIONS_MANAGE,
            P.ACCOUNTS_PEOPLE_IMPORT,
            P.ACCOUNTS_ROLES_READ,
            P.RECORD_READ,
        ),
    ),
    (
        _("Applications"),
        (
            P.SHOWCASE_SUBMISSIONS_WRITE,
            P.SHOWCASE_SUBMISSIONS_READ_ALL,
            P.SHOWCASE_RECOMMENDATIONS_WRITE,
            P.SHOWCASE_CHECKS_DECIDE,
            P.SHOWCASE_ROUNDS_MANAGE,
        ),
    ),
    (
        _("Expert review"),
        (
            P.EVALUATION_BALLOTS_CAST,
            P.EVALUATION_CONFLICTS_DECIDE,
            P.EVALUATION_PANELS_MANAGE,
            P.EVALUATION_RANKINGS_READ,
            P.EVALUATION_RANKINGS_WRITE,
            P.EVALUATION_NOTICES_PUBLISH,
        ),
    ),
    (
        _("Training"),
        (
            P.COURSES_READ_ALL,
            P.COURSES_RUNS_MANAGE,
            P.COURSES_LEARNING_TEACH,
            P.COURSES_EXAMS_EXAMINE,
            P.COURSES_CERTIFICATES_ISSUE,
        ),
    ),
    (_("Public pages"), (P.CMS_EDIT,)),
)

PERMISSION_WORDS: dict[Permission, str | Promise] = {
    P.ACCOUNTS_ORGANISATIONS_MANAGE: _("Confirm and deactivate organisations"),
    P.ACCOUNTS_PEOPLE_IMPORT: _("Import organisations and people from a list"),
    P.ACCOUNTS_ROLES_READ: _("See who can do what"),
    P.RECORD_READ: _("Read the record of what was done"),
    P.SHOWCASE_CHECKS_DECIDE: _("Check the form of applications"),
    P.SHOWCASE_RECOMMENDATIONS_WRITE: _("Recommend for their authority"),
    P.SHOWCASE_ROUNDS_MANAGE: _("Set up and run rounds"),
    P.SHOWCASE_SUBMISSIONS_READ_ALL: _("Read all applications that were handed in"),
    P.SHOWCASE_SUBMISSIONS_WRITE: _("Write applications of their organisation"),
    P.EVALUATION_BALLOTS_CAST: _("Score entries they are assigned to"),
    P.EVALUATION_CONFLICTS_DECIDE: _("Decide on declared ties in their panel"),
    P.EVALUATION_PANELS_MANAGE: _("Draw and change panels"),
    P.EVALUATION_RANKINGS_READ: _("Read rankings"),
    P.EVALUATION_RANKINGS_WRITE: _("Freeze rankings, record what panels settled"),
    P.EVALUATION_NOTICES_PUBLISH: _("Publish notices and results, answer objections"),
    P.COURSES_READ_ALL: _("Read all runs"),
    P.COURSES_RUNS_MANAGE: _("Keep runs their organisation leads"),
    P.COURSES_LEARNING_TEACH: _("Teach in runs of their organisation"),
    P.COURSES_EXAMS_EXAMINE: _("Set and mark examinations"),
    P.COURSES_CERTIFICATES_ISSUE: _("Issue and revoke certificates"),
    P.CMS_EDIT: _("Edit and publish public pages"),
}
