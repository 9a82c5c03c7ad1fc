from datetime import timedelta

import pytest
from django.http import QueryDict

from courses.lifecycle import RunState
from courses.models import CatalogPage, CourseLink, Skill
from courses.queries.catalogue import catalogue
from portal.core import clock
from tests.factories.courses import make_course, make_enrolment, make_run, make_team
from tests.factories.pages import make_solution

pytestmark = [pytest.mark.django_db, pytest.mark.either]


def found(query=""):
    listed = catalogue(CatalogPage.objects.get(), QueryDict(query))
    return [page.title for page in listed.found]


def test_catalogue_is_narrowed_by_every_facet():
    now = clock.now()
    team = make_team()
    one = make_course(title="甲", level="L0", category="awareness", objects_protected=["control"])
    two = make_course(title="乙", level="L1", category="data", providers="示例大学")
    make_course(title="丙", level="L2", category="data")
    make_run(course=one, team=team, delivery="online")
    soon = {"enrol_from": now + timedelta(days=1), "enrol_until": now + timedelta(days=3)}
    make_run(course=two, team=team, delivery="base", **soon)
    make_run(RunState.PREPARING, course=two, team=team, delivery="college")
    assert found() == ["甲", "乙", "丙"]
    assert found("level=L0&level=L2") == ["甲", "丙"]
    assert found("category=data&run=soon") == ["乙"]
    assert found("form=online") == ["甲"]
    assert found("form=college") == ["甲", "乙", "丙"]
    assert found("object=control") == ["甲"]
    assert found("provider=示例大学") == ["乙"]
    assert found(f"provider={team.company.name}") == ["甲", "乙"]
    groups = catalogue(CatalogPage.objects.get(), QueryDict("category=data")).groups()
    counts = {o["value"]: o["count"] for g in groups if g["name"] == "level" for o in g["options"]}
    assert counts == {"L1": 1, "L2": 1}


def test_course_page_shows_every_fact(client):
    Skill.objects.create(code="IC-01", name="识读架构", name_en="Read an architecture")
    solution = make_solution(title="相关方案")
    course = make_course(
        title="甲",
        outline="1. 第一章",
        prerequisites="无",
        skills=["IC-01", "XX-09"],
        teachers=[{"name": "示例教师", "title": "教授"}],
        objects_protected=["control"],
    )
    CourseLink.objects.create(course=course, page=solution)
    team = make_team()
    run = make_run(course=course, team=team, capacity=7)
    make_enrolment(run)
    make_run(RunState.PREPARING, course=course, team=team, code="HIDDEN-1")
    body = client.get(course.get_url()).content.decode()
    for said in ("第一章", "识读架构", "XX-09", "示例教师", "相关方案", run.code, "报名中"):
        assert said in body, said
    assert (team.company.name in body, "剩余6个名额" in body, "HIDDEN-1" in body) == (
        True,
        True,
        False,
    )
    client.cookies["anfan_language"] = "en"
    assert "Read an architecture" in client.get(course.get_url()).content.decode()


@pytest.mark.parametrize(
    ("facts", "word"),
    [
        ({}, "报名中"),
        ({"capacity": 1}, "已满，可候补"),
        ({"state": "running"}, "进行中"),
        ({"state": "closed"}, "已结束"),
    ],
)
def test_a_runs_state_follows_from_seats_dates_and_steps(client, facts, word):
    course = make_course()
    run = make_run(facts.pop("state", RunState.OPEN), course=course, **facts)
    make_enrolment(run)
    assert f">{word}<" in client.get(course.get_url()).content.decode()


@pytest.mark.parametrize("number", [1, 12])
def test_pages_cost_the_same_at_any_length(client, number, django_assert_max_num_queries):
    team = make_team()
    for _ in range(number):
        course = make_course()
        make_run(course=course, team=team)
    for _ in range(number):
        make_run(course=course, team=team)
    # Eight of a course's are Wagtail's own way down to a page of the fourth level.
    for page, limit in (("/courses/", 10), (course.get_url(), 11)):
        client.get(page)
        with django_assert_max_num_queries(limit):
            assert client.get(page).status_code == 200
