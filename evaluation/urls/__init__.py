"""Addresses of the evaluation, one module per screen group."""

from evaluation.urls import desk, notices, panels, rankings

urlpatterns = [
    *panels.urlpatterns,
    *desk.urlpatterns,
    *rankings.urlpatterns,
    *notices.urlpatterns,
]
