"""Group keys, sealed records, notification addresses."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="GroupKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("owner", models.CharField(max_length=40)),
                ("group", models.CharField(choices=[("A", "caseworkers"), ("B", "approvers")], max_length=1)),
                ("version", models.PositiveIntegerField()),
                ("public_key", models.BinaryField(max_length=32)),
                (
                    "state",
                    models.CharField(choices=[("live", "live"), ("retired", "retired")], default="live", max_length=7),
                ),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("owner", "group", "version"),
                        name="vault_group_key_version_once",
                        violation_error_message="This group has a key of that version already.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(state="live"),
                        fields=("owner", "group"),
                        name="vault_group_key_one_live",
                        violation_error_message="A group has one live key.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(group__in=["A", "B"])
                        & models.Q(state__in=["live", "retired"])
                        & models.Q(version__gte=1),
                        name="vault_group_key_known",
                        violation_error_message="A group key belongs to group A or B and is live or retired.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SealedRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("record_id", models.CharField(max_length=80)),
                ("purpose", models.CharField(max_length=40)),
                ("format", models.PositiveSmallIntegerField()),
                ("nonce", models.BinaryField(max_length=12)),
                ("ciphertext", models.BinaryField()),
                ("box_a", models.BinaryField()),
                ("box_b", models.BinaryField()),
                ("updated_at", models.DateTimeField()),
                (
                    "group_key_a",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="vault.groupkey"
                    ),
                ),
                (
                    "group_key_b",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="vault.groupkey"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("record_id", "purpose"),
                        name="vault_record_once_per_purpose",
                        violation_error_message="This record is sealed for that purpose already.",
                    ),
                    models.CheckConstraint(
                        condition=~models.Q(group_key_a=models.F("group_key_b")),
                        name="vault_record_two_groups",
                        violation_error_message="The two halves of a data key go to two groups.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NotificationAddress",
            fields=[
                ("lookup", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("sealed", models.BinaryField()),
            ],
        ),
    ]
