"""Addresses of this app that are no pages of the tree."""

from django.urls import path
from wagtail.contrib.sitemaps.views import sitemap

from portal.outreach.views.sitemap import site_map

urlpatterns = [
    path("sitemap/", site_map, name="site_map"),
    path("sitemap.xml", sitemap, name="sitemap_xml"),
]
