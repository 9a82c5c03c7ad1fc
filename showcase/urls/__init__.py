"""Addresses of the showcase, one module per screen group."""

from showcase.urls import applying, authority, office, public

urlpatterns = [
    *applying.urlpatterns,
    *authority.urlpatterns,
    *office.urlpatterns,
    *public.urlpatterns,
]
