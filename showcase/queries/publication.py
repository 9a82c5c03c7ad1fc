"""What of an application becomes public when it is listed, and how strong its evidence is.

Title, names, abstract, effects, adopters, standards and the sections named in the applicant's
pledge. Contacts, money, architecture and key technology never leave the application.
"""

import re
from typing import Any

from showcase.models import SolutionPage, Submission

# The sections of the form that the pledge `pl.publish` names, and their keys on the page.
# Architecture and key technology stay private: they would tell an attacker how it is built.
PUBLIC_SECTIONS = {
    "tx.background": "background",
    "tx.innov": "innovation",
    "tx.impl": "implementation",
    "tx.benefit": "benefit",
    "tx.replicate": "replicability",
    "tx.comply": "compliance",
}
CITED = re.compile(r"A\d{1,2}")
THIRD_PARTY, USERS = "A5", "A7"


def page_facts(submission: Submission) -> dict[str, Any]:
    """Return the fields of the public page that come from the application."""
    data, direction = submission.data, submission.direction
    return {
        "title": submission.title,
        "title_en": data.get("pj.title_en", ""),
        "applicant_name": submission.applicant.name,
        "partner_names": [partner.name for partner in submission.partners.all()],
        "direction_code": direction.code,  # type: ignore[union-attr]
        "direction_name": direction.name,  # type: ignore[union-attr]
        "direction_name_en": direction.name_en,  # type: ignore[union-attr]
        "region": submission.region,
        "industry": data.get("org.industry", ""),
        "objects_protected": data.get("pj.objects", []),
        "round_title": submission.round.title,
        "year": submission.round.year,
        "abstract": data.get("pj.public", ""),
        "abstract_en": data.get("pj.public_en", ""),
        "effects": rows_of(data, "tx.effect", ("metric", "before", "after", "unit", "evidence")),
        "sections": public_sections(submission),
        "adopters": rows_of(data, "tx.users", ("name", "since", "scope")),
        "standards": data.get("tx.standards", []),
        "evidence": evidence_level(submission),
    }


def rows_of(data: dict[str, Any], key: str, columns: tuple[str, ...]) -> list[dict[str, str]]:
    """Return a table of the form with the named columns only."""
    return [{name: str(row.get(name, "")) for name in columns} for row in data.get(key, [])]


def public_sections(submission: Submission) -> list[dict[str, str]]:
    """Return the texts the applicant agreed to publish; none without the pledge."""
    data = submission.data
    if not data.get("pl.publish"):
        return []
    names = {
        field["key"]: field["zh"]
        for section in submission.round.form.schema["sections"]
        for field in section["fields"]
    }
    return [
        {"key": key, "zh": names.get(field, ""), "text": data[field]}
        for field, key in PUBLIC_SECTIONS.items()
        if data.get(field)
    ]


def evidence_level(submission: Submission) -> str:
    """Return how well the stated effects are proven.

    Rule: D, stated by the applicant; C, users' statements (A7) are on file; B, a third-party
    report (A5) is on file; A, both are, and every stated effect names the attached file that
    proves it, so that each figure can be looked up.
    """
    level = SolutionPage.Evidence
    attached = {attachment.code for attachment in submission.attachments.all()}
    effects = submission.data.get("tx.effect", [])
    proven = [attached & set(CITED.findall(str(row.get("evidence", "")))) for row in effects]
    if {THIRD_PARTY, USERS} <= attached and proven and all(proven):
        return level.A
    if THIRD_PARTY in attached:
        return level.B
    return level.C if USERS in attached else level.D
