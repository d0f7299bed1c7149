"""How many checks an offer has passed, counted by the database itself, and indexes that list the best offers first."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models import F, Q, Value
from django.db.models.functions import Least

STANDING = (Value(50) * (F("placements_completed") + 1)) / (
    F("placements_completed") + 2 * F("placements_failed") + 2
) + (Value(40) * Least("checks_passed", 6)) / 6
SEARCHED = Q(status="active")
NEARBY = Q(status="active", remote=False, service_area=[])
FAR = Q(status="active") & ~Q(remote=False, service_area=[])

# a check counts once it ended well, a second person has signed it, and as long as nothing voids or awaits to replace it
COUNTED = """
    UPDATE offers_pledge SET checks_passed = (
        SELECT count(*) FROM offers_vettingstep AS step
        WHERE step.pledge_id = offers_pledge.id AND step.outcome = 'passed' AND step.second_reviewer <> ''
        AND step.voided_at IS NULL AND NOT step.renews
    )
"""
OF_ONE = "WHERE id = {row}.pledge_id;"

SQLITE = [
    f"""
    CREATE TRIGGER offers_checks_passed_{event} AFTER {event.upper()} ON offers_vettingstep
    BEGIN {COUNTED} {OF_ONE.format(row=row)} END
    """
    for event, row in (("insert", "NEW"), ("update", "NEW"), ("delete", "OLD"))
]
SQLITE_BACK = [f"DROP TRIGGER offers_checks_passed_{event}" for event in ("insert", "update", "delete")]
POSTGRESQL = [
    f"""
    CREATE FUNCTION offers_checks_passed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' THEN
            {COUNTED} {OF_ONE.format(row="OLD")}
        ELSE
            {COUNTED} {OF_ONE.format(row="NEW")}
        END IF;
        RETURN NULL;
    END
    $$
    """,
    """
    CREATE TRIGGER offers_checks_passed AFTER INSERT OR UPDATE OR DELETE ON offers_vettingstep
    FOR EACH ROW EXECUTE FUNCTION offers_checks_passed()
    """,
]
POSTGRESQL_BACK = [
    "DROP TRIGGER offers_checks_passed ON offers_vettingstep",
    "DROP FUNCTION offers_checks_passed()",
]


def forwards(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in POSTGRESQL if editor.connection.vendor == "postgresql" else SQLITE:
        editor.execute(statement)
    editor.execute(COUNTED)


def backwards(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in POSTGRESQL_BACK if editor.connection.vendor == "postgresql" else SQLITE_BACK:
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("offers", "0019_placement_checks")]

    operations = [
        migrations.AddField("pledge", "checks_passed", models.PositiveIntegerField(default=0, editable=False)),
        migrations.RunPython(forwards, backwards),
        migrations.AddIndex(
            "pledge", models.Index("kind", "max_party", STANDING, condition=SEARCHED, name="offers_pledge_best")
        ),
        migrations.AddIndex(
            "pledge",
            models.Index("kind", "country", "max_party", STANDING, condition=NEARBY, name="offers_pledge_best_near"),
        ),
        migrations.AddIndex(
            "pledge", models.Index("kind", "max_party", STANDING, condition=FAR, name="offers_pledge_best_far")
        ),
    ]
