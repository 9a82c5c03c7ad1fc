import pytest

from portal.demo.news import ensure_round_news
from portal.outreach.models import NewsPage
from showcase.lifecycle import RoundState
from tests.factories.pages import make_site, make_solution
from tests.factories.showcase import make_round

pytestmark = pytest.mark.django_db


def test_every_round_the_public_hears_of_has_its_notices_once():
    make_site()
    make_round(RoundState.APPLYING, code="2026-7")
    make_round(RoundState.REVIEWING, code="2026-4")
    make_solution(round=make_round(RoundState.ANNOUNCED, code="2026-1"))
    ensure_round_news()
    ensure_round_news()
    slugs = sorted(NewsPage.objects.values_list("slug", flat=True))
    assert slugs == ["call-2026-1", "call-2026-7", "listed-2026-1"]


def test_notice_states_the_round_own_numbers():
    make_solution(round=make_round(RoundState.ANNOUNCED, code="2026-1", title_en="Round one"))
    make_site()
    ensure_round_news()
    page = NewsPage.objects.get(slug="listed-2026-1")
    assert page.abstract.startswith("1个项目入选")
    assert page.title_en == "Announced: Round one"
