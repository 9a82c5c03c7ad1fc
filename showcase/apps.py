from django.apps import AppConfig
from django.db.models.signals import pre_save


class ShowcaseConfig(AppConfig):
    name = "showcase"

    def ready(self) -> None:
        from showcase.services.listing import record_edit  # noqa: PLC0415 - needs models

        sender = self.get_model("SolutionPage")
        pre_save.connect(record_edit, sender=sender, dispatch_uid="showcase.page_edited")
