"""A published solution leaves the public list by revocation alone, by no side door of the CMS."""

from datetime import timedelta

import pytest
from django.urls import reverse
from wagtail.models import Page, PageViewRestriction

from portal.accounts.enums import Role
from portal.accounts.services.cms import sync_cms_access
from portal.core import clock
from portal.core.models import AccessEvent, AuditEvent
from showcase.models import SolutionPage
from showcase.queries.record import submission_history
from showcase.services import listing
from tests.factories.accounts import make_member, make_secretariat, make_user
from tests.factories.pages import make_section, make_solution

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["editor", "system administrator"])
def cms(request, client):
    if request.param == "editor":
        user = make_member(Role.EDITOR)
        sync_cms_access(user=user)
    else:
        user = make_user(is_superuser=True)
    client.force_login(user)
    return client


@pytest.fixture
def solution():
    make_section("solutions")
    return make_solution()


def address(name, page, *more):
    return reverse(f"wagtailadmin_pages:{name}", args=[page.pk, *more])


def bulk(kind, page):
    where = reverse("wagtail_bulk_action", args=["wagtailcore", "page", kind])
    return f"{where}?id={page.pk}"


def test_no_way_of_the_content_management_takes_a_solution_off(cms, solution):
    above = solution.get_parent()
    home = above.get_parent()
    ways = [
        (address("unpublish", solution), {}),
        (address("unpublish", above), {"include_descendants": "on"}),
        (address("delete", solution), {}),
        (address("delete", above), {}),
        (address("copy", solution), {"new_title": "x", "new_slug": "x"}),
        (address("move_confirm", above, home.pk), {}),
        (bulk("unpublish", solution), {}),
        (bulk("delete", above), {}),
    ]
    before = list(Page.objects.order_by("pk").values_list("pk", "path", "live"))
    for way, body in ways:
        answer = cms.post(way, body)
        # Wagtail itself sends an editor away from deleting a page with others below it.
        assert answer.status_code in {302, 403}, way
    assert list(Page.objects.order_by("pk").values_list("pk", "path", "live")) == before
    assert set(AccessEvent.objects.values_list("kind", "reason")) == {("refused", "solution.role")}


def test_refusal_says_who_can_do_it_and_how(cms, solution):
    answer = cms.post(address("unpublish", solution))
    assert answer.status_code == 403
    assert "秘书处" in answer.content.decode()


def test_a_solution_has_no_end_no_lock_before_readers_and_is_not_made_by_hand(cms, solution):
    page = cms.get(address("edit", solution)).content.decode()
    assert "expire_at" not in page
    where = address("set_privacy", solution)
    cms.post(where, {"restriction_type": "login"})
    cms.post(address("set_privacy", solution.get_parent()), {"restriction_type": "login"})
    assert PageViewRestriction.objects.count() == 0
    made = reverse(
        "wagtailadmin_pages:add",
        args=["showcase", "solutionpage", solution.get_parent().pk],
    )
    assert cms.get(made).status_code in {302, 403, 404}


def test_a_date_typed_into_the_form_does_not_end_a_solution(cms, solution):
    ends = clock.now() + timedelta(minutes=1)
    body = {"title": solution.title, "slug": solution.slug, "abstract": "x", "evidence": "D"}
    body |= {
        "expire_at": f"{ends:%Y-%m-%d %H:%M}",
        "action-publish": "1",
        "comments-TOTAL_FORMS": 0,
        "comments-INITIAL_FORMS": 0,
    }
    cms.post(address("edit", solution), body)
    kept = SolutionPage.objects.get(pk=solution.pk)
    assert (kept.abstract, kept.expire_at, kept.live) == ("x", None, True)


def test_other_pages_are_unpublished_as_before(cms):
    above = make_section("news")
    cms.post(address("unpublish", above))
    assert Page.objects.get(pk=above.pk).live is False


# --- what an editor changes is recorded -----------------------------------------------------------


def edit(cms, page, button="action-publish", **changes):
    """Send the form of the page with changes, as its button does."""
    body = {
        **{name: getattr(page, name) for name in ("title", "title_en", "slug")},
        **{name: getattr(page, name) for name in ("abstract", "abstract_en")},
        "evidence": page.evidence,
        "comments-TOTAL_FORMS": 0,
        "comments-INITIAL_FORMS": 0,
    }
    return cms.post(address("edit", page), body | {button: "1"} | changes)


def edits_of(page):
    events = AuditEvent.objects.filter(action="submission.page_edited").order_by("seq")
    keys = {event.object_key for event in events}
    assert keys <= {page.submission.public_id}
    return [(event.actor_id, event.before, event.after) for event in events]


def test_words_and_grade_changed_by_an_editor_stand_in_the_record(cms, solution):
    who = int(cms.session["_auth_user_id"])
    assert edit(cms, solution, evidence="A", abstract="改后的摘要").status_code == 302
    before = {"evidence": solution.evidence, "abstract": solution.abstract}
    assert edits_of(solution) == [(who, before, {"evidence": "A", "abstract": "改后的摘要"})]
    solution.refresh_from_db()
    assert solution.evidence == "A"
    line = submission_history(make_secretariat(), solution.submission)[0]
    assert str(line.text) == "公开页面已修改"


def test_a_draft_and_an_edit_without_a_change_leave_no_row(cms, solution):
    assert edit(cms, solution, button="save", abstract="草稿").status_code == 302
    solution.refresh_from_db()
    assert edits_of(solution) == []
    edit(cms, solution)
    assert edits_of(solution) == []


def test_an_edit_that_cannot_be_recorded_is_not_made(solution, monkeypatch):
    def broken(**facts):
        raise RuntimeError("no record")

    monkeypatch.setattr(listing, "record", broken)
    solution.evidence = "A"
    with pytest.raises(RuntimeError):
        solution.save()
    solution.refresh_from_db()
    assert solution.evidence != "A"
