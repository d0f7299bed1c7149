"""`grant_application_role`: the application works as a role that owns nothing, and that role can rewrite nothing."""

import contextlib
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections, transaction
from django.utils import timezone

from donations.ledger.publishing import publish_totals
from donations.ledger.verify import verify
from kernel import audit
from kernel.audit.application_role import findings
from kernel.audit.checkpoints import take_checkpoint
from kernel.audit.models import AuditEntry, AuditUnsealed
from kernel.audit.rights import rights_by_table
from kernel.audit.verify import verify_trail
from kernel.outbox.drain import drain
from kernel.outbox.schedules import sync_schedules
from kernel.vault.models import SealedRecord
from kernel.vault.sealing import seal
from offers.matching.deeds import decline, propose
from tests.console import console_client
from tests.factories.donations import make_paid
from tests.factories.keys import make_group_keys
from tests.factories.organisations import make_member, make_operator
from tests.guard import StrictClient
from tests.kernel.audit.tampering import execute
from tests.offers.matching.rows import NOW, make_need, make_pledge
from tests.postgres import APPLICATION_ROLE, ROLE
from waystation.demo.scenario import ensure
from waystation.demo.world import World

WRITTEN_ONCE = {table: rights for table, rights in rights_by_table().items() if "UPDATE" not in rights.verbs}
OUT_OF_REACH = [
    "SET session_replication_role = replica",
    "SET SESSION AUTHORIZATION waystation",
    "SET ROLE waystation",
    "CREATE TABLE mine (id int)",
    "CREATE TEMPORARY TABLE audit_auditentry (id int)",
    "CREATE SCHEMA mine",
    "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE OR REPLACE FUNCTION audit_entry_append_only() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RETURN NEW; END $$",
    "DROP FUNCTION audit_entry_append_only() CASCADE",
    "DROP TRIGGER audit_entry_append_only_row ON audit_auditentry",
    "CREATE TRIGGER mine BEFORE INSERT ON audit_auditentry FOR EACH ROW EXECUTE FUNCTION audit_entry_append_only()",
    "CREATE ROLE mine",
    "ALTER ROLE waystation_application SUPERUSER",
    "ALTER ROLE waystation_application SET session_replication_role = replica",
    "CREATE EXTENSION pg_trgm",
    "COPY audit_auditentry TO PROGRAM 'cat'",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT setval(pg_get_serial_sequence('audit_auditentry', 'id'), 1)",
    "UPDATE django_migrations SET app = app",
    "INSERT INTO django_migrations (app, name, applied) VALUES ('x', 'y', now())",
]


def grant() -> None:
    call_command("grant_application_role", APPLICATION_ROLE, stdout=StringIO())


@contextlib.contextmanager
def serving_as(role: str) -> Iterator[None]:
    """Everything in the block reaches the database through a connection of that role's own."""
    owner = connections["default"]
    served = owner.copy()
    served.settings_dict = {**owner.settings_dict, "USER": role}
    connections["default"] = served
    try:
        yield
    finally:
        served.close()
        connections["default"] = owner


def refused(statement: str) -> bool:
    """Whether the role lacks the right: not a trigger's answer, and not a constraint's."""
    try:
        with transaction.atomic():
            execute(statement)
    except DatabaseError as error:
        return getattr(error.__cause__, "sqlstate", "") in {"42501", "42P16"}
    return False


def _silent(words: str) -> None:
    """Progress is not shown."""


def test_it_counts_the_trail_the_books_and_every_history_among_what_is_written_once() -> None:
    assert set(WRITTEN_ONCE) >= {
        "audit_auditentry", "audit_auditseal", "audit_auditcheckpoint", "donations_posting", "donations_transaction",
        "donations_donationmove", "donations_refundmove", "offers_matchmove", "offers_needmove", "offers_pledgemove",
        "django_migrations",
    }  # fmt: skip
    assert not [table for table in rights_by_table() if table.endswith("move") and table not in WRITTEN_ONCE]
    assert rights_by_table()["donations_transaction"].columns == ("posted",)
    # a draft that was never submitted, and a gift that was never paid or never began, go with their history
    going = [table for table, rights in WRITTEN_ONCE.items() if "DELETE" in rights.verbs]
    assert sorted(going) == [
        "donations_donationmove", "donations_recurringamount", "donations_recurringmove", "offers_pledgemove",
    ]  # fmt: skip


@pytest.mark.sqlite
@pytest.mark.django_db
def test_it_has_nothing_to_grant_on_sqlite() -> None:
    with pytest.raises(CommandError, match="SQLite has no roles"):
        call_command("grant_application_role", "anybody")


def _serves(tell: Callable[[World], object], world: World) -> None:
    """Have everything done by the role: deeds, worker, sealer, checkpoint, pages, health."""
    with serving_as(APPLICATION_ROLE):
        assert str(connection.settings_dict["USER"]) == APPLICATION_ROLE
        tell(world)
        sync_schedules()
        while drain():
            pass
        checkpoint = take_checkpoint()
        verdict = verify_trail()
        assert (verdict.ok, verdict.unsealed) == (True, 0)
        assert checkpoint.position == verdict.sealed > 2
        assert verify()[1] == []
        assert SealedRecord.objects.exists()
        browser = console_client(make_member(role="coordinator"))
        for address in ("/", "/readyz", "/console/", "/console/needs/", "/console/matches/", "/console/pledges/"):
            assert browser.get(address).status_code == 200, address


