import pytest

from courses.models import CatalogPage, CoursePage
from tests.factories.pages import make_site

pytestmark = [pytest.mark.django_db, pytest.mark.either]


def make_course(**facts):
    make_site()
    values = {"title": "现场防护", "slug": "c1", "code": "af-l1-301", "level": "L1"}
    values |= {"abstract": "入门课程。", "abstract_en": "An entry course.", "hours_theory": 22}
    page = CoursePage(**(values | facts))
    CatalogPage.objects.get().add_child(instance=page)
    return page


def test_hours_are_theory_and_practice_together():
    assert CoursePage(hours_theory=22, hours_practice=10).hours == 32


def test_catalogue_groups_by_level(client):
    make_course()
    make_course(title="意识课", slug="c0", code="af-l0-101", level="L0")
    text = client.get("/courses/").content.decode()
    assert text.index("意识课") < text.index("现场防护")
    assert text.count('class="case case--row"') == 2


def test_empty_catalogue_explains_itself(client):
    make_site()
    assert client.get("/courses/").status_code == 200


def test_course_says_that_its_paper_is_no_state_qualification(client):
    page = make_course()
    client.cookies["anfan_language"] = "en"
    text = client.get(page.get_url()).content.decode()
    assert "It is not a national vocational qualification." in text
