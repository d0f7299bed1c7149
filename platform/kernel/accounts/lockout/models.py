"""What is remembered of failed tries: a word of today, a count, and when the next try may come. Never in a backup."""

from django.db import models


class SignInTry(models.Model):
    """`word` is a keyed hash under the salt of the day: of an account and a visitor, a known device, or an account."""

    word = models.CharField(max_length=32, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    opens_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["last_at"], name="accounts_try_by_age")]

    def __str__(self) -> str:
        return f"{self.failures} failed tries"
