"""The whole chart of accounts, and what takes a second person.

SQLite rebuilds the tables of the ledger: their triggers are taken down first and put up again as they were.
"""

from django.db import migrations, models

TABLES = ("donations_transaction", "donations_posting", "donations_account")
taken_down: list[str] = []


def take_triggers_down(apps, editor):
    if editor.connection.vendor != "sqlite":
        return
    taken_down.clear()
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        for name, statement in cursor.fetchall():
            if any(table in statement for table in TABLES):
                taken_down.append(statement)
                editor.execute(f'DROP TRIGGER "{name}"')


def put_triggers_up(apps, editor):
    for statement in taken_down:
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_listed_organisations"),
        ("donations", "0005_breaker_and_alarms"),
    ]

    operations = [
        migrations.RunPython(take_triggers_down, put_triggers_up),
        migrations.RemoveConstraint(
            model_name="account",
            name="donations_account_has_its_owner",
        ),
        migrations.RemoveConstraint(
            model_name="transaction",
            name="donations_tx_kind_known",
        ),
        migrations.AddField(
            model_name="expense",
            name="reversed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="expense",
            name="reversed_by",
            field=models.CharField(blank=True, default="", max_length=80),
        ),
        migrations.AddField(
            model_name="refund",
            name="agreed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="refund",
            name="agreed_by",
            field=models.CharField(blank=True, default="", max_length=80),
        ),
        migrations.AddField(
            model_name="refund",
            name="takes_two",
            field=models.BooleanField(default=False),
        ),
        migrations.AlterField(
            model_name="account",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("stripe", "balance at Stripe"),
                    ("transit", "payouts on their way"),
                    ("bank", "bank"),
                    ("cash", "cash"),
                    ("conversion", "currency conversion"),
                    ("costs", "costs of the account at Stripe"),
                    ("gifts", "gifts"),
                    ("offline", "gifts past Stripe"),
                    ("transfers", "transfers of partners"),
                    ("fees", "payment fees"),
                    ("refunds", "refunds"),
                    ("disputes", "disputes"),
                    ("losses", "lost disputes"),
                    ("dispute_fees", "dispute fees"),
                    ("expenses", "expenses"),
                ],
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="transaction",
            name="kind",
            field=models.CharField(
                choices=[
                    ("gift", "gift"),
                    ("refund", "refund"),
                    ("refund_reversed", "refund reversed"),
                    ("payment_reversed", "payment reversed"),
                    ("dispute", "dispute"),
                    ("dispute_returned", "dispute given back"),
                    ("dispute_closed", "dispute closed"),
                    ("payout", "payout"),
                    ("payout_arrived", "payout arrived"),
                    ("payout_returned", "payout returned"),
                    ("stripe_cost", "cost of the account"),
                    ("offline_gift", "gift past Stripe"),
                    ("transfer", "transfer of a partner"),
                    ("expense", "expense"),
                    ("correction", "correction"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("fund", None), ("purpose__in", ("stripe", "transit", "bank", "cash", "conversion", "costs"))
                    ),
                    models.Q(
                        ("fund__isnull", False),
                        (
                            "purpose__in",
                            [
                                "gifts",
                                "offline",
                                "transfers",
                                "fees",
                                "refunds",
                                "disputes",
                                "losses",
                                "dispute_fees",
                                "expenses",
                            ],
                        ),
                    ),
                    _connector="OR",
                ),
                name="donations_account_has_its_owner",
                violation_error_message="Balances belong to the house; gifts and costs to a fund.",
            ),
        ),
        migrations.AddConstraint(
            model_name="expense",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reversed_at", None), ("reversed_by", "")),
                    models.Q(("reversed_at__isnull", False), models.Q(("reversed_by", ""), _negated=True)),
                    _connector="OR",
                ),
                name="donations_expense_reversed_whole",
                violation_error_message="What was taken back says when and by whom.",
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(
                condition=models.Q(("agreed_by", models.F("asked_by")), _negated=True),
                name="donations_refund_two_people",
                violation_error_message="A second person agrees.",
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("takes_two", False),
                    models.Q(("agreed_by", ""), _negated=True),
                    ("stripe_refund", None),
                    _connector="OR",
                ),
                name="donations_refund_agreed_before_sent",
                violation_error_message="Above the limit a refund is sent once a second person agrees.",
            ),
        ),
        migrations.AddConstraint(
            model_name="transaction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "gift",
                            "refund",
                            "refund_reversed",
                            "payment_reversed",
                            "dispute",
                            "dispute_returned",
                            "dispute_closed",
                            "payout",
                            "payout_arrived",
                            "payout_returned",
                            "stripe_cost",
                            "offline_gift",
                            "transfer",
                            "expense",
                            "correction",
                        ],
                    )
                ),
                name="donations_tx_kind_known",
                violation_error_message="This is no kind of transaction.",
            ),
        ),
        migrations.RunPython(put_triggers_up, take_triggers_down),
    ]
