"""The ledger is kept by the database itself: postings only while their transaction is open, posting only when it balances,
and no change afterwards."""

# ruff: noqa: S608 - every part of these statements is a constant of this file

from django.db import migrations

SENTENCES = {
    "opens": "A transaction is written open and posted afterwards.",
    "balance": "A transaction is posted only when its postings sum to zero in every currency.",
    "kept": "A transaction is never changed or deleted.",
    "open": "A posted transaction takes no more postings.",
    "posting": "A posting is never changed or deleted.",
}

COLUMNS = ("id", "kind", "external_ref", "subject", "cause", "occurred_at", "booked_at")

SQLITE = {
    "donations_tx_opens_unposted": f"""BEFORE INSERT ON donations_transaction WHEN NEW.posted
        BEGIN SELECT RAISE(ABORT, '{SENTENCES["opens"]}'); END""",
    "donations_tx_is_kept": f"""BEFORE UPDATE ON donations_transaction
        WHEN OLD.posted OR NOT NEW.posted OR {" OR ".join(f"OLD.{c} IS NOT NEW.{c}" for c in COLUMNS)}
        BEGIN SELECT RAISE(ABORT, '{SENTENCES["kept"]}'); END""",
    "donations_tx_is_kept_whole": f"""BEFORE DELETE ON donations_transaction
        BEGIN SELECT RAISE(ABORT, '{SENTENCES["kept"]}'); END""",
    "donations_tx_posts_balanced": f"""BEFORE UPDATE ON donations_transaction
        WHEN NEW.posted AND ((SELECT COUNT(*) FROM donations_posting WHERE transaction_id = NEW.id) < 2
            OR EXISTS (SELECT 1 FROM donations_posting WHERE transaction_id = NEW.id GROUP BY currency HAVING SUM(minor) <> 0))
        BEGIN SELECT RAISE(ABORT, '{SENTENCES["balance"]}'); END""",
    "donations_posting_only_while_open": f"""BEFORE INSERT ON donations_posting
        WHEN (SELECT posted FROM donations_transaction WHERE id = NEW.transaction_id) IS NOT 0
        BEGIN SELECT RAISE(ABORT, '{SENTENCES["open"]}'); END""",
    "donations_posting_is_kept": f"""BEFORE UPDATE ON donations_posting
        BEGIN SELECT RAISE(ABORT, '{SENTENCES["posting"]}'); END""",
    "donations_posting_is_kept_whole": f"""BEFORE DELETE ON donations_posting
        BEGIN SELECT RAISE(ABORT, '{SENTENCES["posting"]}'); END""",
}


def _refuse(sentence: str) -> str:
    return f"RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = '{sentence}';"


# name: (when, on, body). FOR UPDATE in the insert: a posting and the posting of its transaction wait for each other.
POSTGRESQL = {
    "donations_tx_opens_unposted": (
        "BEFORE INSERT ON donations_transaction FOR EACH ROW",
        f"IF NEW.posted THEN {_refuse(SENTENCES['opens'])} END IF; RETURN NEW;",
    ),
    "donations_tx_is_kept": (
        "BEFORE UPDATE OR DELETE ON donations_transaction FOR EACH ROW",
        f"""IF TG_OP = 'DELETE' THEN {_refuse(SENTENCES["kept"])} END IF;
        IF OLD.posted OR NOT NEW.posted OR {" OR ".join(f"OLD.{c} IS DISTINCT FROM NEW.{c}" for c in COLUMNS)}
        THEN {_refuse(SENTENCES["kept"])} END IF; RETURN NEW;""",
    ),
    "donations_tx_posts_balanced": (
        "BEFORE UPDATE ON donations_transaction FOR EACH ROW",
        f"""IF NEW.posted AND ((SELECT COUNT(*) FROM donations_posting WHERE transaction_id = NEW.id) < 2
            OR EXISTS (SELECT 1 FROM donations_posting WHERE transaction_id = NEW.id GROUP BY currency HAVING SUM(minor) <> 0))
        THEN {_refuse(SENTENCES["balance"])} END IF; RETURN NEW;""",
    ),
    "donations_posting_only_while_open": (
        "BEFORE INSERT ON donations_posting FOR EACH ROW",
        f"""IF (SELECT posted FROM donations_transaction WHERE id = NEW.transaction_id FOR UPDATE) IS DISTINCT FROM FALSE
        THEN {_refuse(SENTENCES["open"])} END IF; RETURN NEW;""",
    ),
    "donations_posting_is_kept": (
        "BEFORE UPDATE OR DELETE ON donations_posting FOR EACH ROW",
        f"{_refuse(SENTENCES['posting'])}",
    ),
    "donations_tx_is_kept_whole": (
        "BEFORE TRUNCATE ON donations_transaction FOR EACH STATEMENT",
        _refuse(SENTENCES["kept"]),
    ),
    "donations_posting_is_kept_whole": (
        "BEFORE TRUNCATE ON donations_posting FOR EACH STATEMENT",
        _refuse(SENTENCES["posting"]),
    ),
}


def put_up(apps, editor):
    if editor.connection.vendor == "sqlite":
        for name, body in SQLITE.items():
            editor.execute(f"CREATE TRIGGER {name} {body}")
        return
    for name, (when, body) in POSTGRESQL.items():
        editor.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$")
        editor.execute(f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION {name}()")


def take_down(apps, editor):
    for name in SQLITE:
        if editor.connection.vendor == "sqlite":
            editor.execute(f"DROP TRIGGER {name}")
        else:
            editor.execute(f"DROP FUNCTION {name}() CASCADE")


class Migration(migrations.Migration):
    dependencies = [("donations", "0001_funds_gifts_ledger")]

    operations = [migrations.RunPython(put_up, take_down)]
