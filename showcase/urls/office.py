"""Addresses of the secretariat and the observers."""

from django.urls import URLPattern, path

from showcase.views import checks, office, office_calendar, record, revoking

urlpatterns: list[URLPattern] = [
    path("office/", office.office_home, name="office_home"),
    path("office/calendar/", office_calendar.office_calendar, name="office_calendar"),
    path("office/record/", record.office_record, name="office_record"),
    path("office/record/heads.<slug:form>", record.record_heads, name="record_heads"),
    path("office/rounds/<slug:code>/", office.office_round, name="office_round"),
    path("office/rounds/<slug:code>/list.xlsx", office.office_export, name="office_export"),
    path("office/rounds/<slug:code>/advance/", office.office_advance, name="office_advance"),
    path("office/checks/<slug:public_id>/", checks.check_page, name="check_page"),
    path(
        "office/listings/<slug:public_id>/revoke/", revoking.listing_revoke, name="listing_revoke"
    ),
]
