"""The bank: who writes it, versions, retiring, forms that lose nothing, taking in files."""

import json

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from courses.enums import QuestionKind
from courses.forms.questions import QuestionForm
from courses.imports.question_bank import plan_of
from courses.models import Question, Skill
from courses.queries.bank import banks_kept_by, coverage_of, current_questions
from courses.queries.versions import changes_between
from courses.questions import Kind, question_faults
from courses.services.banking import retire_question, take_in_questions, write_question
from portal.accounts.enums import Role
from portal.accounts.models import Membership
from portal.core.denials import Denied
from portal.core.models import AuditEvent
from tests.courses.papers import CONTENT, CONTENT_QUESTIONS, sample
from tests.factories.accounts import make_member, make_secretariat, make_user
from tests.factories.courses import (
    make_course,
    make_enrolment,
    make_question,
    make_run,
    make_team,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    return make_team()


@pytest.fixture
def run(team):
    return make_run(team=team)


def posted_of(form):
    """What a browser sends for a form as it stands, its parts included."""
    found = {}
    for one in [form, *form.parts]:
        for bound in one:
            value = bound.value()
            if value is not None and value is not False and value != "":
                found[bound.html_name] = "on" if value is True else value
    return found


def test_the_kinds_have_names_for_people():
    assert set(QuestionKind.values) == {kind.value for kind in Kind}


def test_the_bank_is_kept_by_examiners_and_coordinators_only(team, run):
    people = {
        "coordinator": team.coordinator,
        "examiner": team.examiner,
        "teacher": team.teacher,
        "certifier": team.certifier,
        "secretariat": make_secretariat(),
        "learner": make_enrolment(run).learner,
        "stranger": make_member(Role.EXAMINER, team.company),
    }
    keeps = {name for name, user in people.items() if banks_kept_by(user).exists()}
    assert keeps == {"coordinator", "examiner"}


@pytest.mark.parametrize("also", ["teaches", "learns"])
def test_who_teaches_or_learns_in_any_run_never_sees_the_bank(team, run, also):
    other = make_run(course=run.course)
    if also == "teaches":
        teaching = other.duties.get(kind="teaching").organisation
        Membership.objects.create(user=team.examiner, organisation=teaching, role=Role.TEACHER)
    else:
        make_enrolment(other, team.examiner)
    examiner = type(team.examiner).objects.get(pk=team.examiner.pk)

    with pytest.raises(Denied) as denied:
        write_question(course=run.course, data=sample(Kind.SINGLE), base=0, by=examiner)

    assert denied.value.code == "bank.teaches"
    assert not banks_kept_by(examiner).exists()


@pytest.mark.parametrize("role", ["teacher", "certifier"])
def test_others_are_refused_with_a_reason(team, run, role):
    with pytest.raises(Denied) as denied:
        write_question(course=run.course, data=sample(Kind.SINGLE), base=0, by=getattr(team, role))
    assert denied.value.code == "bank.role"
    assert not Question.objects.exists()


def test_a_change_makes_a_version_and_keeps_the_old_one(team, run):
    first = write_question(course=run.course, data=sample(Kind.SINGLE), base=0, by=team.examiner)
    changed = sample(Kind.SINGLE, answer="A")
    second = write_question(course=run.course, data=changed, base=1, by=team.coordinator)
    again = write_question(course=run.course, data=changed, base=2, by=team.examiner)

    rows = Question.objects.order_by("version").values_list("version", "is_current")
    assert list(rows) == [(1, False), (2, True)]
    assert again.pk == second.pk
    first.refresh_from_db()
    assert first.data["answer"] == "C"
    events = AuditEvent.objects.filter(action="question.written").order_by("seq")
    assert [(event.before, event.after) for event in events] == [(0, 1), (1, 2)]
    (change,) = changes_between(first.data, second.data)
    assert (change.before, change.after) == ("C", "A")


def test_a_version_read_before_another_change_is_refused(team, run):
    write_question(course=run.course, data=sample(Kind.SINGLE), base=0, by=team.examiner)
    write_question(
        course=run.course, data=sample(Kind.SINGLE, answer="A"), base=1, by=team.examiner
    )
    for base, code in ((0, "taken"), (1, "changed")):
        with pytest.raises(ValidationError) as refused:
            write_question(
                course=run.course,
                data=sample(Kind.SINGLE, answer="B"),
                base=base,
                by=team.examiner,
            )
        assert refused.value.code == code


def test_retiring_takes_a_question_out_of_draws_and_back(team, run):
    question = make_question(run.course)
    assert retire_question(question=question, retired=True, by=team.examiner).is_retired
    retire_question(question=question, retired=True, by=team.examiner)
    assert coverage_of(run.course, current_questions(run.course)).rows == []
    retire_question(question=question, retired=False, by=team.examiner)
    assert AuditEvent.objects.filter(action="question.retired").count() == 1
    assert len(coverage_of(run.course, current_questions(run.course)).rows) == 1


def test_coverage_counts_by_skill_and_type_and_names_what_the_blueprint_lacks():
    section = {"name": "选择", "pick": 3, "points": 100, "from": {"types": ["single"]}}
    blueprint = {"sections": [section], "pass": 60, "minutes": 60}
    course = make_course(skills=["IC-01", "IC-02"], blueprint=blueprint)
    make_question(course, skill="IC-01")
    make_question(course, **sample(Kind.SHORT, "S-1", skill="IC-01"))

    coverage = coverage_of(course, current_questions(course))

    assert coverage.rows == [("IC-01", [1, 1], 2), ("IC-02", [0, 0], 0)]
    assert [(one.wanted, one.found) for one in coverage.shortages] == [(3, 1)]


@pytest.mark.parametrize("data", CONTENT_QUESTIONS, ids=lambda data: data["id"])
def test_the_form_gives_back_a_question_of_the_content_as_it_was(data):
    skills = [(data["skill"], "…")]
    shown = QuestionForm(kind=data["type"], before=data, skills=skills)
    form = QuestionForm(posted_of(shown), kind=data["type"], before=data, skills=skills)
    assert form.is_valid(), form.errors
    typed = form.data_typed()
    if data["type"] == "case":
        for part, before in zip(typed["parts"], data["parts"], strict=True):
            assert part == before
    assert typed == data


@pytest.mark.parametrize("kind", list(Kind))
def test_a_new_question_of_every_kind_comes_out_sound(kind):
    data = sample(kind, "N-1")
    shown = QuestionForm(kind=kind, before=data, skills=[("IC-01", "…")])
    posted = {**posted_of(shown), "id": "N-1"}
    form = QuestionForm(posted, kind=kind, skills=[("IC-01", "…")])
    assert form.is_valid(), form.errors
    assert question_faults(form.data_typed()) == ()


def question_page(client, user, run, *args, name="bank_new"):
    client.force_login(user)
    return reverse(name, args=[run.course.code, *args])


def test_the_form_writes_a_question_and_shows_its_versions(client, team, run):
    Skill.objects.create(code="IC-01", name="示例技能")
    url = question_page(client, team.examiner, run, "single")
    body = {
        "id": "B-1",
        "stem": "哪一项？",
        "option_0": "对",
        "option_2": "错",
        "right_0": "on",
        "skill": "IC-01",
        "difficulty": "2",
    }
    assert client.get(url).status_code == 200
    answer = client.post(url, body)
    assert answer.status_code == 302
    question = Question.objects.get()
    assert question.data["options"] == ["对", "错"]
    assert (question.data["answer"], question.data["difficulty"]) == ("A", 2)

    page = answer.headers["location"]
    body |= {"base": "1", "right_2": "on"}
    del body["right_0"]
    client.post(page, body)
    shown = client.get(page).content.decode()
    assert Question.objects.get(is_current=True).data["answer"] == "B"
    assert "<del" in shown
    assert "<ins" in shown


@pytest.mark.parametrize("kind", list(Kind))
def test_a_faulty_form_says_what_to_do_and_loses_nothing(client, team, run, kind):
    url = question_page(client, team.examiner, run, kind.value)
    answer = client.post(url, {"id": "B-1", "stem": "只写了题干", "difficulty": "2"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "只写了题干" in page
    assert 'role="alert"' in page
    assert not Question.objects.exists()


def test_a_part_is_added_without_losing_what_was_typed(client, team, run):
    url = question_page(client, team.examiner, run, "case")
    answer = client.post(url, {"id": "C-1", "stem": "案例", "add_part": "numeric"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'name="part0-answer"' in page
    assert "案例" in page
    body = {
        "id": "C-1",
        "stem": "案例",
        "difficulty": "3",
        "part0-kind": "numeric",
        "part0-stem": "多少？",
        "part0-answer": "3.5",
        "part0-points": "5",
        "part1-kind": "short",
        "part1-stem": "不要了",
        "part1-remove": "on",
    }
    assert client.post(url, body).status_code == 302
    (part,) = Question.objects.get().data["parts"]
    assert (part["id"], part["answer"], part["points"]) == ("C-1-1", "3.5", 5)


@pytest.mark.parametrize("role", ["teacher", "certifier"])
def test_the_bank_is_unknown_to_others(client, team, run, role):
    make_question(run.course)
    client.force_login(getattr(team, role))
    for name, args in (
        ("bank_list", []),
        ("bank_import", []),
        ("bank_new", ["single"]),
    ):
        assert client.get(reverse(name, args=[run.course.code, *args])).status_code == 404


def test_who_examines_and_teaches_is_told_why(client, team, run):
    Membership.objects.create(user=team.examiner, organisation=team.company, role=Role.TEACHER)
    client.force_login(team.examiner)
    answer = client.get(reverse("bank_list", args=[run.course.code]))
    assert answer.status_code == 403


@pytest.mark.parametrize("number", [1, 100])
def test_the_list_costs_the_same_for_any_number(
    client, team, run, django_assert_max_num_queries, number
):
    for _one in range(number):
        make_question(run.course)
    client.force_login(team.examiner)
    with django_assert_max_num_queries(10):
        answer = client.get(reverse("bank_list", args=[run.course.code]))
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"kind": "short"}, ["S-1"]),
        ({"text": "暗号"}, ["S-1"]),
        ({"difficulty": "5"}, ["H-1"]),
        ({"kind": "nonsense"}, ["H-1", "S-1"]),
        ({"retired": "on"}, ["H-1", "R-1", "S-1"]),
    ],
)
def test_the_list_is_narrowed(client, team, run, query, found):
    make_question(run.course, **sample(Kind.SHORT, "S-1", stem="口令还是暗号？"))
    make_question(run.course, id="H-1", difficulty=5)
    Question.objects.filter(pk=make_question(run.course, id="R-1").pk).update(is_retired=True)
    client.force_login(team.coordinator)
    rows = client.get(reverse("bank_list", args=[run.course.code]), query).context["rows"]
    assert [row.code for row in rows] == found


# --- taking in ------------------------------------------------------------------------------------


def test_the_content_is_taken_in_once(team, run):
    for course in CONTENT.values():
        plan = plan_of(run.course, json.dumps(course))
        assert plan.faults == ()
    entries = CONTENT["control-l1"]["questions"]
    taken = take_in_questions(course=run.course, entries=entries, by=team.examiner)
    again = take_in_questions(course=run.course, entries=entries, by=team.examiner)
    assert (taken.new, taken.changed, taken.same) == (len(entries), 0, 0)
    assert (again.new, again.changed, again.same) == (0, 0, len(entries))
    assert Question.objects.count() == len(entries)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"answer": "Z"}, (1, "answer")),
        ({"type": "guess"}, (1, "type")),
        ({"options": ["a"]}, (1, "options")),
        ({"id": ""}, (1, "id")),
        ({"id": "x" * 41}, (1, "id")),
        ({"difficulty": 9}, (1, "difficulty")),
        ({"difficulty": [1]}, (1, "difficulty")),
        ({"options": {"left": 3}}, (1, "options")),
        ({"stem": None}, (1, "stem")),
    ],
)
def test_a_faulty_row_is_named_with_its_column(run, change, where):
    plan = plan_of(run.course, json.dumps([sample(Kind.SINGLE, "A-1") | change]))
    assert (plan.faults[0].row, plan.faults[0].column) == where
    assert plan.faults[0].reason
    assert not plan.is_clean


