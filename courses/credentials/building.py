"""What a credential says: an Open Badges 3.0 AchievementCredential (VC Data Model 2.0)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from courses.certification import Band, CertificateFacts

CONTEXTS = [
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
]
ZONE = ZoneInfo("Asia/Shanghai")
BANDS = {Band.PASS: "合格", Band.GOOD: "良好", Band.EXCELLENT: "优秀"}
CRITERIA = (
    "出勤不少于应授学时的八成，完成全部模块，理论与实践考核均达到及格线。\n\n"
    "At least 80 % of the scheduled class hours attended, every module done, the examination "
    "passed in theory and in practice."
)
NOTE = (
    "培训合格证书，不是职业资格证书或职业技能等级证书。"
    "A certificate of training; not a national vocational qualification."
)


@dataclass(frozen=True, slots=True)
class Places:
    """The addresses a credential names: of itself, issuer, achievement, and its status lists.

    `holder` is an opaque urn of the person; `status` maps a purpose to the list's address.
    """

    credential: str
    issuer: str
    achievement: str
    holder: str
    status: dict[str, str]
    status_index: int


def credential_payload(facts: CertificateFacts, places: Places) -> dict[str, Any]:
    """The payload of a certificate's VC-JWT: the credential itself, with the registered claims.

    Rule: iss, jti, sub, nbf and exp repeat issuer, id, subject and validity. Every printed fact is
    inside, in the standard's own fields where it has them and whole in the record's evidence,
    whose address is the digest of the facts.
    """
    first, last = day_begins(facts.issued_on), day_ends(facts.expires_on)
    return {
        "@context": CONTEXTS,
        "id": places.credential,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": facts.course_title,
        "issuer": {"id": places.issuer, "type": ["Profile"], "name": facts.issuer},
        "validFrom": first.isoformat(),
        "validUntil": last.isoformat(),
        "awardedDate": first.isoformat(),
        "credentialSubject": subject(facts, places),
        "credentialStatus": [
            status_entry(purpose, url, places.status_index)
            for purpose, url in places.status.items()
        ],
        "evidence": [record(facts)],
        "iss": places.issuer,
        "jti": places.credential,
        "sub": places.holder,
        "nbf": int(first.timestamp()),
        "exp": int(last.timestamp()),
    }


def subject(facts: CertificateFacts, places: Places) -> dict[str, Any]:
    """Who achieved what, with which result."""
    return {
        "id": places.holder,
        "type": ["AchievementSubject"],
        "identifier": [
            {
                "type": "IdentityObject",
                "hashed": False,
                "identityHash": facts.holder,
                "identityType": "name",
            }
        ],
        "licenseNumber": facts.number,
        "achievement": achievement_of(facts, places.achievement),
        "result": [
            result(f"{places.achievement}#band", facts.band.value),
            result(f"{places.achievement}#hours", f"{facts.hours.normalize():f}"),
        ],
    }


def achievement_of(facts: CertificateFacts, url: str) -> dict[str, Any]:
    """What the course stands for, with its criteria, skills and kinds of result."""
    return {
        "id": url,
        "type": ["Achievement"],
        "achievementType": "Certificate",
        "humanCode": facts.course_code,
        "inLanguage": "zh-CN",
        "name": facts.course_title,
        "description": f"{facts.course_title_en or facts.course_title}（{facts.level}）{NOTE}",
        "criteria": {"narrative": CRITERIA},
        "alignment": [alignment(skill, url) for skill in facts.skills],
        "resultDescription": [
            {
                "id": f"{url}#band",
                "type": ["ResultDescription"],
                "name": "成绩等次 Score band",
                "resultType": "PerformanceLevel",
                "allowedValue": [band.value for band in BANDS],
            },
            {
                "id": f"{url}#hours",
                "type": ["ResultDescription"],
                "name": "学时 Class hours (45 min)",
                "resultType": "Result",
            },
        ],
    }


def alignment(skill: str, url: str) -> dict[str, Any]:
    """One skill ("AF-01 name") as an item of the skill framework."""
    code, _blank, name = skill.partition(" ")
    return {
        "type": ["Alignment"],
        "targetName": name or code,
        "targetCode": code,
        "targetFramework": "安范技能框架 Anfan skill framework",
        "targetUrl": f"{url}#{code}",
    }


def result(description: str, value: str) -> dict[str, Any]:
    return {"type": ["Result"], "resultDescription": description, "value": value}


def record(facts: CertificateFacts) -> dict[str, Any]:
    """All facts as they are in the register, addressed by their digest."""
    text = json.dumps(facts.as_data(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return {
        "id": f"urn:sha256:{facts.content_hash()}",
        "type": ["Evidence"],
        "name": "证书所载事项 Facts of the certificate",
        "genre": "application/json",
        "narrative": text,
    }


def status_entry(purpose: str, url: str, index: int) -> dict[str, Any]:
    """Where the credential's bit of one purpose stands."""
    return {
        "id": f"{url}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": purpose,
        "statusListIndex": str(index),
        "statusListCredential": url,
    }


def status_list_payload(
    *, url: str, issuer: str, name: str, purpose: str, encoded: str, since: datetime
) -> dict[str, Any]:
    """The payload of a signed status list (BitstringStatusListCredential)."""
    return {
        "@context": CONTEXTS[:1],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": {"id": issuer, "type": ["Profile"], "name": name},
        "validFrom": since.isoformat(timespec="seconds"),
        "credentialSubject": {
            "id": f"{url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose,
            "encodedList": encoded,
        },
        "iss": issuer,
        "jti": url,
        "sub": f"{url}#list",
        "nbf": int(since.timestamp()),
    }


def day_begins(day: date) -> datetime:
    """The first moment of a day in programme time."""
    return datetime.combine(day, time.min, ZONE)


def day_ends(day: date) -> datetime:
    """The last second of a day in programme time."""
    return datetime.combine(day, time(23, 59, 59), ZONE)
