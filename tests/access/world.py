"""One world for the access sweep: two cases side by side, and a person of every role.

The roles are named from the first case ("own"); the second ("far") has its own organisations,
authority, rounds and experts, so that every id of one can be tried on the other.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.test import Client
from django.test.client import ClientHandler

from evaluation.models import ConflictFact, Draw, Expert, Objection, PublicNotice
from evaluation.services.publishing import publish_notice
from portal.accounts.enums import Role
from portal.accounts.imports import COLUMNS
from portal.accounts.models import (
    Admission,
    DataCopy,
    FormerMembership,
    Invitation,
    Membership,
    Organisation,
    PeopleList,
    User,
)
from portal.accounts.services import admitting
from portal.accounts.services.cms import sync_cms_access
from portal.accounts.services.copying import keep_copy
from portal.core import clock
from portal.core.models import Job, Upload
from portal.core.spreadsheets import Column, Table, write_workbook
from showcase.exports.recommendation_list import recommendation_workbook
from showcase.lifecycle import RoundState, SubmissionState
from showcase.models import CheckItem, FormalCheck, Round, Submission
from tests.access.roles import ROLES
from tests.access.training import IDS as TRAINING_IDS
from tests.access.training.case import CourseCase
from tests.factories.accounts import (
    make_member,
    make_organisation,
    make_secretariat,
    make_uscc,
    make_user,
)
from tests.factories.evaluation import make_assignment, make_ballot, make_expert, make_panel
from tests.factories.pages import make_site
from tests.factories.rankings import STRONG, make_judged_round, make_ranking
from tests.factories.showcase import (
    complete_data,
    make_attachment,
    make_authority,
    make_demonstration,
    make_formal_check,
    make_private_file,
    make_recommendation,
    make_round,
    make_submission,
)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass
class Parties:
    """The organisations and people of one case."""

    region: str
    label: str
    applicant: User = field(init=False)
    recommender: User = field(init=False)
    partner: User = field(init=False)
    organisation: Organisation = field(init=False)
    partner_organisation: Organisation = field(init=False)
    authority: Organisation = field(init=False)

    def __post_init__(self) -> None:
        self.organisation = make_organisation(name=f"示例{self.label}申报", region=self.region)
        self.partner_organisation = make_organisation(name=f"示例{self.label}联合")
        self.authority = make_authority(self.region)
        self.applicant = make_member(Role.APPLICANT, self.organisation)
        self.partner = make_member(Role.APPLICANT, self.partner_organisation)
        self.recommender = make_member(Role.RECOMMENDER, self.authority)
        Membership.objects.filter(user=self.applicant).update(is_administrator=True)
        Upload.objects.create(by=self.applicant, place="示例", name="示例.pdf", size=9)
        Job.objects.create(kind="evaluation.estimate", label="示例任务", by=self.applicant)
        keep_copy(copy=DataCopy.objects.create(person=self.applicant), content=b"copy")

    def entry(self, round: Round, state: str, title: str, **facts: Any) -> Submission:
        """Make an application of these parties with its files."""
        partner = self.partner_organisation
        data = complete_data(self.organisation, pj_title=title)
        data["partners"] = [{"uscc": partner.uscc, "name": partner.name, "role": "现场验证"}]
        entry = make_submission(
            round, self.organisation, state, data, authority=self.authority, **facts
        )
        make_attachment(entry, "A1")
        return entry


class Case:
    """One application's way through the house: an entry and a round in every phase."""

    def __init__(self, parties: Parties, office: User, expert: Expert, chair: Expert) -> None:
        self.parties, self.office, self.expert, self.chair = parties, office, expert, chair
        self.training = CourseCase()
        self.recommend()
        self.check()
        self.review()
        self.publish()
        self.list_one()
        self.take_people_in()

    def take_people_in(self) -> None:
        """A list of organisations and people that an administrator of the programme took in."""
        heads = [Column(zh) for zh, _en, _needed in COLUMNS.values()]
        row = ["示例名单单位", make_uscc(), "", "", "", "", "", ""]
        book = write_workbook([Table(self.parties.label, heads, [row])])
        file = make_private_file("人员.xlsx", book, content_type=XLSX, uploaded_by=self.office)
        self.people_list = PeopleList.objects.create(
            file=file, sha256=file.sha256, rows=1, taken_by=self.office
        )

    def recommend(self) -> None:
        quotas = {self.parties.authority: 10}
        round = make_round(RoundState.RECOMMENDING, by=self.office, quotas=quotas)
        self.waiting = self.parties.entry(round, SubmissionState.SUBMITTED, "待推荐项目")
        make_recommendation(self.waiting, sent_at=None)
        book = recommendation_workbook(round, self.parties.authority, [self.waiting])
        self.sheet = make_private_file(
            "名单.xlsx", book, content_type=XLSX, uploaded_by=self.parties.recommender
        )

    def check(self) -> None:
        round = make_round(RoundState.CHECKING, by=self.office)
        self.checked = self.parties.entry(round, SubmissionState.RECOMMENDED, "待审查项目")
        make_formal_check(self.checked)
        until = clock.now() + timedelta(days=3)
        self.returned = self.parties.entry(
            round, SubmissionState.CORRECTION, "补正中项目", correct_until=until
        )
        check = make_formal_check(self.returned)
        FormalCheck.objects.filter(pk=check.pk).update(returned_at=clock.now())
        check.items.filter(code="F11").update(result=CheckItem.Result.CORRECT, note="补盖公章")

    def review(self) -> None:
        round = make_round(RoundState.REVIEWING, by=self.office)
        self.judged = self.parties.entry(round, SubmissionState.ACCEPTED, "评审中项目")
        make_panel(self.judged.direction, self.chair)
        self.seat = make_assignment(self.judged, self.expert)
        self.undeclared = make_assignment(self.judged, make_expert(), declared=False)
        self.tied = make_assignment(self.judged, make_expert())
        # Left the applicant's organisation last month, after the draw.
        FormerMembership.objects.create(
            user=self.tied.expert.user, uscc=self.parties.organisation.uscc
        )
        self.signed = make_assignment(self.judged, make_expert())
        make_ballot(self.seat, signed=False)
        make_ballot(self.signed)
        self.doubt = ConflictFact.objects.create(
            expert=self.undeclared.expert,
            submission=self.judged,
            kind="kin",
            source="declared",
            note="表弟在采购部。",
        )
        self.draw = Draw.objects.create(round=round, number=1, seed=1)

    def publish(self) -> None:
        self.ranked = make_ranking(
            make_judged_round(STRONG, title="排名中批次"), by=make_secretariat()
        )
        ranking = make_ranking(make_judged_round(STRONG, title="公示中批次"), by=make_secretariat())
        self.notice: PublicNotice = publish_notice(ranking, by=make_secretariat())
        self.objection = Objection.objects.create(
            notice=self.notice,
            submission=Submission.objects.get(round=self.notice.round),
            objector="示例异议人",
            contact="13900009999",
            facts="所附检测报告的编号查不到，请核对原件。",
            evidence=make_private_file("异议.pdf"),
        )

    def list_one(self) -> None:
        """An entry whose term runs, which the office may ask to revoke."""
        round = make_round(RoundState.ANNOUNCED, by=self.office)
        self.listed = self.parties.entry(round, SubmissionState.LISTED, "已入选项目")
        make_demonstration(self.listed)

    def ids(self, name: str) -> tuple[Any, ...]:
        """Return the arguments of an address for this case; the table names them."""
        return IDS[name](self)


