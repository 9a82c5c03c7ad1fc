"""A laptop: SQLite under var/, mails on the console, a key that protects nothing."""

from portal.settings.base import *

DATA_DIR.mkdir(parents=True, exist_ok=True)  # noqa: F405
SECRET_KEY = SECRET_KEY or "development-only-key-never-used-where-people-sign-in"
ALLOWED_HOSTS = ALLOWED_HOSTS or ["localhost", "127.0.0.1", "[::1]", "testserver"]
WHITENOISE_USE_FINDERS = True
SITE_FACTS = {
    "organiser": SITE_FACTS["organiser"] or "工业互联网安全试点示范秘书处（示例）",
    "phone": SITE_FACTS["phone"] or "000-0000 0000",
    "icp": SITE_FACTS["icp"] or "示ICP备00000000号-1",
    "police": SITE_FACTS["police"] or "示公网安备 00000000000000号",
    "site_code": SITE_FACTS["site_code"] or "0000000000",
}
PRIVACY_CONTACT = PRIVACY_CONTACT or "privacy@example.org"
CREDENTIAL_KEY_FILE = CREDENTIAL_KEY_FILE or str(DATA_DIR / "keys" / "credential.pem")
CREDENTIAL_KEY_MADE_WHEN_MISSING = True
AUDIT_KEY_MADE_WHEN_MISSING = True
# Passkeys over http, on this machine only.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
DEMO_ALLOWED = True