def test_one_code_twice_is_named(run):
    rows = [sample(Kind.SINGLE, "A-1"), sample(Kind.SHORT, "A-1")]
    (fault,) = plan_of(run.course, json.dumps(rows)).faults
    assert (fault.row, fault.column) == (2, "id")


@pytest.mark.parametrize("text", ["{", "3", "[1]", '{"questions": 4}', '"x"', "[" * 5000])
def test_what_is_no_list_of_questions_is_refused(client, team, run, text):
    client.force_login(team.examiner)
    answer = client.post(reverse("bank_import", args=[run.course.code]), {"text": text})
    assert answer.status_code == 422
    assert not Question.objects.exists()


def test_a_faulty_file_writes_nothing_and_stays_in_the_form(client, team, run):
    rows = [sample(Kind.SINGLE, "A-1"), sample(Kind.SINGLE, "A-2", answer="Z")]
    client.force_login(team.examiner)
    url = reverse("bank_import", args=[run.course.code])
    answer = client.post(url, {"text": json.dumps(rows), "then": "take"})
    assert answer.status_code == 422
    assert "A-2" in answer.content.decode()
    assert not Question.objects.exists()

    rows[1]["answer"] = "A"
    assert client.post(url, {"text": json.dumps(rows)}).status_code == 200
    assert not Question.objects.exists()
    assert client.post(url, {"text": json.dumps(rows), "then": "take"}).status_code == 302
    assert Question.objects.count() == 2


def test_retiring_by_the_page(client, team, run):
    question = make_question(run.course)
    client.force_login(team.examiner)
    client.post(reverse("bank_retire", args=[run.course.code, question.code]), {"retired": "1"})
    question.refresh_from_db()
    assert question.is_retired


def test_strangers_are_sent_to_sign_in(client, run):
    answer = client.get(reverse("bank_list", args=[run.course.code]))
    assert answer.status_code == 302
    client.force_login(make_user())
    assert client.get(reverse("bank_list", args=[run.course.code])).status_code == 404
