"""The outreach files become pages, goals and values, once."""

import pytest
from django.utils import translation

from portal.demo.outreach import FILES, READERS, ensure_outreach
from portal.demo.site import ensure_site_tree, read
from portal.outreach.models import (
    EventPage,
    FaqEntryPage,
    Goal,
    GoalValue,
    GuidePage,
    PolicyReadingPage,
    ResourcePage,
    StandardPage,
)
from portal.outreach.models.guides import Reader

pytestmark = pytest.mark.django_db
MODELS = {
    "readings": PolicyReadingPage,
    "standards": StandardPage,
    "guides": GuidePage,
    "faq": FaqEntryPage,
    "resources": ResourcePage,
    "events": EventPage,
}


@pytest.fixture
def _seeded():
    ensure_site_tree()
    ensure_outreach()


def test_every_file_has_its_model():
    assert {name for name, _section, _make in FILES} == set(MODELS)


@pytest.mark.usefixtures("_seeded")
def test_every_row_becomes_one_page_however_often_it_is_run():
    ensure_outreach()
    goals = read("outreach/goals.json")
    made = {name: model.objects.count() for name, model in MODELS.items()}
    assert made == {name: len(read(f"outreach/{name}.json")) for name in MODELS}
    assert (Goal.objects.count(), GoalValue.objects.count()) == (
        len(goals["goals"]),
        len(goals["values"]),
    )


@pytest.mark.usefixtures("_seeded")
def test_edited_texts_survive_a_second_run():
    page = StandardPage.objects.get(number="GB/T 22239-2019")
    page.asks = "改过的要点"
    page.save()
    Goal.objects.filter(key="standards").update(target=25)
    ensure_outreach()
    page.refresh_from_db()
    assert (page.asks, Goal.objects.get(key="standards").target) == ("改过的要点", 25)


@pytest.mark.usefixtures("_seeded")
def test_pages_have_their_english_titles_and_summaries():
    with translation.override("en"):
        standard = StandardPage.objects.get(number="GB/T 22239-2019")
        reading = PolicyReadingPage.objects.get(slug="responsibility")
        assert standard.display_title.startswith("GB/T 22239-2019 Baseline for classified")
        assert reading.display_title == "Responsibility: give every system an owner"
        texts = [page.summary for page in (standard, reading)]
        assert [text for text in texts if not text.isascii()] == []


@pytest.mark.usefixtures("_seeded")
def test_unsettled_standards_have_no_year():
    unsettled = StandardPage.objects.filter(status="unsettled").values_list("number", "year")
    assert sorted(unsettled) == [("GB/T 44462.2", None), ("GB/T 44462.3", None)]


@pytest.mark.usefixtures("_seeded")
def test_invented_values_stay_marked():
    assert GoalValue.objects.filter(is_example=False).count() == 0


def test_readers_of_guides_are_groups_of_the_list():
    assert set(READERS.values()) <= set(Reader.values)
