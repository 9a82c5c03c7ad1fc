"""What a holder keeps: certificates with their renewal, downloads, the hours ledger."""

import io
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from django.urls import reverse

from courses.lifecycle import RunState
from courses.models import HoursEntry
from courses.services import certifying
from courses.services.ledger import enter_hours, take_back
from portal.core import clock
from tests.factories.accounts import make_user
from tests.factories.certificates import make_certificate, make_completed
from tests.factories.courses import make_run, make_team

pytestmark = [pytest.mark.django_db, pytest.mark.either]
DAY = datetime(2026, 3, 5, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
REASON = "考试由他人代答，经复核认定。"


@pytest.fixture
def learner():
    return make_user(name="王示明")


@pytest.fixture
def team():
    return make_team()


@pytest.fixture
def certificate(team, learner):
    with clock.at(DAY):
        return make_certificate(team=team, learner=learner)


def earn(learner, hours, day=date(2026, 4, 1), field="professional", key="a", mode="theory"):
    return enter_hours(
        learner=learner,
        day=day,
        hours=Decimal(hours),
        mode=mode,
        field=field,
        source="示例课次",
        key=key,
        by=None,
    )


def seen(client, user, name, *args, at=DAY + timedelta(days=60), **query):
    with clock.at(at):
        client.force_login(user)  # then: a session lasts days, not years
        response = client.get(reverse(name, args=args), query)
    assert response.status_code == 200
    return response


def test_holder_sees_the_certificate_and_downloads_both_files(client, learner, certificate):
    page = seen(client, learner, "learning_certificates").content.decode()
    assert certificate.number in page
    assert "有效期最后 90 天内" in page
    pdf = seen(client, learner, "certificate_pdf", certificate.public_id)
    assert pdf.content[:5] == b"%PDF-"
    assert certificate.number in pdf["Content-Disposition"]
    text = seen(client, learner, "certificate_credential", certificate.public_id)
    assert text.content.decode() == certificate.credential.text
    assert text["Cache-Control"] == "private, no-store"


def test_nobody_else_downloads_it(client, team, certificate):
    for user in (make_user(), team.certifier, team.coordinator):
        client.force_login(user)
        for name in ("certificate_pdf", "certificate_credential"):
            assert client.get(reverse(name, args=[certificate.public_id])).status_code == 404


@pytest.mark.parametrize(
    ("days", "hours", "said"),
    [
        (60, "30", "有效期最后 90 天内、累计 30 学时可以续期；目前计入 30 学时"),
        (1050, "29.75", "需要 30 学时，目前计入 29.75 学时"),
        (1050, "30", "现在可以续期：已计入 30 学时"),
        (1200, "30", "已过期，不能续期"),
    ],
)
def test_renewal_is_told_in_words(client, learner, certificate, days, hours, said):
    earn(learner, hours)
    page = seen(client, learner, "learning_certificates", at=DAY + timedelta(days=days))
    assert said in page.content.decode()


def test_hours_of_the_day_of_issue_and_taken_back_ones_do_not_renew(client, learner, certificate):
    earn(learner, "30", day=date(2026, 3, 5), key="before")
    take_back(entry=earn(learner, "30", key="back"), reason="名单录错", by=None)
    page = seen(client, learner, "learning_certificates", at=DAY + timedelta(days=1050))
    assert "目前计入 0 学时" in page.content.decode()


def test_suspended_certificate_says_why(client, team, learner, certificate):
    with clock.at(DAY):
        certifying.suspend_certificate(certificate=certificate, reason=REASON, by=team.certifier)
    page = seen(client, learner, "learning_certificates").content.decode()
    assert REASON in page
    assert "已暂停" in page


def test_empty_pages_say_what_to_do(client, learner):
    assert "您还没有证书" in seen(client, learner, "learning_certificates").content.decode()
    assert "您的学时账还没有记录" in seen(client, learner, "learning_hours").content.decode()


def test_ledger_adds_up_by_year_and_judges_90_and_60(client, learner):
    earn(learner, "60", key="a")
    earn(learner, "29.75", field="public", key="b", mode="practice")
    earn(learner, "8", day=date(2025, 12, 31), key="c")
    page = seen(client, learner, "learning_hours").content.decode()
    assert "2026 年度学时证明" in page
    assert "尚未达标" in page
    earn(learner, "0.25", field="public", key="d")
    assert "已达标" in seen(client, learner, "learning_hours").content.decode()
    older = seen(client, learner, "learning_hours", year="2025").content.decode()
    assert "2025 年度学时证明" in older
    assert "2026 年度学时证明" in seen(client, learner, "learning_hours", year="x").content.decode()


def test_counter_entry_stands_in_the_year_it_corrects(client, learner):
    entry = earn(learner, "8", day=date(2025, 12, 31))
    with clock.at(DAY):
        take_back(entry=entry, reason="名单录错", by=None)
    page = seen(client, learner, "learning_hours").content.decode()
    assert "2025 年度学时证明" in page
    assert "冲销 2025年12月31日 的记录：名单录错" in page


def test_export_has_exactly_the_lines_of_the_page(client, learner):
    earn(learner, "4", key="a")
    earn(learner, "2.5", key="b")
    earn(learner, "8", day=date(2025, 1, 1), key="c")
    response = seen(client, learner, "learning_hours_export", year="2026")
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert [row[3] for row in rows if row[1] == "示例课次"] == [2.5, 4]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


@pytest.mark.parametrize("number", [1, 12])
def test_pages_cost_a_constant_number_of_statements(
    client, team, learner, number, django_assert_max_num_queries
):
    for one in range(number):
        make_certificate(make_run(RunState.CLOSED, team=team), team=team, learner=learner)
        earn(learner, "2", key=f"k{one}")
    client.force_login(learner)
    for name in ("learning_certificates", "learning_hours"):
        with django_assert_max_num_queries(9):
            client.get(reverse(name))


# --- the issuing side ---------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 12])
def test_run_list_costs_a_constant_number_of_statements(
    client, team, number, django_assert_max_num_queries
):
    run = make_run(RunState.CLOSED, team=team)
    for _ in range(number):
        make_certificate(run, team=team)
        make_completed(run)
    client.force_login(team.certifier)
    with django_assert_max_num_queries(10):
        page = client.get(reverse("run_certificates", args=[run.public_id]))
    assert f"颁发 {number} 份证书" in page.content.decode()


def test_certifier_issues_by_one_click_and_lands_at_the_job(client, team):
    run = make_run(RunState.CLOSED, team=team)
    make_completed(run)
    client.force_login(team.certifier)
    response = client.post(reverse("run_certificates_issue", args=[run.public_id]))
    assert response.status_code == 302
    assert "/jobs/" in response["Location"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, 2),
        ({"state": "valid"}, 1),
        ({"state": "suspended"}, 1),
        ({"q": "赵"}, 1),
        ({"q": "x"}, 0),
    ],
)
def test_run_list_is_narrowed(client, team, query, found):
    run = make_run(RunState.CLOSED, team=team)
    make_certificate(run, team=team)
    other = make_certificate(run, team=team, learner=make_user(name="赵示"))
    certifying.suspend_certificate(certificate=other, reason=REASON, by=team.certifier)
    client.force_login(team.certifier)
    page = client.get(reverse("run_certificates", args=[run.public_id]), query)
    assert page.content.decode().count('<th scope="row"><a class="mono"') == found


