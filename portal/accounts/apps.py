from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in


class AccountsConfig(AppConfig):
    name = "portal.accounts"
    label = "accounts"

    def ready(self) -> None:
        # The table of states is in the register of lifecycles as soon as the site is up.
        from portal.accounts import lifecycle  # noqa: F401, PLC0415 - needs models
        from portal.accounts.services.sessions import remember_rights  # noqa: PLC0415 - needs models

        user_logged_in.connect(remember_rights, dispatch_uid="remember_rights")
        # allauth's own signal: somebody really signed in, by whatever way.
        from allauth.account.signals import user_logged_in as signed_in  # noqa: PLC0415 - models

        from portal.accounts.services.consenting import ask_at_sign_in  # noqa: PLC0415 - models

        signed_in.connect(ask_at_sign_in, dispatch_uid="ask_at_sign_in")
        from portal.accounts.services import watching  # noqa: PLC0415 - needs models

        watching.connect()
        from portal.accounts.services.lasting import begin  # noqa: PLC0415 - needs models

        user_logged_in.connect(begin, dispatch_uid="session_begins")
