"""Who may go where: one row for every address of the project's own apps.

A row names the arguments of the address (tests/access/world.py) and three sets of roles:
`get` who gets an answer, `post` whose POST may change something, `knows` who may learn that the
object exists without being allowed to change it (a refusal in words, nothing written). Everybody
else gets 404, alike for what is forbidden and what does not exist; who is not signed in is sent
to the sign-in. `refused` get 403 instead: they hold something that proves the object to them.
`body` is a POST that would do something if the sender were allowed to.
"""

from portal.core import clock
from tests.access.roles import (
    APPLICANT,
    EVERYBODY,
    EXPERTS,
    LEAD_AND_PARTNER,
    MANAGERS,
    NOBODY,
    OFFICE,
    READERS,
    RECOMMENDER,
    SETTING_UP,
    SIGNED_IN,
    SYSTEM,
    WATCHING,
)
from tests.access.rows import Row, deed, form, page
from tests.access.training import ROUTES as TRAINING_ROUTES

REASON = {"reason": "理由写明在案。", "decision": "uphold"}
LONG_REASON = {"deed": "ask", "reason": "验收材料经查证不属实，撤销其称号。"}
ONE_EXPERT = frozenset({"expert"})
UNDECLARED = frozenset({"undeclared expert"})
TIED = frozenset({"tied expert"})
CHAIR = frozenset({"chair"})
PERSON = frozenset({"person"})

