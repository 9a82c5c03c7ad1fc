"""Who to sign in as, and why: read from what the demo made."""

from portal.accounts.models import User
from portal.demo.people import applicant_of
from showcase.lifecycle import RoundState, SubmissionState
from showcase.models import Submission


def sign_ins() -> list[tuple[str, str, str]]:
    """Return (role, e-mail, what there is to see) for the people worth trying."""
    rows = [
        (
            "secretariat",
            "secretariat01@example.org",
            "rounds, registrations, checks, rankings",
        ),
        ("secretariat", "secretariat02@example.org", "publishes what the first has frozen"),
        ("authority", "recommender01@example.org", "its list, quota 10 in the open round"),
        ("observer", "observer01@example.org", "sees everything, changes nothing"),
        ("programme administrator", "programme01@example.org", "who can do what, import of people"),
        ("editor", "editor01@example.org", "pages of the site, under /admin/"),
        ("coordinator", "coordinator01@example.org", "runs in every state, requests to decide"),
        ("teacher", "teacher03@example.org", "sessions and attendance of a running course"),
        ("examiner", "examiner03@example.org", "an open examination, essays to read"),
        ("certifier", "certifier01@example.org", "certificates; a second person confirms"),
        ("learner", "learner36@example.org", "a course half way, its examination open"),
        ("learner", "learner01@example.org", "a certificate and its credential"),
    ]
    rows.append(("newcomer", "newcomer01@example.org", "waits for the secretariat to confirm"))
    draft = first_entry(RoundState.APPLYING, SubmissionState.DRAFT)
    if draft:
        rows.insert(0, ("applicant", applicant_of(draft.applicant.uscc).email, "an open draft"))
    returned = first_entry(RoundState.CHECKING, SubmissionState.CORRECTION)
    if returned:
        email = applicant_of(returned.applicant.uscc).email
        rows.insert(1, ("applicant", email, "an application returned for correction"))
    expert = busy_expert()
    if expert:
        rows.append(("expert", expert.email, "a desk with entries to score"))
    return rows


def first_entry(round_state: str, state: str) -> Submission | None:
    """Return an application in this state of a round in that state."""
    return Submission.objects.filter(round__state=round_state, state=state).first()


def busy_expert() -> User | None:
    """Return an expert with most to do in the round under review."""
    return (
        User.objects.filter(
            expert__assignments__submission__round__state=RoundState.REVIEWING,
            expert__assignments__ballot=None,
            expert__assignments__state="active",
        )
        .order_by("email")
        .first()
    )
