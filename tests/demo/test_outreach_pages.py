"""The demo's files become pages, goals and values, once, and every page answers."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.utils import translation
from wagtail.models import Page

from portal.demo.outreach import FILES, READERS, ensure_outreach
from portal.demo.site import ensure_demo_pages, read
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

pytestmark = [pytest.mark.django_db, pytest.mark.either(whole=True)]
MODELS = {
    "readings": PolicyReadingPage,
    "standards": StandardPage,
    "guides": GuidePage,
    "faq": FaqEntryPage,
    "resources": ResourcePage,
    "events": EventPage,
}


@pytest.fixture(scope="module")
def _seeded(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The pages of the files, made once for this module; each test undoes what it changes."""
    with django_db_blocker.unblock(), transaction.atomic():
        ensure_demo_pages()
        ensure_outreach()
        yield
        transaction.set_rollback(True)


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


@pytest.mark.usefixtures("_seeded")
def test_demo_pages_are_made_once():
    first = Page.objects.count()
    ensure_demo_pages()
    ensure_outreach()
    assert Page.objects.count() == first


@pytest.mark.usefixtures("_seeded")
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_demo_page_answers_in_both_languages(client, language):
    client.cookies["anfan_language"] = language
    urls = [page.get_url() for page in Page.objects.live().filter(depth__gt=1)]
    assert {url: client.get(url).status_code for url in urls} == dict.fromkeys(urls, 200)
