from django.apps import AppConfig


class ExportsConfig(AppConfig):
    name = "exports_app"
    verbose_name = "Exports"

    def ready(self) -> None:
        from resolutionflow import redaction
        from sessions_app.titles import redaction as of_titles

        of_titles.use(redaction.mask)
