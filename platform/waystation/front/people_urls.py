"""Who works here, below console/: one's own sessions, and everybody's coming and going."""

from django.urls import URLPattern, path

from waystation.front import people, sessions

urlpatterns: list[URLPattern] = [
    path("sessions/", sessions.my_sessions, name="my_sessions"),
    path("sessions/end/", sessions.end_others, name="end_other_sessions"),
    path("people/", people.people, name="people"),
    path("people/invite/", people.invite_person, name="people_invite"),
    path("people/<int:member_id>/<slug:deed>/", people.change_person, name="people_change"),
    path("people/requests/<str:request_id>/sign/", people.sign_request, name="people_sign"),
    path("people/requests/<str:request_id>/drop/", people.drop_request, name="people_drop"),
]
