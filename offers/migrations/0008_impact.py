"""Figures of impact, frozen by the month."""

from django.db import migrations, models

FIGURES = [
    ("households_asked", "households that asked for help"),
    ("households_helped", "households that were helped"),
    ("providers", "people and organisations that offered help"),
]


class Migration(migrations.Migration):
    dependencies = [("offers", "0007_suggestions")]

    operations = [
        migrations.CreateModel(
            name="ImpactFigure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField()),
                ("figure", models.CharField(choices=FIGURES, max_length=20)),
                ("shown", models.PositiveIntegerField()),
                ("counted", models.PositiveIntegerField()),
                ("moved", models.BooleanField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("month", "figure"),
                        name="offers_impact_one_a_month",
                        violation_error_message="This month is frozen.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("counted__gte", models.F("shown")), ("month__day", 1)),
                        name="offers_impact_whole",
                        violation_error_message="A figure is of a month, and shows no more than was counted.",
                    ),
                ],
            },
        ),
    ]
