"""Campaigns, what they announce and what arrived; what two people signed is kept by the database itself."""

import django.db.models.deletion
from django.db import migrations, models

import kernel.ids.fields

CURRENCIES = (
    "AUD", "BGN", "BRL", "CAD", "CHF", "CZK", "DKK", "EUR", "GBP", "GEL", "HUF", "ISK", "JPY", "KWD", "NOK", "NZD",
    "PLN", "RON", "SEK", "TRY", "UAH", "UGX", "USD",
)  # fmt: skip
SENTENCES = {
    "terms": "What a campaign was asked for, and who signed it, stays as it is.",
    "over": "A campaign that is over stays over.",
    "kept": "A campaign is never deleted.",
    "sent": "What was announced stays as it was announced.",
}
TERMS = (
    "id", "partner_id", "fundraiser", "fund_id", "title", "title_ru", "host", "path", "begins_on", "ends_before",
    "goal_minor", "goal_currency", "asked_by", "created_at",
)  # fmt: skip
SENT = ("id", "campaign_id", "amount_minor", "currency", "sent_on", "reference", "announced_by", "created_at")


def _changed(columns, unlike):
    return " OR ".join(f"OLD.{column} {unlike} NEW.{column}" for column in columns)


def _terms(unlike):
    signed = _changed(("signed_by", "signed_at"), unlike)
    return f"{_changed(TERMS, unlike)} OR (OLD.signed_by <> '' AND ({signed}))"


OVER = "OLD.status IN ('ended', 'withdrawn') AND OLD.status <> NEW.status"


def put_up(apps, editor):
    if editor.connection.vendor == "sqlite":
        for name, when, sentence in (
            ("donations_campaign_terms", f"BEFORE UPDATE ON donations_campaign WHEN {_terms('IS NOT')}", "terms"),
            ("donations_campaign_over", f"BEFORE UPDATE ON donations_campaign WHEN {OVER}", "over"),
            ("donations_campaign_kept", "BEFORE DELETE ON donations_campaign", "kept"),
            (
                "donations_transfer_sent",
                f"BEFORE UPDATE ON donations_campaigntransfer WHEN {_changed(SENT, 'IS NOT')}",
                "sent",
            ),
        ):
            editor.execute(f"CREATE TRIGGER {name} {when} BEGIN SELECT RAISE(ABORT, '{SENTENCES[sentence]}'); END")
        return
    refuse = {
        name: f"RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = '{sentence}';"
        for name, sentence in SENTENCES.items()
    }
    unlike = "IS DISTINCT FROM"
    for name, when, body in (
        (
            "donations_campaign_kept",
            "BEFORE UPDATE OR DELETE ON donations_campaign",
            f"IF TG_OP = 'DELETE' THEN {refuse['kept']} END IF; IF {_terms(unlike)} THEN {refuse['terms']} END IF; "
            f"IF {OVER} THEN {refuse['over']} END IF; RETURN NEW;",
        ),
        (
            "donations_transfer_sent",
            "BEFORE UPDATE ON donations_campaigntransfer",
            f"IF {_changed(SENT, unlike)} THEN {refuse['sent']} END IF; RETURN NEW;",
        ),
    ):
        editor.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$")
        editor.execute(f"CREATE TRIGGER {name} {when} FOR EACH ROW EXECUTE FUNCTION {name}()")


