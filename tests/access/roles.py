"""The roles of the sweep, and the sets of them that the table speaks of."""

ROLES = (
    "anonymous",
    "applicant",
    "other applicant",
    "partner",
    "recommender",
    "other recommender",
    "secretariat",
    "expert",
    "undeclared expert",
    "other expert",
    "tied expert",
    "chair",
    "observer",
    "editor",
    "person",
    "coordinator",
    "other coordinator",
    "teacher",
    "examiner",
    "certifier",
    "learner",
    "other learner",
    "programme administrator",
    "system administrator",
)
NOBODY: frozenset[str] = frozenset()
EVERYBODY = frozenset(ROLES)
SIGNED_IN = EVERYBODY - {"anonymous"}
APPLICANT = frozenset({"applicant"})
LEAD_AND_PARTNER = frozenset({"applicant", "partner"})
RECOMMENDER = frozenset({"recommender"})
OFFICE = frozenset({"secretariat"})
# Who sets up people and organisations; of the rounds' matters only the secretariat is one of them.
SETTING_UP = frozenset({"programme administrator", "system administrator"})
SYSTEM = frozenset({"system administrator"})
MANAGERS = OFFICE | SETTING_UP
WATCHING = frozenset({"secretariat", "observer"})
READERS = LEAD_AND_PARTNER | RECOMMENDER | WATCHING
COORDINATOR = frozenset({"coordinator"})
TEACHER = frozenset({"teacher"})
EXAMINER = frozenset({"examiner"})
CERTIFIER = frozenset({"certifier"})
LEARNER = frozenset({"learner"})
# Who works for the own run, and who works for any run at all.
STAFF = COORDINATOR | TEACHER | EXAMINER | CERTIFIER
TRAINING = STAFF | {"other coordinator"}
EXPERTS = frozenset({"expert", "undeclared expert", "other expert", "tied expert", "chair"})
SEE_ALL_CASES = WATCHING | MANAGERS
# Who stands to the far case as a role stands to the own one; the others see both or none.
MIRROR = {
    "applicant": "other applicant",
    "recommender": "other recommender",
    "expert": "other expert",
    "coordinator": "other coordinator",
    "learner": "other learner",
}


def of_far_case(roles: frozenset[str]) -> frozenset[str]:
    """Return who may do to the far case what `roles` may do to the own one."""
    if roles == EVERYBODY:
        return EVERYBODY
    return frozenset({MIRROR[role] for role in roles if role in MIRROR} | (roles & SEE_ALL_CASES))
