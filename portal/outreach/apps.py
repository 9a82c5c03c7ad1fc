from django.apps import AppConfig


class OutreachConfig(AppConfig):
    name = "portal.outreach"
    label = "outreach"
