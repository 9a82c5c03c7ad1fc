"""Addresses of the account's screens; sign-in itself is allauth's under /accounts/."""

from django.urls import path

from portal.accounts.views import (
    access,
    acting,
    admissions,
    intake,
    notices,
    organisations,
    own,
    personal,
    roles,
)

ONE = "organisations/<slug:public_id>/"

urlpatterns = [
    # Before allauth's own: the same page, with the newest sign-ins beside the browsers.
    path("accounts/sessions/", access.usersessions_list, name="usersessions_list"),
    path("system/access/", access.access_list, name="access_list"),
    path("profile/typed/", own.send_typed, name="send_typed"),
    path("profile/stay/", own.stay_signed_in, name="stay_signed_in"),
    path("workspace/", own.workspace, name="workspace"),
    path("notifications/", notices.notification_list, name="notification_list"),
    path("notifications/read/", notices.notifications_read, name="notifications_read"),
    path("notifications/settings/", notices.notice_settings, name="notice_settings"),
    path("support/acting/", acting.acting_start, name="acting_start"),
    path("support/acting/stop/", acting.acting_stop, name="acting_stop"),
    path("profile/", own.profile_edit, name="profile_edit"),
    path("profile/second-factor/", own.second_factor_needed, name="second_factor_needed"),
    path("profile/data/", personal.personal_home, name="personal_home"),
    path("profile/data/copy/", personal.personal_copy, name="personal_copy"),
    path(
        "profile/data/copy/<slug:public_id>/",
        personal.personal_copy_file,
        name="personal_copy_file",
    ),
    path("profile/data/close/", personal.personal_close, name="personal_close"),
    path("profile/data/keep/", personal.personal_keep, name="personal_keep"),
    path("profile/consent/", personal.consent_give, name="consent_give"),
    path("legal/<slug:document>/", personal.legal_text, name="legal_text"),
    path("organisations/", organisations.organisation_list, name="organisation_list"),
    path("organisations/new/", admissions.organisation_register, name="organisation_register"),
    path("organisations/switch/", own.organisation_switch, name="organisation_switch"),
    path(ONE, organisations.organisation_detail, name="organisation_detail"),
    path(f"{ONE}edit/", organisations.organisation_edit, name="organisation_edit"),
    path(f"{ONE}hand-over/", organisations.organisation_hand_over, name="organisation_hand_over"),
    path(
        f"{ONE}deactivate/", organisations.organisation_deactivate, name="organisation_deactivate"
    ),
    path(
        f"{ONE}reactivate/", organisations.organisation_reactivate, name="organisation_reactivate"
    ),
    path(
        f"{ONE}members/<slug:membership_id>/remove/",
        organisations.member_remove,
        name="member_remove",
    ),
    path(
        f"{ONE}invitations/<slug:invitation_id>/cancel/",
        organisations.invitation_cancel,
        name="invitation_cancel",
    ),
    path("invitations/<str:token>/", organisations.invitation_accept, name="invitation_accept"),
    path("requests/<slug:public_id>/", admissions.admission_detail, name="admission_detail"),
    path(
        "requests/<slug:public_id>/withdraw/",
        admissions.admission_withdraw,
        name="admission_withdraw",
    ),
    path("roles/", roles.role_list, name="role_list"),
    path("roles/<slug:key>/", roles.role_detail, name="role_detail"),
    path("office/people/", intake.people_import, name="people_import"),
    path("office/people/template/", intake.people_template, name="people_template"),
    path("office/people/<slug:file_id>/", intake.people_list, name="people_list"),
    path(
        "office/people/<slug:file_id>/corrected/", intake.people_corrected, name="people_corrected"
    ),
    path("office/people/<slug:file_id>/undo/", intake.people_undo, name="people_undo"),
    path("office/registrations/", admissions.registration_list, name="registration_list"),
    path("office/organisations/", admissions.office_organisations, name="office_organisations"),
]