def file_of(entry: Submission) -> str:
    return entry.attachments.get().file.public_id


def desk(case: Case) -> tuple[str, str]:
    return case.parties.authority.public_id, case.waiting.round.code


def doubt(case: Case) -> tuple[str, str, str]:
    fact = case.doubt
    return fact.submission.public_id, fact.expert.public_id, fact.kind


IDS: dict[str, Any] = {
    "": lambda case: (),
    "organisation": lambda case: (case.parties.organisation.public_id,),
    "membership": lambda case: (
        case.parties.organisation.public_id,
        Membership.objects.get(user=case.parties.applicant).public_id,
    ),
    "invitation": lambda case: (
        Invitation.objects.get(organisation=case.parties.organisation).token,
    ),
    "organisation invitation": lambda case: (
        case.parties.organisation.public_id,
        Invitation.objects.get(organisation=case.parties.organisation).public_id,
    ),
    "capacity": lambda case: ("expert",),
    "people list": lambda case: (case.people_list.file.public_id,),
    "request": lambda case: (Admission.objects.get(uscc=case.parties.organisation.uscc).public_id,),
    "job": lambda case: (Job.objects.get(by=case.parties.applicant).public_id,),
    "upload": lambda case: (Upload.objects.get(by=case.parties.applicant).public_id,),
    "document": lambda case: ("privacy",),
    "copy": lambda case: (DataCopy.objects.get(person=case.parties.applicant).public_id,),
    "returned": lambda case: (case.returned.public_id,),
    "returned revision": lambda case: (case.returned.public_id, 1),
    "returned section": lambda case: (case.returned.public_id, "project"),
    "returned code": lambda case: (case.returned.public_id, "A5"),
    "returned file": lambda case: (case.returned.public_id, file_of(case.returned)),
    "waiting": lambda case: (case.waiting.public_id,),
    "desk": desk,
    "desk file": lambda case: (*desk(case), case.sheet.public_id),
    "recommending round": lambda case: (case.waiting.round.code,),
    "checked": lambda case: (case.checked.public_id,),
    "seat": lambda case: (case.seat.public_id,),
    "undeclared seat": lambda case: (case.undeclared.public_id,),
    "tied seat": lambda case: (case.tied.public_id,),
    "tied file": lambda case: (case.tied.public_id, file_of(case.judged)),
    "signed seat": lambda case: (case.signed.public_id,),
    "seat file": lambda case: (case.seat.public_id, file_of(case.judged)),
    "undeclared file": lambda case: (case.undeclared.public_id, file_of(case.judged)),
    "doubt": doubt,
    "round": lambda case: (case.judged.round.code,),
    "round draw": lambda case: (case.judged.round.code, case.draw.public_id),
    "round seat": lambda case: (case.judged.round.code, case.seat.public_id),
    "round doubt": lambda case: (case.judged.round.code, *doubt(case)),
    "ranked": lambda case: (case.ranked.round.code,),
    "ranked entry": lambda case: (
        case.ranked.round.code,
        Submission.objects.get(round=case.ranked.round).public_id,
    ),
    "listed": lambda case: (case.listed.public_id,),
    "heads": lambda case: ("json",),
    "notice": lambda case: (case.notice.public_id,),
    "notice objection": lambda case: (case.notice.public_id, case.objection.public_id),
    "objection": lambda case: (case.objection.public_id,),
} | TRAINING_IDS
# Parts of an address that are no ids: the same in every case.
WORDS = {"project", "json", "A5", "kin", "single", 1, "expert"}


