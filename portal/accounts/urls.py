"""Addresses of the account's screens; sign-in itself is allauth's under /accounts/."""

from django.urls import path

from portal.accounts import views

urlpatterns = [
    path("workspace/", views.workspace, name="workspace"),
    path("organisations/", views.organisation_list, name="organisation_list"),
    path("organisations/new/", views.organisation_register, name="organisation_register"),
    path(
        "organisations/<slug:public_id>/members/",
        views.organisation_members,
        name="organisation_members",
    ),
    path(
        "organisations/<slug:public_id>/members/<int:membership_id>/remove/",
        views.member_remove,
        name="member_remove",
    ),
    path("invitations/<str:token>/", views.invitation_accept, name="invitation_accept"),
    path("notifications/", views.notification_list, name="notification_list"),
    path("notifications/read/", views.notifications_read, name="notifications_read"),
    path("profile/", views.profile_edit, name="profile_edit"),
]
