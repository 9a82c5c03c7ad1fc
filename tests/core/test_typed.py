import importlib
import inspect
import logging
import pkgutil
from types import ModuleType

import pytest
from django import forms
from django.urls import reverse
from wagtail.admin.forms import WagtailAdminModelForm

import courses.forms
import evaluation.forms
import portal.accounts.forms
import showcase.forms
from portal.accounts.enums import Role
from portal.core.typed import IDENTITY_REFUSED, TypedForm, TypedMixin
from showcase.models import Revision
from tests.factories.accounts import make_member, make_organisation, make_user
from tests.factories.showcase import complete_data, make_submission

NUMBER = "11010519491231002X"


def modules_of(package: ModuleType):
    yield package
    for found in pkgutil.walk_packages(getattr(package, "__path__", []), f"{package.__name__}."):
        yield importlib.import_module(found.name)


def own_forms():
    for package in (courses.forms, evaluation.forms, portal.accounts.forms, showcase.forms):
        for module in modules_of(package):
            for _name, one in inspect.getmembers(module, inspect.isclass):
                if issubclass(one, forms.BaseForm) and one.__module__ == module.__name__:
                    yield one


def test_every_form_that_people_type_into_refuses_resident_numbers():
    # What editors of courses write into the CMS is teaching text.
    found = {one for one in own_forms() if not issubclass(one, WagtailAdminModelForm)}
    assert len(found) >= 45
    assert [one.__qualname__ for one in found if not issubclass(one, TypedMixin)] == []


class Sample(TypedForm):
    name = forms.CharField(max_length=50)
    password = forms.CharField(widget=forms.PasswordInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["later"] = forms.CharField(required=False)


def test_the_refusal_says_why_keeps_what_was_typed_and_repeats_nothing():
    form = Sample({"name": f"李 {NUMBER}", "password": NUMBER, "later": "好"})
    assert form.errors == {"name": [str(IDENTITY_REFUSED)]}
    assert NUMBER not in str(form.errors)
    assert form["name"].value() == f"李 {NUMBER}"
    assert form["later"].value() == "好"


def test_a_field_made_by_the_form_itself_is_looked_at_too():
    form = Sample({"name": "李", "password": "x", "later": NUMBER})
    assert list(form.errors) == ["later"]


def test_a_credit_code_field_does_not_repeat_a_number_either(client, db):
    client.force_login(make_user())
    body = {"uscc": NUMBER, "name": "示例单位", "kind": "enterprise", "region": "320000"}
    response = client.post(reverse("organisation_register"), body)
    assert response.status_code == 422
    # Once, in the field it was typed into.
    assert response.text.count(NUMBER) == 1


@pytest.mark.django_db
def test_a_profile_refuses_a_number_and_logs_nothing(client, caplog):
    user = make_user(name="示例人")
    client.force_login(user)
    with caplog.at_level(logging.DEBUG):
        response = client.post(reverse("profile_edit"), {"name": NUMBER, "language": "en"})
    assert response.status_code == 422
    assert NUMBER not in caplog.text
    user.refresh_from_db()
    assert user.name == "示例人"


@pytest.fixture
def draft(client):
    home = make_organisation()
    writer = make_member(Role.APPLICANT, home)
    client.force_login(writer)
    return make_submission(applicant=home, data=complete_data(home))


def project_body(draft, **more):
    url = reverse("submission_section", args=[draft.public_id, "project"])
    return url, {"revision": draft.revision, **more}


@pytest.mark.django_db
def test_an_application_keeps_the_other_answers_and_not_the_number(client, draft):
    url, body = project_body(draft, **{"pj.title": "新题目", "pj.summary": f"联系人 {NUMBER}"})
    before = draft.data["pj.summary"]
    response = client.post(url, body)
    draft.refresh_from_db()
    assert response.status_code == 422
    assert f"联系人 {NUMBER}" in response.text
    assert (draft.data["pj.title"], draft.data["pj.summary"]) == ("新题目", before)
    assert not any(NUMBER in str(one.data) for one in Revision.objects.all())


@pytest.mark.django_db
def test_the_autosave_of_an_application_says_which_answer_was_not_kept(client, draft):
    url, body = project_body(draft, **{"pj.title": "新题目", "pj.summary": NUMBER})
    response = client.post(url, body, headers={"Accept": "application/json"})
    assert list(response.json()["faults"]) == ["pj.summary"]
    draft.refresh_from_db()
    assert (draft.data["pj.title"], NUMBER in str(draft.data)) == ("新题目", False)
