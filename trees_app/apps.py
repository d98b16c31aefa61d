from django.apps import AppConfig


class TreesConfig(AppConfig):
    name = "trees_app"
    verbose_name = "Flows"
