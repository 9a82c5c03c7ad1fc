"""Every address of the site. Feature apps list their own; pages of the CMS come last."""

from django.conf import settings
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

from portal.core.views.cms import cms_login
from portal.core.views.styleguide import styleguide

handler429 = "portal.core.views.errors.too_many"
urlpatterns = [
    # Asked most; every list before it would be gone through for every question.
    path("", include("search.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("portal.accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("", include("portal.core.urls")),
    path("", include("showcase.urls")),
    path("", include("evaluation.urls")),
    path("", include("courses.urls")),
    path("", include("portal.outreach.urls")),
    path("admin/login/", cms_login, name="cms_login"),
    path("admin/", include(wagtailadmin_urls)),
    path("", include(wagtail_urls)),
]
if settings.DEMO_ALLOWED:  # a page for developers; no public site needs it
    urlpatterns.insert(0, path("styleguide/", styleguide, name="styleguide"))
