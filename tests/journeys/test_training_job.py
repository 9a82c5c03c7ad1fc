"""The second job as seven people live it: from the catalogue to a certificate anybody can verify.

Learner, coordinator, teacher, examiner, two certifiers and an outsider who never signs in, each in
a browser of their own. The course, its bank, a session, a practical task and the draft of the
examination are there already; everything that people decide and do goes through the pages.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from courses.enums import CompletionWay
from courses.lifecycle import AttemptState, CertificateState, ExamState, RunState
from courses.models import Attempt, Certificate, Enrolment, Exam, HoursEntry, Run, Session
from courses.queries.certificates import verify_url
from courses.questions import Kind
from portal.accounts.models import User
from portal.core import clock
from portal.core.templatetags.formatting import day
from tests.courses.papers import sample
from tests.factories.accounts import make_user
from tests.factories.certificates import second_certifier
from tests.factories.courses import (
    Team,
    make_course,
    make_exam,
    make_practice_task,
    make_question,
    make_run,
    make_session,
    make_team,
    make_unit,
)
from tests.journeys.filling import PDF
from tests.journeys.people import button, confirm_address, link, reads, sign_in, zh

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
COURSE, UNIT, SESSION = "示例工控安全入门", "先报告再断电", "第一次面授"
TASK, EXAM, HOLDER = "给一条产线划区", "示例结业考试", "王示明"
CHECK = [
    {"q": "先做什么？", "options": ["断电", "报告"], "answer": "B", "feedback": "先确认影响。"}
]
ESSAY = "先登记设备，再按工艺分区，区与区之间只留必要的通信。"
REASON = "复核发现结业考试由他人代答，成绩无效。"
SECTIONS = [
    {"name": "选择题", "pick": 1, "points": 40, "from": {"types": ["single"]}},
    {"name": "论述题", "pick": 1, "points": 60, "from": {"types": ["essay"]}},
]


@dataclass
class Cast:
    """The run, and who takes part in it."""

    run: Run
    team: Team
    learner: User
    second: User


@pytest.fixture
def cast(portal_site: str) -> Cast:
    """A run that takes requests, with everything it is taught and examined with, and its people."""
    team = make_team()
    course = make_course(title=COURSE, slug="example-basics", code="ex-l1-basics")
    make_unit(course, title=UNIT, self_check=CHECK, way=CompletionWay.SELF_CHECK)
    make_practice_task(course, title=TASK)
    make_question(course, stem="哪一步在前？")
    make_question(course, **sample(Kind.ESSAY, stem="怎样划区？"))
    run = make_run(RunState.OPEN, team=team, course=course)
    make_session(run, title=SESSION, teacher=team.teacher)
    blueprint = {"sections": SECTIONS, "pass": 60, "minutes": 60}
    make_exam(run, ExamState.DRAFT, title=EXAM, blueprint=blueprint)
    learner, second = make_user(name=HOLDER), second_certifier(team)
    staff = (team.coordinator, team.teacher, team.examiner, team.certifier)
    for person in (learner, second, *staff):
        confirm_address(person)
    return Cast(run, team, learner, second)


def test_seven_people_take_a_learner_to_a_certificate_and_its_revocation(
    cast: Cast, open_browser: Callable[..., Page], assert_accessible: Callable[[Page], None]
) -> None:
    learner, office, examiner = open_browser(), open_browser(), open_browser()
    sign_in(learner, cast.learner)
    ask_for_a_place(learner, assert_accessible)
    sign_in(office, cast.team.coordinator)
    start(office, cast.run)

    complete_the_unit(learner, assert_accessible)
    teacher = open_browser()
    sign_in(teacher, cast.team.teacher)
    be_counted(teacher, learner, assert_accessible)
    hand_in_the_work(learner, assert_accessible)

    sign_in(examiner, cast.team.examiner)
    open_the_exam(examiner)
    sit_the_exam(learner, assert_accessible)
    read_and_rate(examiner, assert_accessible)
    close_and_release(examiner)
    settle_and_close(office, cast.run, assert_accessible)

    certifier, outsider = open_browser(), open_browser()
    sign_in(certifier, cast.team.certifier)
    certificate = issue(certifier)
    credential = take_home(learner, certificate, assert_accessible)
    verify_in_three_ways(outsider, certificate, credential, assert_accessible)

    second = open_browser()
    sign_in(second, cast.second)
    revoke(certifier, second, certificate, assert_accessible)
    find_it_revoked(outsider, certificate, credential, assert_accessible)
    hear_of_it(learner)

    for command in ("verify_audit", "check_invariants"):
        call_command(command)


def work_on(page: Page, tab: str) -> None:
    """Go to a page of the run as its staff do: the list of runs, the run, its tab."""
    page.goto("/training/")
    page.get_by_role("row").filter(has_text=COURSE).get_by_role("link").first.click()
    link(page, tab).click()


def learn_on(page: Page, tab: str) -> None:
    """Go to a page of the course as its learner does."""
    page.goto("/learning/")
    link(page, "Go to the lessons").click()
    link(page, tab).click()


# --- a to d: enrolling and learning ---------------------------------------------------------------


def ask_for_a_place(page: Page, assert_accessible: Any) -> None:
    """Find the course in the catalogue, ask for a place, have it at once."""
    page.goto("/courses/")
    page.get_by_role("link", name=COURSE).click()
    assert_accessible(page)
    link(page, "Ask for a place").click()
    assert_accessible(page)
    button(page, "Ask for a place").click()
    reads(page, zh("You are enrolled."))
    expect(page.get_by_role("heading", name=COURSE)).to_be_visible()


def start(page: Page, run: Run) -> None:
    """The first day comes, and the coordinator starts the run.

    The site runs in another thread, where no test can move the clock: the days move instead.
    """
    today = clock.today()
    Run.objects.filter(pk=run.pk).update(
        starts_on=today, ends_on=today, enrol_until=clock.now() - timedelta(minutes=1)
    )
    work_on(page, "Overview")
    link(page, "Start the run").click()
    button(page, "Start the run").click()
    reads(page, zh("The run has started. Everybody concerned is told."))


def complete_the_unit(page: Page, assert_accessible: Any) -> None:
    """Read the unit, answer its self-check wrongly and then rightly, hand it in."""
    page.goto("/learning/")
    link(page, "Go to the lessons").click()
    link(page, "Begin reading").click()
    expect(page.get_by_role("heading", name=UNIT)).to_be_visible()
    assert_accessible(page)
    for answer, verdict in (("断电", "Not quite."), ("报告", "Right.")):
        page.get_by_label(answer, exact=True).check()
        expect(page.locator("[data-feedback]")).to_contain_text(zh(verdict))
    button(page, "Hand in the answers").click()
    expect(button(page, "Answer again")).to_be_visible()


def be_counted(teacher: Page, learner: Page, assert_accessible: Any) -> None:
    """The teacher shows a code, the learner types it; closing the list enters the hours."""
    work_on(teacher, "Sessions")
    link(teacher, "Code for %(title)s", title=SESSION).click()
    button(teacher, "Show a code").click()
    code = teacher.locator(".beamer-code").get_attribute("aria-label")
    assert_accessible(teacher)
    learn_on(learner, "Sessions")
    link(learner, "Check in by code").click()
    learner.get_by_label(zh("Code of this session")).fill(str(code))
    button(learner, "Check in").click()
    reads(learner, zh("You are on the list: present"))
    link(teacher.locator("main"), "Attendance list").click()
    expect(teacher.get_by_role("row").filter(has_text=HOLDER)).to_contain_text(zh("by code"))
    link(teacher, "Close the list").click()
    button(teacher, "Close and enter the hours").click()
    reads(teacher, zh("The list is closed and the hours are entered."))
    hours = HoursEntry.objects.values_list("learner__name", "hours")
    assert list(hours) == [(HOLDER, Session.objects.get().hours)]


def hand_in_the_work(page: Page, assert_accessible: Any) -> None:
    """Hand in a text and a file for the practical task, and read the receipt."""
    learn_on(page, "Practice")
    page.get_by_role("link", name=TASK).click()
    page.get_by_label(zh("Text"), exact=False).first.fill("分为三个区，见附图。")
    file = {"name": "划区图.pdf", "mimeType": "application/pdf", "buffer": PDF}
    page.locator("input[type=file]").set_input_files(file)
    button(page, "Hand in").click()
    expect(page.locator("#receipt")).to_contain_text("划区图.pdf")
    assert_accessible(page)


# --- e and f: examining ---------------------------------------------------------------------------


def open_the_exam(page: Page) -> None:
    """The examiner opens what was set; everybody in the run is told."""
    work_on(page, "Examinations")
    link_of(page, EXAM).click()
    button(page, "Open the examination").click()
    reads(page, zh("The examination is open, and everybody in the run has been told."))


def link_of(page: Page, name: str) -> Any:
    """The link with a name that is data, not interface."""
    return page.locator("main").get_by_role("link", name=name, exact=True)


def sit_the_exam(page: Page, assert_accessible: Any) -> None:
    """Begin, answer both questions, see them saved, hand in, get the receipt."""
    learn_on(page, "Examinations")
    link_of(page, EXAM).click()
    assert_accessible(page)
    button(page, "Begin now").click()
    expect(page.locator("body[data-live]")).to_be_attached()
    answer(page, page.get_by_label("正确").check)
    button(page, "Next question").click()
    answer(page, lambda: page.locator("textarea").fill(ESSAY))
    link(page, "Check before handing in").click()
    reads(page, zh("Every question has an answer."))
    button(page, "Hand in").click()
    attempt = receive_receipt(page)
    assert attempt.state == AttemptState.SUBMITTED
    assert_accessible(page)


def answer(page: Page, give: Callable[[], None]) -> None:
    """Give the answer of the question that is shown, and see that it is saved."""
    give()
    expect(page.locator("[data-question]:not([hidden]) [data-saved]")).to_contain_text("已保存")


def receive_receipt(page: Page) -> Attempt:
    """Read the receipt with the fingerprint of everything that was answered."""
    expect(page.get_by_role("heading", name=zh("Receipt for the paper"))).to_be_visible()
    attempt = Attempt.objects.get()
    expect(page.locator(".hash")).to_have_text(attempt.receipt_hash)
    responses = list(attempt.answers.values_list("response", flat=True))
    assert (len(responses), ESSAY in responses) == (2, True)
    return attempt


def read_and_rate(page: Page, assert_accessible: Any) -> None:
    """Read the essay and rate the practical work by their rubrics, without a name."""
    link(page, "Answers to read").click()
    link(page, "Begin with the next answer").click()
    reads(page, ESSAY)
    expect(page.locator("main")).not_to_contain_text(HOLDER)
    assert_accessible(page)
    rate(page, points="10", lines=2)
    work_on(page, "Examinations")
    link(page, "Practical works").click()
    link(page, "Begin with the next work").click()
    expect(page.locator("main")).not_to_contain_text(HOLDER)
    assert_accessible(page)
    rate(page, points="20", lines=1)


def rate(page: Page, *, points: str, lines: int) -> None:
    """Give every line of the rubric a level, say why, save."""
    levels = page.locator(f"main input[type=radio][value='{points}']")
    expect(levels).to_have_count(lines)
    for level in levels.all():
        level.check()
    page.get_by_label(zh("Comment")).fill("思路完整。")
    button(page, "Save and go on").click()
    reads(page, zh("Saved. Nothing else waits for you."))


def close_and_release(page: Page) -> None:
    """Nobody writes any more: close the examination, then show everybody the results."""
    work_on(page, "Examinations")
    link_of(page, EXAM).click()
    for step, told in (
        ("Close the examination", "The examination is closed."),
        ("Release the results", "Results are released, and everybody who sat has been told."),
    ):
        button(page, step).click()
        reads(page, zh(told))
    assert Exam.objects.get().state == ExamState.RELEASED
    assert Attempt.objects.get().score == 100


def settle_and_close(page: Page, run: Run, assert_accessible: Any) -> None:
    """The coordinator settles the results; they stand; the run is closed."""
    work_on(page, "Results of the run")
    assert_accessible(page)
    button(page, "Settle the results").click()
    told = "Settled: %(complete)d completed, %(fail)d not completed, %(open)d stay open."
    reads(page, zh(told, complete=1, fail=0, open=0))
    link(page, "Overview").click()
    link(page, "Close the run").click()
    button(page, "Close the run").click()
    reads(page, zh("The run is closed."))
    outcome = Enrolment.objects.get(run=run).outcome
    assert (outcome["theory"], outcome["practice"], outcome["band"]) == (
        "100.00",
        "100.00",
        "excellent",
    )


# --- g to i: certificates -------------------------------------------------------------------------


def issue(page: Page) -> Certificate:
    """A certifier issues what the run has earned, and watches the work end."""
    work_on(page, "Certificates")
    button(page, "Issue %(number)s certificate", number=1).click()
    reads(page, zh("%(done)s of %(total)s done", done=1, total=1))
    work_on(page, "Certificates")
    certificate = Certificate.objects.get()
    row = page.get_by_role("row").filter(has_text=certificate.number)
    expect(row).to_contain_text(HOLDER)
    assert certificate.state == CertificateState.ISSUED
    return certificate


def take_home(page: Page, certificate: Certificate, assert_accessible: Any) -> Path:
    """The learner downloads the certificate and its credential; the credential's place."""
    page.goto("/learning/")
    link(page, "My certificates").click()
    reads(page, certificate.number)
    assert_accessible(page)
    expect(link_of(page, verify_url(certificate))).to_be_visible()
    saved = {}
    for name in ("Certificate (PDF)", "Credential (Open Badges 3.0)"):
        with page.expect_download() as waiting:
            link(page, name).click()
        saved[waiting.value.suggested_filename] = Path(waiting.value.path())
    number = certificate.number
    assert sorted(saved) == [f"{number}.jwt", f"{number}.pdf"]
    assert saved[f"{number}.pdf"].read_bytes().startswith(b"%PDF-")
    return saved[f"{number}.jwt"]