def _short(world: World) -> None:
    """A gift, a need, an offer with its sealed contact, and what brings the two together."""
    at, operator = timezone.now(), make_operator()
    make_group_keys(operator)
    make_paid()
    publish_totals(at=at)
    pledge, who = make_pledge(operator), {"organisation": operator, "by": "user:1", "at": NOW}
    seal(pledge.pk, "contact", b"{}", operator.pk)
    match = propose(need_id=make_need(operator).pk, pledge_id=pledge.pk, **who)
    decline(match=match, side="person", why="changed_plans", **who)


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A world in a folder of its own, for a database whose application owns nothing."""
    grant()
    world = World.of({"DATA_DIR": str(tmp_path)})
    world.keep()
    return world


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_every_deed_is_done_by_it(world: World) -> None:
    _serves(_short, world)


@pytest.mark.chaos
@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_the_whole_scenario_is_told_by_it(world: World) -> None:
    _serves(lambda here: ensure(here, say=_silent), world)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_it_can_change_nothing_that_is_written_once() -> None:
    audit.record("system", "thing.done", "th_1")
    take_checkpoint()
    grant()
    with serving_as(APPLICATION_ROLE):
        for table in WRITTEN_ONCE:
            columns = connection.introspection.get_table_description(connection.cursor(), table)
            rights = rights_by_table()[table]
            for column in (column.name for column in columns if column.name not in rights.columns):
                assert refused(f'UPDATE "{table}" SET "{column}" = "{column}"'), (table, column)
            for statement in (
                *([] if "DELETE" in rights.verbs else [f'DELETE FROM "{table}"']),
                f'TRUNCATE "{table}" CASCADE',
                f'ALTER TABLE "{table}" DISABLE TRIGGER ALL',
                f'ALTER TABLE "{table}" DISABLE TRIGGER USER',
                f'ALTER TABLE "{table}" ADD COLUMN more text',
                f'ALTER TABLE "{table}" OWNER TO {APPLICATION_ROLE}',
                f'DROP TABLE "{table}" CASCADE',
                f'CREATE RULE quiet AS ON UPDATE TO "{table}" DO INSTEAD NOTHING',
            ):
                assert refused(statement), statement
        assert AuditEntry.objects.get().actor == "system"
    assert findings(APPLICATION_ROLE) == []


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_it_gets_at_nothing_around_the_tables() -> None:
    grant()
    with serving_as(APPLICATION_ROLE):
        assert [statement for statement in OUT_OF_REACH if not refused(statement)] == []


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_it_seals_and_the_queue_is_all_it_takes_away() -> None:
    grant()
    with serving_as(APPLICATION_ROLE):
        audit.record("system", "thing.done", "th_1")
        assert AuditUnsealed.objects.count() == 1
        assert audit.seal_pending() == 1
        assert AuditUnsealed.objects.count() == 0


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_new_table_is_out_of_reach_until_it_is_run_again() -> None:
    grant()
    execute("CREATE TABLE a_new_one (id int)")
    try:
        with serving_as(APPLICATION_ROLE):
            assert refused("SELECT * FROM a_new_one")
        assert findings(APPLICATION_ROLE) == []
        execute(f"GRANT DELETE ON a_new_one TO {APPLICATION_ROLE}")
        execute(f"GRANT UPDATE (actor) ON audit_auditentry TO {APPLICATION_ROLE}")
        with pytest.raises(CommandError, match=r"has DELETE on a_new_one; it has or lacks UPDATE of actor"):
            call_command("grant_application_role", APPLICATION_ROLE, "--check")
        grant()
        assert findings(APPLICATION_ROLE) == []
    finally:
        execute("DROP TABLE a_new_one")


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_it_refuses_a_role_that_is_too_strong() -> None:
    with pytest.raises(CommandError, match="the role that owns the tables"):
        call_command("grant_application_role", ROLE)
    with pytest.raises(CommandError, match="There is no role nobody_at_all"):
        call_command("grant_application_role", "nobody_at_all")
    # the cluster's superuser may not be served as, whoever asks
    with pytest.raises(CommandError, match="is a superuser; it may create roles"):
        call_command("grant_application_role", "postgres")


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_it_prints_what_it_would_do_and_does_nothing() -> None:
    out = StringIO()
    call_command("grant_application_role", "somebody", "--sql", stdout=out)
    assert 'GRANT SELECT, INSERT ON "audit_auditentry" TO "somebody";' in out.getvalue()
    assert 'GRANT UPDATE ("posted") ON "donations_transaction" TO "somebody";' in out.getvalue()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_the_health_page_answers_as_that_role(client: StrictClient) -> None:
    grant()
    with serving_as(APPLICATION_ROLE):
        assert client.get("/readyz").json()["status"] == "ok"
