import json

import pytest

from portal.core import home
from portal.outreach.models import PolicySection
from portal.outreach.models.tasks import TASKS_OF_AREA, Area, Task
from portal.outreach.queries.policies import areas
from tests.factories.outreach import make_reading, make_standard
from tests.factories.pages import make_site, make_solution
from tests.outreach.counting import statements

pytestmark = [pytest.mark.django_db, pytest.mark.either]


def row(code):
    found = {
        line.task.code: line for area in areas(PolicySection.objects.get()) for line in area.tasks
    }
    return found[code]


def test_areas_hold_the_seventeen_tasks_once_each():
    codes = [code for area in Area for code in TASKS_OF_AREA[area]]
    assert codes == [str(number) for number in range(1, 18)]
    assert (Task("10").area, Task("17").area) == (Area.DATA, Area.INNOVATION)


def test_task_row_brings_what_touches_the_task():
    reading = make_reading(area=3, tasks=["6", "7"])
    standard = make_standard(tasks=["6"])
    make_standard(tasks=["9"])
    found = row("6")
    assert (found.readings, found.standards) == ([reading], [standard])
    assert row("7").standards == []


def test_unpublished_reading_touches_nothing():
    reading = make_reading(tasks=["1"])
    reading.unpublish()
    assert row("1").readings == []


def test_solutions_are_counted_under_the_tasks_their_applicants_named():
    make_site()
    for tasks in (["6", "7"], ["6"]):
        page = make_solution()
        page.submission.data = {"pj.tasks": tasks}
        page.submission.save()
    make_solution()
    counts = {count.key: count.number for count in home.gather("tasks")}
    assert counts == {"6": 2, "7": 1}
    assert row("6").counts[0].url == "/solutions/?task=6"


def test_list_of_solutions_is_narrowed_by_task(client):
    page = make_solution(title="命中的方案")
    page.submission.data = {"pj.tasks": ["6"]}
    page.submission.save()
    make_solution(title="别的方案")
    text = client.get("/solutions/?task=6").content.decode()
    assert ("命中的方案" in text, "别的方案" in text) == (True, False)


def test_matrix_names_every_area_when_the_site_is_empty(client):
    make_site()
    text = client.get("/policies/").content.decode()
    assert [area for area in Area if f'id="area-{area.value}"' not in text] == []


def test_matrix_takes_the_same_statements_for_one_and_many(client):
    make_reading()
    make_standard()
    make_solution()
    one = statements(client, "/policies/")
    for number in range(12):
        make_reading(tasks=[str(number + 1)])
        make_standard(tasks=[str(number + 1)])
        make_solution()
    assert statements(client, "/policies/") == one <= 10


def test_reading_shows_area_questions_and_standards_of_its_tasks(client):
    questions = json.dumps([{"type": "question", "value": {"q": "谁负责？", "a": "厂长。"}}])
    reading = make_reading(area=1, tasks=["1"], questions=questions)
    make_standard(number="GB/T 11111-2026", tasks=["1"])
    make_standard(number="GB/T 22222-2026", tasks=["2"])
    text = client.get(reading.get_url()).content.decode()
    shown = [word in text for word in ("① 推动安全责任落实", "谁负责？", "11111", "22222")]
    assert shown == [True, True, True, False]


def test_reading_is_found_by_its_questions_and_tasks():
    questions = json.dumps([{"type": "question", "value": {"q": "谁负责？", "a": "厂长。"}}])
    text = make_reading(questions=questions, tasks=["1"]).searchable_text()
    assert [word in text for word in ("谁负责", "厂长", "依法落实企业主体责任")] == [True] * 3
