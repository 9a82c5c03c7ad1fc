"""Hours, certificates, credentials and their verification."""

from typing import Any

from tests.access.roles import CERTIFIER, EVERYBODY, LEARNER, SIGNED_IN, STAFF, WATCHING
from tests.access.rows import Row, deed, form, page

REASON = {"reason": "考试由他人代答，经复核认定。"}
READERS = STAFF | WATCHING

ROUTES: dict[str, Row | list[Row]] = {
    "run_certificates": form("run", READERS),
    "run_certificates_issue": deed("run", CERTIFIER),
    "certificate_detail": form("certificate", READERS),
    "certificate_suspend": form("certificate", CERTIFIER, body=REASON),
    "certificate_lift": form("suspended certificate", CERTIFIER),
    "certificate_revoke": form("certificate", CERTIFIER, body=REASON),
    "certificate_revoke_confirm": form(
        "asked certificate", CERTIFIER, body={"decision": "confirm"}
    ),
    "certificate_reissue": form("certificate", CERTIFIER, body={"holder": "示例更名", **REASON}),
    "learning_certificates": form("", SIGNED_IN),
    "learning_hours": form("", SIGNED_IN),
    "learning_hours_export": form("", SIGNED_IN),
    "certificate_pdf": form("certificate", LEARNER),
    "certificate_credential": form("certificate", LEARNER),
    "certificate_verify": form("", EVERYBODY),
    "certificate_verify_upload": form("", EVERYBODY),
    "certificate_verify_number": form("number", EVERYBODY),
    "credential_keys": page("", EVERYBODY),
    "credential_keys_well_known": page("", EVERYBODY),
    "credential_key": page("key", EVERYBODY),
    "credential_issuer": page("issuer", EVERYBODY),
    "credential_achievement": page("achievement", EVERYBODY),
    "credential_status": page("status list", EVERYBODY),
}


def achievement(case: Any) -> tuple[str]:
    return (case.training.certificate.facts["course_code"],)


IDS: dict[str, Any] = {
    "certificate": lambda case: (case.training.certificate.public_id,),
    "suspended certificate": lambda case: (case.training.suspended.public_id,),
    "asked certificate": lambda case: (case.training.asked.public_id,),
    "number": lambda case: (case.training.certificate.number,),
    "key": lambda case: (case.training.certificate.credential.key_id,),
    "issuer": lambda case: (case.training.certificate.issuer.key,),
    "achievement": achievement,
    "status list": lambda case: (case.training.certificate.issuer.key, "revocation", 1),
}
