"""The outbox and the wake-ups for its worker."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="OutboxRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=80)),
                ("object_id", models.CharField(max_length=80)),
                ("created_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "waiting"), ("done", "done"), ("failed", "failed")],
                        default="waiting",
                        max_length=7,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("error", models.CharField(blank=True, max_length=60)),
                ("claim", models.CharField(blank=True, max_length=32)),
                ("claimed_until", models.DateTimeField(blank=True, null=True)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")), fields=["due_at", "id"], name="outbox_row_due"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(state__in=["waiting", "done", "failed"]),
                        name="outbox_row_state_known",
                        violation_error_message="An outbox row is waiting, done or failed.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(claim="", claimed_until=None)
                        | (~models.Q(claim="") & models.Q(claimed_until__isnull=False)),
                        name="outbox_row_claim_has_an_end",
                        violation_error_message="A claim names its end.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Wakeup",
            fields=[
                ("task", models.CharField(max_length=160, primary_key=True, serialize=False)),
                ("waiting_since", models.DateTimeField(blank=True, null=True)),
            ],
        ),
    ]
