"""Rounds and applications for tests: complete and valid, or as the test says.

Rows are written directly where a test needs a state; what leads to a state is tested with
the services themselves.
"""

import copy
import hashlib
import io
import itertools
from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile

from portal.accounts.models import Organisation, User
from portal.core import clock
from portal.core.models import PrivateFile
from showcase.lifecycle import HANDED_IN, RoundState, SubmissionState
from showcase.models import (
    Attachment,
    CheckItem,
    Demonstration,
    FormalCheck,
    Partner,
    Quota,
    Recommendation,
    Revision,
    Round,
    Stage,
    Submission,
)
from showcase.services.rounds import create_round_from_template
from tests.factories.accounts import make_organisation, make_secretariat

numbers = itertools.count(1)
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
REQUIRED_CODES = ("A1", "A2", "A4", "A5", "A7")
OPEN_STAGE = {
    RoundState.SETUP: None,
    RoundState.APPLYING: Stage.Kind.APPLY,
    RoundState.RECOMMENDING: Stage.Kind.RECOMMEND,
    RoundState.CHECKING: Stage.Kind.CHECK,
    RoundState.REVIEWING: Stage.Kind.REVIEW,
    RoundState.RANKING: None,
    RoundState.PUBLICITY: Stage.Kind.PUBLICITY,
    RoundState.ANNOUNCED: None,
}


def windows_around(state: str, now: datetime) -> dict[str, tuple[datetime, datetime]]:
    """Return ten-day stages one after another, the one of `state` five days old now."""
    kinds = list(Stage.Kind)
    kind = OPEN_STAGE[RoundState(state)]
    place = {RoundState.SETUP: -2, RoundState.RANKING: 5, RoundState.ANNOUNCED: 8}
    current = kinds.index(kind) if kind else place[RoundState(state)]
    first = now - timedelta(days=5 + 10 * current)
    return {
        kind: (first + timedelta(days=10 * i), first + timedelta(days=10 * (i + 1)))
        for i, kind in enumerate(kinds)
    }


def make_round(state: str = RoundState.APPLYING, **facts: Any) -> Round:
    """Create a round in `state` whose matching stage is open now, until five days from now.

    `quotas` {authority: places}, `windows`, `rules`, `places`, `code`, `year`, `by` go to the
    service.
    """
    number, now = next(numbers), clock.now()
    windows = windows_around(state, now) | facts.pop("windows", {})
    values: dict[str, Any] = {
        "code": f"R{number}",
        "year": now.year,
        "title": f"示例试点示范第{number}批",
        "title_en": f"Example round {number}",
        "opens_at": windows[Stage.Kind.APPLY][0],
        "by": facts.pop("by", None) or make_secretariat(),
    }
    made = create_round_from_template(windows=windows, **(values | facts))
    made.state = state
    made.save(update_fields=["state"])
    return made


def make_authority(*regions: str, **facts: Any) -> Organisation:
    """Create a recommending authority for these regions (Jiangsu if none is given)."""
    number = next(numbers)
    values = {
        "kind": Organisation.Kind.AUTHORITY,
        "name": f"示例推荐单位{number}",
        "code": f"T{number}",
        "covers": list(regions) or ["320000"],
    }
    return make_organisation(**(values | facts))


def complete_data(organisation: Organisation | None = None, **overrides: Any) -> dict[str, Any]:
    """Return the data of a complete, valid application; keys like pj_title or "pj.title"."""
    data = copy.deepcopy(COMPLETE)
    if organisation is not None:
        data["org.name"], data["org.uscc"] = organisation.name, organisation.uscc
        data["org.region"] = organisation.region or data["org.region"]
    for key, value in overrides.items():
        data[key if key in data else key.replace("_", ".", 1)] = value
    return data


def make_submission(
    round: Round | None = None,
    applicant: Organisation | None = None,
    state: str = SubmissionState.DRAFT,
    data: dict[str, Any] | None = None,
    *,
    attachments: bool = False,
    **facts: Any,
) -> Submission:
    """Create an application in `state` with complete data unless `data` is given.

    Handed-in states get number, time and hash; partners in the data get their rows;
    `attachments=True` adds every required file.
    """
    round = round or make_round()
    applicant = applicant or make_organisation()
    data = complete_data(applicant) if data is None else data
    direction = round.directions.filter(code=data.get("pj.direction", "")).first()
    values: dict[str, Any] = {
        "round": round,
        "applicant": applicant,
        "state": state,
        "data": data,
        "title": data.get("pj.title", "")[:40],
        "direction": direction,
        "region": data.get("org.region", ""),
        "revision": 1,
    }
    if state in HANDED_IN:
        values |= handed_in_facts(round)
    made = Submission.objects.create(**(values | facts))
    Revision.objects.create(submission=made, number=1, data=data, saved_by=made.created_by)
    for order, row in enumerate(data.get("partners", [])):
        known = Organisation.objects.filter(uscc=row["uscc"]).first()
        Partner.objects.create(submission=made, order=order, organisation=known, **row)
    if attachments:
        for code in REQUIRED_CODES:
            make_attachment(made, code)
    return made


def handed_in_facts(round: Round) -> dict[str, Any]:
    """Return number, time and hash of an application that has been handed in."""
    number = Submission.objects.filter(number__startswith=f"AP-{round.year}-").count() + 1
    return {
        "number": f"AP-{round.year}-{number:04d}",
        "submitted_at": clock.now(),
        "content_hash": hashlib.sha256(str(number).encode()).hexdigest(),
    }


