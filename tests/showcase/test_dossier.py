import io

import pytest
from pypdf import PdfReader

from portal.accounts.enums import Role
from showcase.exports.dossier import dossier_pdf
from showcase.lifecycle import SubmissionState
from tests.factories.accounts import make_member, make_secretariat
from tests.factories.showcase import complete_data, make_submission

pytestmark = pytest.mark.django_db


def text_of(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_dossier_holds_the_chinese_text_and_the_digest():
    submission = make_submission(state=SubmissionState.SUBMITTED, attachments=True)
    text = (
        text_of(dossier_pdf(submission, reader=make_secretariat()))
        .replace("\n", "")
        .replace(" ", "")
    )
    assert submission.title in text
    assert submission.number in text
    assert submission.content_hash in text
    assert submission.data["org.profile"] in text


def test_dossier_never_runs_what_people_typed():
    submission = make_submission()
    submission.data = complete_data(tx_tech='#panic("x") $1$ *a* `b` @c <d>')
    assert "#panic" in text_of(dossier_pdf(submission, reader=make_secretariat()))


def test_dossier_is_served_to_its_organisation_and_to_nobody_else(client):
    submission = make_submission()
    address = f"/dossiers/{submission.public_id}.pdf"
    client.force_login(make_member(Role.APPLICANT, submission.applicant))
    response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    client.force_login(make_member(Role.APPLICANT))
    assert client.get(address).status_code == 404