def verify_in_three_ways(
    page: Page, certificate: Certificate, credential: Path, assert_accessible: Any
) -> None:
    """Somebody with the paper alone: number and name, QR code, the file."""
    for look in ways_to_look(page, certificate, credential):
        look()
        expect(page.locator("article.cert").last).to_contain_text(zh("The certificate is valid"))
        expect(page.locator("main")).not_to_contain_text(zh("Revoked on"))
    page.goto(verify_url(certificate))
    assert_accessible(page)


def ways_to_look(
    page: Page, certificate: Certificate, credential: Path
) -> tuple[Callable[[], Any], ...]:
    """What anybody can do to verify: type, scan, upload."""

    def type_it() -> None:
        page.goto("/verify/")
        page.get_by_label(zh("Certificate number")).fill(certificate.number.lower())
        page.get_by_label(zh("Holder's name")).fill(HOLDER)
        button(page, "Verify").click()
        reads(page, zh("The name you typed is the name on the certificate."))

    def scan_it() -> None:
        page.goto(verify_url(certificate))
        expect(page.locator("main")).not_to_contain_text(HOLDER)

    def upload_it() -> None:
        page.goto("/verify/")
        file = {"name": "证书.jwt", "mimeType": "text/plain", "buffer": credential.read_bytes()}
        page.locator("input[type=file]").set_input_files(file)
        button(page, "Verify the file").click()
        expect(page.get_by_role("article", name=zh("Result of the upload"))).to_be_visible()

    return type_it, scan_it, upload_it