# What a round and an application look like before, while open, when closed, when published.
PHASES = {
    "before": (RoundState.SETUP, SubmissionState.DRAFT),
    "open": (RoundState.APPLYING, SubmissionState.SUBMITTED),
    "closed": (RoundState.REVIEWING, SubmissionState.ACCEPTED),
    "published": (RoundState.ANNOUNCED, SubmissionState.LISTED),
}


class World:
    """Both cases, everybody, and a signed-in client for each."""

    def __init__(self) -> None:
        make_site()
        office = make_secretariat()
        secretariat = Membership.objects.get(user=office).organisation
        near, far = Parties("320000", "甲"), Parties("330000", "乙")
        # Number 1 is a word of addresses (WORDS); no invitation of a case may have it.
        invite(secretariat, office, office)
        chair = make_expert(role=Role.CHAIR)
        expert, elsewhere = make_expert(), make_expert()
        self.own = Case(near, office, expert, chair)
        self.far = Case(far, office, elsewhere, make_expert(role=Role.CHAIR))
        person = make_user()
        for case in (self.own, self.far):
            newcomer = person if case is self.own else make_user()
            invite(case.parties.organisation, newcomer, case.parties.applicant)
            ask_to_join(case.parties.organisation, newcomer)
        editor = make_member(Role.EDITOR, secretariat)
        sync_cms_access(user=editor)
        self.people: dict[str, User | None] = {
            "anonymous": None,
            "applicant": near.applicant,
            "other applicant": far.applicant,
            "partner": near.partner,
            "recommender": near.recommender,
            "other recommender": far.recommender,
            "secretariat": office,
            "expert": expert.user,
            "undeclared expert": self.own.undeclared.expert.user,
            "other expert": elsewhere.user,
            "tied expert": self.own.tied.expert.user,
            "chair": chair.user,
            "observer": make_member(Role.OBSERVER, secretariat),
            "editor": editor,
            "person": person,
            "coordinator": self.own.training.team.coordinator,
            "other coordinator": self.far.training.team.coordinator,
            "teacher": self.own.training.team.teacher,
            "examiner": self.own.training.team.examiner,
            "certifier": self.own.training.team.certifier,
            "learner": self.own.training.learner,
            "other learner": self.far.training.learner,
            "programme administrator": make_member(Role.PROGRAMME, secretariat),
            "system administrator": make_user(is_superuser=True, is_staff=True),
        }
        assert set(self.people) == set(ROLES)
        handler = ClientHandler(enforce_csrf_checks=False)
        self.clients = {role: client_of(user, handler) for role, user in self.people.items()}
        self.received: dict[str, dict[str, str]] = {}
        self.phases: dict[str, Submission] = {}

    def in_phases(self) -> dict[str, Submission]:
        """Return one application of the own parties for each phase; its round is in it too."""
        if not self.phases:
            for phase, (round_state, state) in PHASES.items():
                round = make_round(round_state, by=self.people["secretariat"])
                entry = self.own.parties.entry(round, state, f"阶段项目 {phase}")
                self.phases[phase] = entry
        return self.phases

    def variants(self, name: str) -> dict[str, tuple[Any, ...]]:
        """Return the arguments of an address by kind of object.

        own and far exist; crossed mixes own with an id of the far case inside it; missing and
        gone do not exist at all, at the first and at the second place.
        """
        own, far = self.own.ids(name), self.far.ids(name)
        if not own:
            return {"own": own}
        found = {"own": own, "missing": (own[0] + "zz", *own[1:])}
        if own == far:  # a word that is the same for everybody, such as a role's
            return found
        found = {"own": own, "far": far, "missing": (nobody(own[0]), *own[1:])}
        if own[1:] != far[1:]:
            found |= {"crossed": (own[0], *far[1:])}
            found |= {"gone": (own[0], *(x if x in WORDS else nobody(x) for x in own[1:]))}
        return found


