"""What public figures stood at, month by month; and which transactions were known when a figure last moved."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models


def remember(apps: Any, schema_editor: Any) -> None:
    """Take what is public now as the figure of the month it last moved in, and every booked gift as known."""
    known = apps.get_model("donations", "Transaction").objects.aggregate(last=models.Max("pk"))["last"] or 0
    figures = apps.get_model("donations", "PublicFigure").objects
    figures.update(upto=known)
    month = apps.get_model("donations", "PublicFigureMonth").objects
    for row in figures.all():
        month.create(
            fund_id=row.fund_id,
            currency=row.currency,
            month=row.moved_on.replace(day=1),
            raised_minor=row.raised_minor,
        )
    month = apps.get_model("donations", "PublicSpendingMonth").objects
    for row in apps.get_model("donations", "PublicSpending").objects.all():
        month.create(
            fund_id=row.fund_id,
            category=row.category,
            currency=row.currency,
            month=row.moved_on.replace(day=1),
            spent_minor=row.spent_minor,
        )


class Migration(migrations.Migration):
    dependencies = [
        ("donations", "0013_offline_receipts"),
    ]

    operations = [
        migrations.AddField(
            model_name="publicfigure",
            name="upto",
            field=models.BigIntegerField(default=0),
        ),
        migrations.CreateModel(
            name="PublicFigureMonth",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("currency", models.CharField(max_length=3)),
                ("month", models.DateField()),
                ("raised_minor", models.BigIntegerField()),
                (
                    "fund",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="figure_months",
                        to="donations.fund",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("fund", "currency", "month"),
                        name="donations_figure_month_once",
                        violation_error_message="There is a public figure for this fund, currency and month.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("month__day", 1)),
                        name="donations_figure_month_first_day",
                        violation_error_message="A month is named by its first day.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PublicSpendingMonth",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("category", models.CharField(max_length=20)),
                ("currency", models.CharField(max_length=3)),
                ("month", models.DateField()),
                ("spent_minor", models.BigIntegerField()),
                (
                    "fund",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="spending_months",
                        to="donations.fund",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("fund", "category", "currency", "month"),
                        name="donations_spending_month_once",
                        violation_error_message="There is a public figure for this fund, category, currency and month.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("month__day", 1)),
                        name="donations_spending_month_first_day",
                        violation_error_message="A month is named by its first day.",
                    ),
                ],
            },
        ),
        migrations.RunPython(remember, migrations.RunPython.noop),
    ]