def revoke(first: Page, second: Page, certificate: Certificate, assert_accessible: Any) -> None:
    """One certifier asks and cannot decide; another confirms."""
    link_of(first, certificate.number).click()
    link(first, "Ask for revocation").click()
    first.get_by_label(zh("Reason")).fill(REASON)
    button(first, "Ask for revocation").click()
    reads(first, zh("Revocation has been asked for. A second certifier must decide."))
    expect(link(first, "Decide as the second person")).to_have_count(0)
    work_on(second, "Certificates")
    link_of(second, certificate.number).click()
    link(second, "Decide as the second person").click()
    assert_accessible(second)
    second.get_by_label(zh("Revoke the certificate")).check()
    button(second, "Record the decision").click()
    reads(second, zh("The certificate is revoked; the holder has been told."))
    certificate.refresh_from_db()
    assert certificate.state == CertificateState.REVOKED


def find_it_revoked(
    page: Page, certificate: Certificate, credential: Path, assert_accessible: Any
) -> None:
    """Whoever looks again reads that it is revoked, since when and why, whatever way they take."""
    for look in ways_to_look(page, certificate, credential):
        look()
        answer = page.locator("article.cert").last
        for text in ("已撤销", day(certificate.revoked_on), REASON):
            expect(answer).to_contain_text(text)
        expect(page.locator("main")).not_to_contain_text(zh("The certificate is valid"))
    page.goto(verify_url(certificate))
    assert_accessible(page)


def hear_of_it(page: Page) -> None:
    """The holder has been told, and reads the reason beside the certificate."""
    page.goto("/learning/")
    link(page, "My certificates").click()
    reads(page, REASON)
    expect(page.locator("main section")).to_contain_text(zh("Revoked"))