def test_forms_act_and_keep_what_was_typed(client, team, certificate):
    client.force_login(team.certifier)
    url = reverse("certificate_suspend", args=[certificate.public_id])
    with clock.at(DAY + timedelta(days=1)):
        refused = client.post(url, {"reason": "太短"})
        assert (refused.status_code, "太短" in refused.content.decode()) == (422, True)
        assert client.post(url, {"reason": REASON}).status_code == 302
        again = client.post(url, {"reason": REASON})
        assert again.status_code == 403
        page = client.get(reverse("certificate_detail", args=[certificate.public_id]))
    assert REASON in page.content.decode()


def test_second_person_decides_on_the_page(client, team, certificate):
    from tests.factories.certificates import second_certifier

    other = second_certifier(team)
    with clock.at(DAY + timedelta(days=1)):
        certifying.ask_revocation(certificate=certificate, reason=REASON, by=other)
        url = reverse("certificate_revoke_confirm", args=[certificate.public_id])
        client.force_login(other)
        assert client.get(url).status_code == 403
        client.force_login(team.certifier)
        page = client.get(url).content.decode()
        assert REASON in page
        assert client.post(url, {"decision": "decline", "reason": ""}).status_code == 422
        assert client.post(url, {"decision": "confirm"}).status_code == 302
    certificate.refresh_from_db()
    assert certificate.state == "revoked"


def test_invariants_hold_and_notice_what_was_changed(team, certificate, learner):
    from courses.models import Certificate
    from portal.core.invariants import violations

    earn(learner, "4")
    topics = ("courses.certificate", "courses.hours")
    own = lambda: [name for name, _sentence in violations() if name.startswith(topics)]  # noqa: E731
    assert own() == []
    Certificate.objects.update(content_hash="0" * 64)
    HoursEntry.objects.update(hours=Decimal("4.10"))
    assert own() == ["courses.certificate_facts", "courses.hours_ledger"]