def nobody(value: Any) -> Any:
    """Return an id of the same shape that nothing has."""
    return 999_999 if isinstance(value, int) else "z" * len(value)


def invite(organisation: Organisation, person: User, by: User) -> None:
    Invitation.objects.create(
        token=f"token-{organisation.public_id}",
        email=person.email,
        organisation=organisation,
        role=Role.APPLICANT,
        invited_by=by,
        expires_at=clock.now() + timedelta(days=5),
    )


def ask_to_join(organisation: Organisation, person: User) -> None:
    admitting.ask(uscc=organisation.uscc, name=organisation.name, kind="enterprise", by=person)


class QuickClient(Client):
    """A client that passes requests through the whole site and nothing else.

    Django's own copies the context of every template, so that a test can look at it; with twenty
    parts to a page that took a sixth of the sweep. All clients share one chain of middleware.
    """

    def __init__(self, handler: Any) -> None:
        super().__init__(raise_request_exception=False)
        self.handler = handler

    def request(self, **request: Any) -> Any:
        response = self.handler(self._base_environ(**request))
        if response.cookies:
            self.cookies.update(response.cookies)
        return response


def client_of(user: User | None, handler: Any) -> Client:
    client = QuickClient(handler)
    if user is not None:
        client.force_login(user)
    return client
