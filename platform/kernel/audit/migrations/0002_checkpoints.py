"""Signed counts of the chain, append-only like the chain; and the trail can be read by person."""

from django.db import migrations, models

from kernel.audit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="AuditCheckpoint",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("position", models.BigIntegerField()),
                ("head", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                ("previous_hash", models.CharField(max_length=64, unique=True)),
                ("hash", models.CharField(max_length=64, unique=True)),
                ("key", models.CharField(max_length=44)),
                ("signature", models.CharField(max_length=88)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(number__gte=1, position__gte=0),
                        name="audit_checkpoint_counts_from_one",
                        violation_error_message="Checkpoints are counted from one.",
                    )
                ],
            },
        ),
        append_only("audit_auditcheckpoint", "audit_checkpoint_append_only"),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["actor", "id"], name="audit_entry_by_actor"),
        ),
    ]
