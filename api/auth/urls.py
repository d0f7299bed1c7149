"""The token endpoint, with and without its slash. There is nothing to authorize and no one to ask."""

from django.urls import URLPattern, path

from api.auth.token import ClientTokenView

urlpatterns: list[URLPattern] = [
    path("oauth/token/", ClientTokenView.as_view(), name="oauth-token"),
    path("oauth/token", ClientTokenView.as_view()),
]
