"""Key shares in a table of their own."""

import django.db.models.deletion
from django.db import migrations, models


def move_boxes(apps, editor):
    record_model, share_model = apps.get_model("vault", "SealedRecord"), apps.get_model("vault", "KeyShare")
    for record in record_model.objects.iterator():
        share_model.objects.create(record=record, letter="A", group_key_id=record.group_key_a_id, box=record.box_a)
        share_model.objects.create(record=record, letter="B", group_key_id=record.group_key_b_id, box=record.box_b)


class Migration(migrations.Migration):
    dependencies = [("vault", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="KeyShare",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "letter",
                    models.CharField(
                        choices=[
                            ("A", "caseworkers' half"),
                            ("B", "approvers' half"),
                            ("R", "what a change of keys left for the other group"),
                        ],
                        max_length=1,
                    ),
                ),
                ("box", models.BinaryField()),
                (
                    "group_key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="shares", to="vault.groupkey"
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="shares", to="vault.sealedrecord"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("letter", "R"), _negated=True),
                        fields=("record", "letter"),
                        name="vault_share_one_half_each",
                        violation_error_message="A record has one half for each group.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("letter", "R"), _negated=True),
                        fields=("record", "group_key"),
                        name="vault_share_two_groups",
                        violation_error_message="The two halves of a data key go to two groups.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("letter__in", ["A", "B", "R"])),
                        name="vault_share_letter_known",
                        violation_error_message="A share is A, B or R.",
                    ),
                ]
            },
        ),
        migrations.RunPython(move_boxes),
        migrations.RemoveConstraint(model_name="sealedrecord", name="vault_record_two_groups"),
        migrations.RemoveField(model_name="sealedrecord", name="box_a"),
        migrations.RemoveField(model_name="sealedrecord", name="box_b"),
        migrations.RemoveField(model_name="sealedrecord", name="group_key_a"),
        migrations.RemoveField(model_name="sealedrecord", name="group_key_b"),
    ]
