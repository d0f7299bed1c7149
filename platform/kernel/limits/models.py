"""What limits remember: a salt of today and counts under words that nobody can turn back. Never in a backup."""

from django.db import models

LETTERS = 32


class DailySalt(models.Model):
    """The random key of one day (UTC), the same for every process. It is gone when the next day begins."""

    emptied_whole = True  # a deleted row stays in PostgreSQL's file until something is written over it

    day = models.DateField(primary_key=True)
    salt = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return "a salt"


class Tally(models.Model):
    """How many tries one word has made in one window. `word` says neither who nor what for."""

    word = models.CharField(max_length=LETTERS, primary_key=True)
    used = models.PositiveIntegerField()
    ends_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["ends_at"], name="limits_tally_over")]

    def __str__(self) -> str:
        return f"{self.used} tries"
