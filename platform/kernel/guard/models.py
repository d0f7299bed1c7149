"""Which stamps have been used. A row says that some form was sent, never by whom."""

from django.db import models


class SpentStamp(models.Model):
    """A stamp that has served: kept until it would not be believed anyway."""

    word = models.CharField(max_length=22, primary_key=True)
    came_to = models.CharField(max_length=80, blank=True, default="")  # the id of what the form wrote, if it has one
    spent_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return "a stamp"