def take_down(apps, editor):
    if editor.connection.vendor == "sqlite":
        for name in ("campaign_terms", "campaign_over", "campaign_kept", "transfer_sent"):
            editor.execute(f"DROP TRIGGER donations_{name}")
        return
    for name in ("campaign_kept", "transfer_sent"):
        editor.execute(f"DROP FUNCTION donations_{name}() CASCADE")


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_listed_organisations"),
        ("donations", "0014_public_months"),
    ]

    operations = [
        migrations.CreateModel(
            name="Campaign",
            fields=[
                ("id", kernel.ids.fields.PublicIdField(max_length=40, prefix="ca", serialize=False)),
                ("fundraiser", models.CharField(blank=True, default="", max_length=80)),
                ("title", models.CharField(max_length=80)),
                ("title_ru", models.CharField(blank=True, default="", max_length=80)),
                ("host", models.CharField(max_length=100)),
                ("path", models.CharField(default="/", max_length=200)),
                ("begins_on", models.DateField()),
                ("ends_before", models.DateField()),
                ("goal_minor", models.BigIntegerField(blank=True, null=True)),
                ("goal_currency", models.CharField(blank=True, default="", max_length=3)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "waits for a second person"),
                            ("authorised", "authorised"),
                            ("ended", "ended"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("asked_by", models.CharField(max_length=80)),
                ("signed_by", models.CharField(blank=True, default="", max_length=80)),
                ("signed_at", models.DateTimeField(blank=True, null=True)),
                ("over_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField(db_index=True)),
                (
                    "fund",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="campaigns", to="donations.fund"
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="campaigns",
                        to="accounts.organisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CampaignFigure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("currency", models.CharField(max_length=3)),
                ("received_minor", models.BigIntegerField()),
                ("gifts", models.PositiveIntegerField()),
                ("moved_on", models.DateField()),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="figures", to="donations.campaign"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CampaignMove",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("old", models.CharField(blank=True, default="", max_length=10)),
                ("new", models.CharField(max_length=10)),
                ("by", models.CharField(max_length=80)),
                ("at", models.DateTimeField()),
                ("why", models.CharField(blank=True, default="", max_length=40)),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="history", to="donations.campaign"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="CampaignTransfer",
            fields=[
                ("id", kernel.ids.fields.PublicIdField(max_length=40, prefix="ct", serialize=False)),
                ("amount_minor", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("sent_on", models.DateField()),
                ("reference", models.CharField(max_length=20)),
                (
                    "status",
                    models.CharField(
                        choices=[("announced", "announced"), ("received", "received"), ("dropped", "dropped")],
                        default="announced",
                        max_length=10,
                    ),
                ),
                ("announced_by", models.CharField(max_length=80)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField(db_index=True)),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="transfers", to="donations.campaign"
                    ),
                ),
                (
                    "gift",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transfer",
                        to="donations.offlinegift",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TransferMove",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("old", models.CharField(blank=True, default="", max_length=10)),
                ("new", models.CharField(max_length=10)),
                ("by", models.CharField(max_length=80)),
                ("at", models.DateTimeField()),
                ("why", models.CharField(blank=True, default="", max_length=40)),
                (
                    "transfer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="history",
                        to="donations.campaigntransfer",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.AddConstraint(
            model_name="campaign",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("fundraiser", ""), ("partner__isnull", False)),
                    models.Q(("partner", None), models.Q(("fundraiser", ""), _negated=True)),
                    _connector="OR",
                ),
                name="donations_campaign_one_collector",
                violation_error_message="A campaign is a partner's, or one named fundraiser's.",
            ),
        ),
        migrations.AddConstraint(
            model_name="campaign",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_before__gt", models.F("begins_on"))),
                name="donations_campaign_has_days",
                violation_error_message="A campaign lasts a day at least.",
            ),
        ),
        migrations.AddConstraint(
            model_name="campaign",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("goal_currency", ""), ("goal_minor", None)),
                    models.Q(
                        (
                            "goal_currency__in",
                            CURRENCIES,
                        ),
                        ("goal_minor__gt", 0),
                    ),
                    _connector="OR",
                ),
                name="donations_campaign_goal_whole",
                violation_error_message="A goal is an amount above zero in a currency taken here, or absent.",
            ),
        ),
        migrations.AddConstraint(
            model_name="campaign",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("signed_at", None), ("signed_by", ""), ("status__in", ("draft", "withdrawn"))),
                    models.Q(
                        ("signed_at__isnull", False),
                        ("status__in", ("authorised", "ended", "withdrawn")),
                        models.Q(("signed_by", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="donations_campaign_signed_whole",
                violation_error_message="What is authorised says who signed, and when.",
            ),
        ),
        migrations.AddConstraint(
            model_name="campaign",
            constraint=models.CheckConstraint(
                condition=models.Q(("signed_by", models.F("asked_by")), _negated=True),
                name="donations_campaign_two_people",
                violation_error_message="A second person signs: the one who asked cannot.",
            ),
        ),
        migrations.AddConstraint(
            model_name="campaign",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("over_at", None), ("status__in", ("draft", "authorised"))),
                    models.Q(("over_at__isnull", False), ("status__in", ("ended", "withdrawn"))),
                    _connector="OR",
                ),
                name="donations_campaign_over_whole",
                violation_error_message="What is over says since when, and nothing else does.",
            ),
        ),
        migrations.AddConstraint(
            model_name="campaign",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status__in", ("draft", "authorised"))),
                fields=("host", "path"),
                name="donations_campaign_page_once",
                violation_error_message="Another campaign stands at this address.",
            ),
        ),
        migrations.AddConstraint(
            model_name="campaignfigure",
            constraint=models.UniqueConstraint(
                fields=("campaign", "currency"),
                name="donations_campaignfigure_once",
                violation_error_message="There is a public figure for this campaign and currency.",
            ),
        ),
        migrations.AddConstraint(
            model_name="campaigntransfer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("amount_minor__gt", 0),
                    (
                        "currency__in",
                        CURRENCIES,
                    ),
                ),
                name="donations_transfer_positive",
                violation_error_message="A transfer is more than nothing.",
            ),
        ),
        migrations.AddConstraint(
            model_name="campaigntransfer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("gift__isnull", False), ("status", "received")),
                    models.Q(("gift__isnull", True), ("status__in", ("announced", "dropped"))),
                    _connector="OR",
                ),
                name="donations_transfer_received_whole",
                violation_error_message="What was received names the gift by which it came, and nothing else does.",
            ),
        ),
        migrations.AddConstraint(
            model_name="campaigntransfer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "dropped"), _negated=True),
                fields=("campaign", "reference"),
                name="donations_transfer_reference_once",
                violation_error_message="This campaign has announced a transfer with this reference.",
            ),
        ),
        migrations.RunPython(put_up, take_down),
    ]
