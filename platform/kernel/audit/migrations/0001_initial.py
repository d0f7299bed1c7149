"""The trail and its chain, both append-only from the first row."""

import django.db.models.deletion
from django.db import migrations, models

from kernel.audit.append_only import append_only


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("actor", models.CharField(max_length=80)),
                ("action", models.CharField(max_length=80)),
                ("object_id", models.CharField(max_length=80)),
                ("reason", models.CharField(blank=True, max_length=80)),
                ("fields", models.JSONField(default=list)),
            ],
            options={
                "indexes": [models.Index(fields=["object_id", "id"], name="audit_entry_by_object")],
                "constraints": [
                    models.CheckConstraint(
                        condition=~models.Q(actor="") & ~models.Q(action=""),
                        name="audit_entry_says_who_and_what",
                        violation_error_message="An audit entry names an actor and an action.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditUnsealed",
            fields=[
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="unsealed",
                        serialize=False,
                        to="audit.auditentry",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AuditSeal",
            fields=[
                ("position", models.BigIntegerField(primary_key=True, serialize=False)),
                ("entry_hash", models.CharField(max_length=64)),
                ("previous_hash", models.CharField(max_length=64, unique=True)),
                ("hash", models.CharField(max_length=64, unique=True)),
                ("sealed_at", models.DateTimeField()),
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="seal", to="audit.auditentry"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(position__gte=1),
                        name="audit_seal_position_from_one",
                        violation_error_message="The chain of seals is counted from one.",
                    )
                ],
            },
        ),
        append_only("audit_auditentry", "audit_entry_append_only"),
        append_only("audit_auditseal", "audit_seal_append_only"),
    ]