def make_private_file(name: str = "示例.pdf", content: bytes = PDF, **facts: Any) -> PrivateFile:
    """Store a small PDF privately."""
    stored = PrivateFile(
        **{
            "name": name,
            "content_type": "application/pdf",
            "size": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
            **facts,
        }
    )
    stored.file.save(stored.public_id, ContentFile(content), save=True)
    return stored


def make_attachment(submission: Submission, code: str = "A1", **facts: Any) -> Attachment:
    """Hang a small PDF onto an application."""
    content = facts.pop("content", PDF + f"% {next(numbers)}\n".encode())
    file = facts.pop("file", None) or make_private_file(f"{code}.pdf", content)
    return Attachment.objects.create(submission=submission, code=code, file=file, **facts)


def make_recommendation(submission: Submission | None = None, **facts: Any) -> Recommendation:
    """Recommend an application by its authority (a new one if it has none), sent."""
    submission = submission or make_submission(state=SubmissionState.RECOMMENDED)
    authority = facts.pop("authority", None) or submission.authority
    authority = authority or make_authority(submission.region)
    if submission.authority_id != authority.pk:
        submission.authority = authority
        submission.save(update_fields=["authority"])
    Quota.objects.get_or_create(
        round=submission.round, authority=authority, defaults={"places": 10}
    )
    taken = Recommendation.objects.filter(round=submission.round, authority=authority).count()
    values = {"priority": taken + 1, "reason": "成效清楚，证据充分。", "sent_at": clock.now()}
    return Recommendation.objects.create(
        round=submission.round, authority=authority, submission=submission, **(values | facts)
    )


def make_formal_check(
    submission: Submission | None = None, *, decided_by: User | None = None, **facts: Any
) -> FormalCheck:
    """Open a formal check with fifteen items, all passed, decided if `decided_by` is given."""
    submission = submission or make_submission(state=SubmissionState.RECOMMENDED)
    if decided_by is not None:
        facts |= {"decided_by": decided_by, "decided_at": clock.now()}
    check = FormalCheck.objects.create(submission=submission, **facts)
    for number in range(1, 16):
        CheckItem.objects.create(
            check_of=check,
            code=f"F{number}",
            result=CheckItem.Result.PASS,
            is_automatic=number < 11,
        )
    return check


def make_demonstration(submission: Submission | None = None, **facts: Any) -> Demonstration:
    """List an application with a term of 24 months from today."""
    submission = submission or make_submission(state=SubmissionState.LISTED)
    today = clock.today()
    values = {"listed_on": today, "valid_until": today + timedelta(days=730)}
    return Demonstration.objects.create(submission=submission, **(values | facts))


def upload(name: str = "证明.pdf", content: bytes = PDF) -> io.BytesIO:
    """Return a named stream for the test client's file fields."""
    stream = io.BytesIO(content)
    stream.name = name
    return stream


TEXT = "本项目针对化成工段控制器的误写和越权访问，先建立资产清单，再分区准入，最后审计写指令。"
COMPLETE: dict[str, Any] = {
    "org.name": "示例智造有限公司",
    "org.uscc": "919900000000000192",
    "org.kind": "private",
    "org.class": "connected",
    "org.grade": "2",
    "org.region": "320000",
    "org.industry": "C38",
    "org.founded": "2012-05-18",
    "org.capital": "5000.00",
    "org.staff": 820,
    "org.rd_staff": 96,
    "org.revenue": ["41200.00", "43800.00", "46950.00"],
    "org.profile": "生产动力电池电芯，有四条化成线，自有工控安全小组六人。",
    "org.legal_rep": "示例甲",
    "ct.name": "示例乙",
    "ct.title": "信息化部经理",
    "ct.mobile": "13800001234",
    "ct.email": "contact@example.org",
    "partners": [],
    "pj.title": "化成段控制器准入与写指令审计",
    "pj.title_en": "Admission and write audit of formation controllers",
    "pj.direction": "control",
    "pj.objects": ["control", "device"],
    "pj.tasks": ["6", "7"],
    "pj.start": "2023-03-01",
    "pj.online": "2024-06-30",
    "pj.accept": "2024-12-20",
    "pj.invest": "486.00",
    "pj.summary": TEXT,
    "pj.public": "上线后未登记设备接入由每月 17 次降到 0 次，写指令审计覆盖全部控制器。",
    "pj.public_en": "Unregistered access fell from 17 a month to none.",
    "tx.background": TEXT,
    "tx.arch": TEXT,
    "tx.tech": TEXT,
    "tx.innov": TEXT,
    "tx.impl": TEXT,
    "tx.effect": [
        {
            "metric": "未登记设备接入",
            "before": "17",
            "after": "0",
            "unit": "次/月",
            "evidence": "A5 第12页",
        }
    ],
    "tx.benefit": "按每次停线平均损失 38.60 万元计，全年避免损失约 193.00 万元。",
    "tx.replicate": TEXT,
    "tx.users": [],
    "ip": [],
    "tx.comply": "2024 年 10 月完成等级保护第三级测评，无高风险项。",
    "tx.standards": ["GB/T 22239-2019 信息安全技术 网络安全等级保护基本要求"],
    "tx.plan": "2026 年推广到另外两个基地，预算 120 万元已批复。",
    "pl.true": True,
    "pl.no_secret": True,
    "pl.ip": True,
    "pl.not_duplicate": True,
    "pl.no_incident": True,
    "pl.publish": True,
}
