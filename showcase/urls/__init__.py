"""Addresses of the showcase, one module per screen group."""

from showcase.urls import applying, authority, dossier, office, public

urlpatterns = [
    *applying.urlpatterns,
    *authority.urlpatterns,
    *dossier.urlpatterns,
    *office.urlpatterns,
    *public.urlpatterns,
]
