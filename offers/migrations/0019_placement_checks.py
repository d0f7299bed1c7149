"""Checks while help is given: which side was asked when, and the word it answered with."""

import django.db.models.deletion
from django.db import migrations, models

import kernel.ids.fields


class Migration(migrations.Migration):
    dependencies = [
        ("offers", "0018_open_proposals"),
    ]

    operations = [
        migrations.CreateModel(
            name="PlacementCheck",
            fields=[
                ("id", kernel.ids.fields.PublicIdField(max_length=40, prefix="chk", serialize=False)),
                ("side", models.CharField(choices=[("person", "person"), ("provider", "provider")], max_length=8)),
                (
                    "step",
                    models.CharField(
                        choices=[("first", "the first days"), ("week", "after a week"), ("month", "monthly")],
                        max_length=5,
                    ),
                ),
                ("due_on", models.DateField()),
                ("by_mail", models.BooleanField(default=False)),
                ("unanswered", models.PositiveSmallIntegerField(default=0)),
                ("asked_at", models.DateTimeField()),
                ("reminded_at", models.DateTimeField(blank=True, null=True)),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("fine", "all is well"),
                            ("needs_help", "needs help"),
                            ("wants_to_stop", "wants it to end"),
                            ("unsafe", "it is not safe"),
                        ],
                        default="",
                        max_length=13,
                    ),
                ),
                ("answered_by", models.CharField(blank=True, default="", max_length=60)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("seen_by", models.CharField(blank=True, default="", max_length=60)),
                ("seen_at", models.DateTimeField(blank=True, null=True)),
                (
                    "match",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="checks", to="offers.match"
                    ),
                ),
            ],
            options={
                "ordering": ["due_on", "id"],
                "indexes": [
                    models.Index(condition=models.Q(("ended_at", None)), fields=["asked_at"], name="offers_check_open")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("match", "side", "due_on"),
                        name="offers_check_once",
                        violation_error_message="This side was asked on this day already.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("match", "side"),
                        name="offers_check_one_open_a_side",
                        violation_error_message="This side is being asked already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", ""), ("answered_at", None), ("answered_by", "")),
                            models.Q(
                                ("answer__in", ["fine", "needs_help", "wants_to_stop", "unsafe"]),
                                ("answered_at__isnull", False),
                                ("ended_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="offers_check_whole",
                        violation_error_message="A check is answered with one of the words, once, or not at all.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("side__in", ["person", "provider"]), ("step__in", ["first", "week", "month"])
                        ),
                        name="offers_check_words_known",
                        violation_error_message="A check is of one side, and of a kind that is known.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("seen_at", None), ("seen_by", "")),
                            models.Q(
                                ("seen_at__isnull", False),
                                models.Q(("seen_by", ""), _negated=True),
                                models.Q(("answer", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="offers_check_seen_by_somebody",
                        violation_error_message="What was answered is looked after by somebody.",
                    ),
                ],
            },
        ),
    ]
