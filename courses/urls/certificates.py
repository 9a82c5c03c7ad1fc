from django.urls import path

from courses.views import certificates, credentials, hours, verification

STAFF = "training/certificates/<slug:public_id>"
OWN = "learning/certificates/<slug:public_id>"
urlpatterns = [
    path(
        "training/runs/<slug:public_id>/certificates/",
        certificates.run_certificates,
        name="run_certificates",
    ),
    path(
        "training/runs/<slug:public_id>/certificates/issue/",
        certificates.run_certificates_issue,
        name="run_certificates_issue",
    ),
    path(f"{STAFF}/", certificates.certificate_detail, name="certificate_detail"),
    path(f"{STAFF}/suspend/", certificates.certificate_suspend, name="certificate_suspend"),
    path(f"{STAFF}/lift/", certificates.certificate_lift, name="certificate_lift"),
    path(f"{STAFF}/revoke/", certificates.certificate_revoke, name="certificate_revoke"),
    path(
        f"{STAFF}/revoke/confirm/",
        certificates.certificate_revoke_confirm,
        name="certificate_revoke_confirm",
    ),
    path(f"{STAFF}/reissue/", certificates.certificate_reissue, name="certificate_reissue"),
    path("learning/certificates/", hours.learning_certificates, name="learning_certificates"),
    path(f"{OWN}/certificate.pdf", hours.certificate_pdf, name="certificate_pdf"),
    path(f"{OWN}/credential.jwt", hours.certificate_credential, name="certificate_credential"),
    path("learning/hours/", hours.learning_hours, name="learning_hours"),
    path("learning/hours/export/", hours.learning_hours_export, name="learning_hours_export"),
    path("verify/", verification.certificate_verify, name="certificate_verify"),
    path(
        "verify/upload/", verification.certificate_verify_upload, name="certificate_verify_upload"
    ),
    path(
        "verify/<str:number>/",
        verification.certificate_verify_number,
        name="certificate_verify_number",
    ),
    path("credentials/keys/", credentials.credential_keys, name="credential_keys"),
    path("credentials/keys/<str:key_id>/", credentials.credential_key, name="credential_key"),
    path(".well-known/jwks.json", credentials.credential_keys, name="credential_keys_well_known"),
    path(
        "credentials/issuers/<slug:key>/", credentials.credential_issuer, name="credential_issuer"
    ),
    path(
        "credentials/achievements/<slug:code>/",
        credentials.credential_achievement,
        name="credential_achievement",
    ),
    path(
        "credentials/status/<slug:key>/<slug:purpose>/<int:number>/",
        credentials.credential_status,
        name="credential_status",
    ),
]
