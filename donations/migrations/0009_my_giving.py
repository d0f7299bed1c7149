"""Links to what was given with an address."""

from django.db import migrations, models

import kernel.ids.fields


class Migration(migrations.Migration):
    dependencies = [
        ("donations", "0008_payouts"),
    ]

    operations = [
        migrations.CreateModel(
            name="GivingLink",
            fields=[
                ("id", kernel.ids.fields.PublicIdField(max_length=40, prefix="gl", serialize=False)),
                ("blind_email", models.BinaryField(db_index=True, max_length=32)),
                ("mailbox", models.BinaryField(max_length=32)),
                ("digest", models.BinaryField(max_length=32, unique=True)),
                ("made_at", models.DateTimeField(db_index=True)),
                ("good_until", models.DateTimeField()),
                ("opened_at", models.DateTimeField(blank=True, null=True)),
                ("visit_digest", models.BinaryField(blank=True, max_length=32, null=True, unique=True)),
                ("visit_until", models.DateTimeField(blank=True, null=True)),
                (
                    "ended",
                    models.CharField(
                        blank=True, choices=[("left", "left"), ("erased", "erased")], default="", max_length=6
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended", ""), ("opened_at", None), ("visit_digest", None), ("visit_until", None)),
                            models.Q(
                                ("opened_at__isnull", False),
                                ("visit_digest__isnull", False),
                                ("visit_until__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="donations_givinglink_opened_has_a_visit",
                        violation_error_message="A link that was opened has a visit with an end, and no other has.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ended__in", ["", "left", "erased"])),
                        name="donations_givinglink_end_known",
                        violation_error_message="This is not how a visit ends.",
                    ),
                ],
            },
        ),
    ]