ROUTES: dict[str, Row | list[Row]] = {
    # accounts
    "workspace": form("", SIGNED_IN),
    "organisation_list": form("", SIGNED_IN),
    "organisation_register": form("", SIGNED_IN),
    "organisation_switch": deed("", NOBODY),
    "organisation_detail": form("organisation", APPLICANT, get=APPLICANT | MANAGERS),
    "organisation_edit": form("organisation", APPLICANT | MANAGERS, body={"region": "320000"}),
    "organisation_hand_over": deed("organisation", APPLICANT),
    "organisation_deactivate": deed("organisation", MANAGERS, body=REASON),
    "organisation_reactivate": deed("organisation", MANAGERS),
    "member_remove": deed("membership", APPLICANT),
    "invitation_cancel": deed("organisation invitation", APPLICANT),
    "admission_detail": form(
        "request",
        APPLICANT | MANAGERS,
        get=APPLICANT | MANAGERS | PERSON,
        body={"decide": "confirm", "role": "applicant"},
    ),
    "admission_withdraw": deed("request", PERSON),
    "registration_list": form("", MANAGERS),
    "office_organisations": form("", MANAGERS),
    "role_list": form("", APPLICANT | {"other applicant"} | WATCHING | SETTING_UP),
    "role_detail": form("capacity", APPLICANT | {"other applicant"} | WATCHING | SETTING_UP),
    "people_import": form("", SETTING_UP),
    "people_template": page("", SETTING_UP),
    "people_list": form("people list", SETTING_UP),
    "people_corrected": page("people list", SETTING_UP),
    "people_undo": deed("people list", SETTING_UP),
    "invitation_accept": form("invitation", PERSON, refused=SIGNED_IN),
    "notification_list": form("", SIGNED_IN),
    "notifications_read": deed("", SIGNED_IN),
    "notice_settings": form("", SIGNED_IN, body={"certificates": "daily"}),
    "profile_edit": form("", SIGNED_IN),
    "send_typed": form("", SIGNED_IN),
    "stay_signed_in": deed("", SIGNED_IN),
    "second_factor_needed": form("", SIGNED_IN),
    "acting_start": form("", SYSTEM),
    "acting_stop": deed("", NOBODY),
    "consent_give": form("", SIGNED_IN),
    "legal_text": form("document", EVERYBODY),
    "personal_home": form("", SIGNED_IN),
    "personal_copy": deed("", SIGNED_IN),
    "personal_copy_file": deed("copy", APPLICANT),
    # A POST of who signed in long ago is sent to where the password is asked once more.
    "personal_close": form("", SIGNED_IN),
    "personal_keep": deed("", SIGNED_IN),
    # core and search
    "styleguide": form("", EVERYBODY),
    "job_detail": form("job", APPLICANT),
    "job_cancel": deed("job", APPLICANT),
    "upload_begin": deed("", NOBODY, knows=SIGNED_IN),
    "upload_part": form("upload", APPLICANT),
    "upload_cancel": deed("upload", APPLICANT),
    "mail_list": form("", SYSTEM),
    "access_list": form("", SYSTEM),
    # A POST ends the other browsers of whoever sends it.
    "usersessions_list": form("", SIGNED_IN),
    "mail_again": deed("", SYSTEM),
    "search": page("", EVERYBODY),
    "search_suggest": page("", EVERYBODY),
    # outreach; its other pages belong to the page tree
    "site_map": page("", EVERYBODY),
    "selection": form("", EVERYBODY),
    # applicants
    "submission_list": page("", SIGNED_IN),
    "submission_start": form("", SIGNED_IN),
    "submission_detail": page("returned", READERS),
    "submission_check": form(
        "returned", APPLICANT, get=READERS, knows=READERS, body={"confirm": "1"}
    ),
    "submission_receipt": page("returned", READERS),
    "submission_withdraw": form(
        "returned", APPLICANT, get=READERS, knows=READERS, body={"reason": "另有安排"}
    ),
    "submission_revisions": page("returned", LEAD_AND_PARTNER | WATCHING),
    "submission_revision": page("returned revision", LEAD_AND_PARTNER | WATCHING),
    "submission_section": form(
        "returned section",
        APPLICANT,
        get=READERS,
        knows=READERS,
        body={"revision": "1", "pj.title": "被人改过的题目"},
    ),
    "attachment_file": page("returned file", READERS),
    "attachment_add": deed("returned code", APPLICANT, knows=READERS, body={"file": "pdf"}),
    "attachment_remove": deed("returned file", APPLICANT, knows=READERS),
    "submission_pdf": form("returned", READERS),
    # recommending authorities
    "authority_home": form("", frozenset({"recommender", "other recommender"})),
    "authority_round": form("desk", RECOMMENDER),
    "authority_send": form("desk", RECOMMENDER),
    "authority_export": form("desk", RECOMMENDER),
    "authority_import": form("desk", RECOMMENDER),
    "authority_import_file": form("desk file", RECOMMENDER),
    "authority_pass_over": form("waiting", RECOMMENDER, body=REASON),
    # the office
    "office_home": form("", WATCHING),
    "office_calendar": form(
        "",
        OFFICE,
        get=WATCHING,
        body={"day": f"{clock.today():%Y}-06-01", "kind": "holiday", "name": "调整放假"},
    ),
    "office_round": form("round", WATCHING),
    "office_record": form("", WATCHING),
    "record_heads": form("heads", WATCHING),
    "listing_revoke": form("listed", OFFICE, get=WATCHING, knows=WATCHING, body=LONG_REASON),
    "office_export": form("round", WATCHING),
    "office_advance": form("recommending round", OFFICE, body={"verb": "start_checks"}),
    "check_page": form("checked", OFFICE, get=WATCHING, knows=WATCHING, body={"decide": "accept"}),
    # panels
    "panel_board": page("round", WATCHING),
    "panel_draw": deed("round", OFFICE, knows=WATCHING),
    "panel_chairs": deed("round", OFFICE, knows=WATCHING),
    "panel_publish": deed("round draw", OFFICE, knows=WATCHING),
    "panel_discard": deed("round draw", OFFICE, knows=WATCHING),
    "panel_replace": deed("round seat", OFFICE, knows=WATCHING),
    "panel_conflicts": page("round", WATCHING),
    "panel_detect": deed("round", OFFICE, knows=WATCHING),
    "panel_decide": deed("round doubt", OFFICE, knows=WATCHING, body=REASON),
    "panel_progress": page("round", WATCHING),
    "panel_remind": deed("round", OFFICE, knows=WATCHING),
    # the expert's desk
    "desk_home": page("", EXPERTS),
    "desk_chair": page("", CHAIR),
    "desk_decide": deed("doubt", CHAIR, body=REASON),
    "desk_reopen": deed("signed seat", CHAIR, body=REASON),
    "desk_ballot": [
        form("seat", ONE_EXPERT, body={"revision": "1", "overall": "总体可信"}),
        form("undeclared seat", UNDECLARED, body={"revision": "0", "overall": "总体可信"}),
        form("tied seat", NOBODY, refused=TIED, body={"revision": "0"}),
    ],
    "desk_declare": [form("seat", ONE_EXPERT), form("undeclared seat", UNDECLARED)],
    "desk_save": [
        deed("seat", ONE_EXPERT, body={"revision": "1", "overall": "总体可信"}),
        deed("undeclared seat", NOBODY, refused=UNDECLARED, body={"revision": "0"}),
        deed("tied seat", NOBODY, refused=TIED, body={"revision": "0"}),
    ],
    "desk_sheet": [
        form("seat", ONE_EXPERT, body={"revision": "1"}),
        form("undeclared seat", NOBODY, refused=UNDECLARED, body={"revision": "0"}),
        form("tied seat", NOBODY, refused=TIED, body={"revision": "0"}),
    ],
    "desk_file": [
        page("seat file", ONE_EXPERT),
        page("undeclared file", NOBODY),
        page("tied file", NOBODY),
    ],
    # rankings
    "ranking_board": form("ranked", WATCHING),
    "ranking_freeze": deed("ranked", OFFICE, knows=WATCHING),
    "ranking_verify": deed("ranked", WATCHING),
    "ranking_workbook_download": form("ranked", WATCHING),
    "ranking_publish": form("ranked", OFFICE, get=WATCHING, knows=WATCHING),
    "ranking_entry": form(
        "ranked entry",
        OFFICE,
        get=WATCHING,
        knows=WATCHING,
        body={"kind": "spread", "spread-note": "五位专家逐项比对，结论为各自维持评分不变。"},
    ),
    # notices
    "notice_list": form("", EVERYBODY),
    "notice_detail": form("notice", EVERYBODY),
    "objection_receipt": form("notice objection", EVERYBODY),
    "notice_admin": form("notice", WATCHING),
    "notice_announce": deed("notice", OFFICE, knows=WATCHING),
    "objection_decide": form("objection", OFFICE, body={"outcome": "upheld", "answer": "查实" * 9}),
    "objection_hold": deed("objection", OFFICE),
    "objection_evidence": form("objection", OFFICE),
} | TRAINING_ROUTES
# The way into the CMS has its own rule (test_access_sweep.py): editors only.
APART = {"cms_login", "wagtailadmin_home"}
