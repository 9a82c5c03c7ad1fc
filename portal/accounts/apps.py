from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in


class AccountsConfig(AppConfig):
    name = "portal.accounts"
    label = "accounts"

    def ready(self) -> None:
        from portal.accounts.services.sessions import remember_rights  # noqa: PLC0415 - needs models

        user_logged_in.connect(remember_rights, dispatch_uid="remember_rights")
