"""Receipts: who issues them, who asked for one, and the papers, which the database numbers without a gap and keeps."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import kernel.ids.fields
from kernel.audit.append_only import append_only

NEXT = "A receipt takes the number that follows the last one of its issuer and year."
LAST = "(SELECT COALESCE(MAX(number), 0) FROM donations_receipt WHERE issuer_id = NEW.issuer_id AND year = NEW.year)"
ON_SQLITE = f"""CREATE TRIGGER donations_receipt_number_is_next BEFORE INSERT ON donations_receipt
    WHEN NEW.number <> 1 + {LAST} BEGIN SELECT RAISE(ABORT, '{NEXT}'); END"""
ON_POSTGRESQL = (
    f"""CREATE FUNCTION donations_receipt_number_is_next() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF NEW.number <> 1 + {LAST} THEN
        RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = '{NEXT}';
    END IF; RETURN NEW; END $$""",
    """CREATE TRIGGER donations_receipt_number_is_next BEFORE INSERT ON donations_receipt
    FOR EACH ROW EXECUTE FUNCTION donations_receipt_number_is_next()""",
)


def put_up(apps, editor):
    for statement in [ON_SQLITE] if editor.connection.vendor == "sqlite" else ON_POSTGRESQL:
        editor.execute(statement)


def take_down(apps, editor):
    if editor.connection.vendor == "sqlite":
        editor.execute("DROP TRIGGER donations_receipt_number_is_next")
    else:
        editor.execute("DROP FUNCTION donations_receipt_number_is_next() CASCADE")


class Migration(migrations.Migration):
    dependencies = [
        ("donations", "0002_ledger_triggers"),
    ]

    operations = [
        migrations.AddField(
            model_name="donation",
            name="wants_receipt",
            field=models.BooleanField(default=False),
        ),
        migrations.CreateModel(
            name="Issuer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.CharField(
                        max_length=8,
                        unique=True,
                        validators=[django.core.validators.RegexValidator("^[A-Z][A-Z0-9]{0,7}$")],
                    ),
                ),
                ("current", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("current", True)),
                        fields=("current",),
                        name="donations_issuer_one_current",
                        violation_error_message="One issuer issues at a time.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="IssuerTerms",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120)),
                ("address", models.CharField(max_length=300)),
                ("registration", models.CharField(blank=True, default="", max_length=120)),
                ("tax_scheme", models.CharField(blank=True, default="", max_length=20)),
                ("scheme_reference", models.CharField(blank=True, default="", max_length=40)),
                ("created_at", models.DateTimeField()),
                (
                    "issuer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="terms", to="donations.issuer"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="ReceiptWish",
            fields=[
                ("id", kernel.ids.fields.PublicIdField(max_length=40, prefix="rw", serialize=False)),
                ("sealed", models.BinaryField()),
                ("blind_email", models.BinaryField(db_index=True, max_length=32)),
                ("language", models.CharField(max_length=5)),
                ("created_at", models.DateTimeField(db_index=True)),
                (
                    "donation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="receipt_wish",
                        to="donations.donation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Receipt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reference", models.CharField(max_length=40, unique=True)),
                ("year", models.PositiveSmallIntegerField()),
                ("number", models.PositiveIntegerField()),
                (
                    "kind",
                    models.CharField(choices=[("receipt", "receipt"), ("counter", "counter-receipt")], max_length=7),
                ),
                ("amount_minor", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("given_on", models.DateField()),
                ("language", models.CharField(max_length=5)),
                ("donor_digest", models.CharField(blank=True, default="", max_length=64)),
                ("issued_at", models.DateTimeField(db_index=True)),
                (
                    "corrects",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="donations.receipt",
                    ),
                ),
                (
                    "donation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="receipts", to="donations.donation"
                    ),
                ),
                (
                    "issuer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="receipts", to="donations.issuer"
                    ),
                ),
                (
                    "terms",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="receipts", to="donations.issuerterms"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("issuer", "year", "number"),
                        name="donations_receipt_number_once",
                        violation_error_message="This number is taken.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount_minor__gt", 0),
                            (
                                "currency__in",
                                (
                                    "AUD",
                                    "BGN",
                                    "BRL",
                                    "CAD",
                                    "CHF",
                                    "CZK",
                                    "DKK",
                                    "EUR",
                                    "GBP",
                                    "GEL",
                                    "HUF",
                                    "ISK",
                                    "JPY",
                                    "KWD",
                                    "NOK",
                                    "NZD",
                                    "PLN",
                                    "RON",
                                    "SEK",
                                    "TRY",
                                    "UAH",
                                    "UGX",
                                    "USD",
                                ),
                            ),
                            ("number__gte", 1),
                        ),
                        name="donations_receipt_positive",
                        violation_error_message="A receipt is about more than nothing.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("corrects", None), ("kind", "receipt")),
                            models.Q(("corrects__isnull", False), ("kind", "counter")),
                            _connector="OR",
                        ),
                        name="donations_receipt_counter_names_what_it_corrects",
                        violation_error_message="A counter-receipt names the receipt that it corrects, and no other does.",
                    ),
                ],
            },
        ),
        append_only("donations_receipt", "donations_receipt_append_only"),
        append_only("donations_issuerterms", "donations_issuerterms_append_only"),
        migrations.RunPython(put_up, take_down),
    ]
