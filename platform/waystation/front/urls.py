"""The front: home for everybody, the console's index and its style page for members."""

from django.urls import URLPattern, path

from kernel.shell import style
from waystation.front import pages

urlpatterns: list[URLPattern] = [
    path("", pages.home, name="home"),
    path("console/", pages.console_index, name="console"),
    path("console/style/", style.page, name="console_style"),
]
