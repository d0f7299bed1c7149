"""What Stripe listed and who moved what are kept by the database: a listing learns once which payout it was part of, and
what was never paid may go with its history."""

from django.db import migrations

from kernel.audit.append_only import append_only

SENTENCES = {
    "changed": "What was written here stays as it was written.",
    "deleted": "What tells of money that came is never deleted.",
}
FOR_EVER = ("payoutmove", "campaignmove", "transfermove", "summaryrunmove")
LISTED = (
    "entry_id", "kind", "category", "source", "gross_minor", "fee_minor", "net_minor", "currency", "happened_at", "seen_at",
)  # fmt: skip
PAID = "EXISTS (SELECT 1 FROM donations_donation WHERE {} = OLD.{} AND paid_at IS NOT NULL)"
# table: what may not be changed, and what may not be deleted, of the rows it holds
KEPT = {
    "donationmove": ("1 = 1", PAID.format("id", "donation_id")),
    "recurringmove": ("1 = 1", PAID.format("recurring_id", "recurring_id")),
    "recurringamount": ("1 = 1", PAID.format("recurring_id", "recurring_id")),
    "stripeentry": (
        f"OLD.payout_id IS NOT NULL OR {' OR '.join(f'OLD.{column} <> NEW.{column}' for column in LISTED)}",
        "1 = 1",
    ),
}


def put_up(apps, editor):
    for table, (changed, deleted) in KEPT.items():
        name = f"donations_{table}_is_kept"
        if editor.connection.vendor == "sqlite":
            for verb, when, sentence in (("update", changed, "changed"), ("delete", deleted, "deleted")):
                editor.execute(
                    f"CREATE TRIGGER {name}_{verb} BEFORE {verb} ON donations_{table} WHEN {when} "
                    f"BEGIN SELECT RAISE(ABORT, '{SENTENCES[sentence]}'); END"
                )
            continue
        refuse = {
            verb: f"RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = '{sentence}';"
            for verb, sentence in SENTENCES.items()
        }
        editor.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF TG_OP = 'TRUNCATE' THEN {refuse['deleted']} END IF; "
            f"IF TG_OP = 'DELETE' THEN IF {deleted} THEN {refuse['deleted']} END IF; RETURN OLD; END IF; "
            f"IF {changed} THEN {refuse['changed']} END IF; RETURN NEW; END $$"
        )
        editor.execute(
            f"CREATE TRIGGER {name} BEFORE UPDATE OR DELETE ON donations_{table} FOR EACH ROW EXECUTE FUNCTION {name}()"
        )
        editor.execute(f"CREATE TRIGGER {name}_whole BEFORE TRUNCATE ON donations_{table} EXECUTE FUNCTION {name}()")


def take_down(apps, editor):
    for table in KEPT:
        name = f"donations_{table}_is_kept"
        if editor.connection.vendor == "sqlite":
            for verb in ("update", "delete"):
                editor.execute(f"DROP TRIGGER {name}_{verb}")
        else:
            editor.execute(f"DROP FUNCTION {name}() CASCADE")


class Migration(migrations.Migration):
    dependencies = [("donations", "0016_accounts_and_histories_are_kept")]

    operations = [
        *(append_only(f"donations_{table}", f"donations_{table}_append_only") for table in FOR_EVER),
        migrations.RunPython(put_up, take_down),
    ]
