"""The role the application is served as: it owns nothing, so no trigger is its to lift and no table its to change.

The owner migrates and grants; the application reads, writes, and cannot rewrite what is written once.
"""

from collections.abc import Iterator

from django.db import connection, transaction

from kernel.audit.rights import rights_by_table
from kernel.states import Refusal

DANGEROUS = {
    "rolsuper": "is a superuser",
    "rolcreaterole": "may create roles, and so give itself any",
    "rolcreatedb": "may create databases",
    "rolreplication": "may read everything as a replica",
    "rolbypassrls": "passes row security",
}


def _rows(statement: str, *values: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _schema() -> str:
    return str(_rows("SELECT current_schema()")[0][0])


def _tables(schema: str) -> list[str]:
    """Return the tables, partitions and views of the schema, by name."""
    found = _rows(
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE n.nspname = %s AND c.relkind IN ('r', 'p', 'v', 'm', 'f') ORDER BY c.relname",
        schema,
    )
    return [str(row[0]) for row in found]


def statements(role: str) -> list[str]:
    """Return the SQL that gives `role` what the application needs and takes everything else from it."""
    quote = connection.ops.quote_name
    schema, name = _schema(), quote(role)
    within, database = f"IN SCHEMA {quote(schema)}", quote(str(_rows("SELECT current_database()")[0][0]))
    # everything is taken first, so that a right given earlier does not stay
    said = [
        f"REVOKE ALL ON ALL TABLES {within} FROM {name}, PUBLIC",
        f"REVOKE ALL ON ALL SEQUENCES {within} FROM {name}, PUBLIC",
        f"REVOKE ALL ON SCHEMA {quote(schema)} FROM {name}",
        f"REVOKE CREATE ON SCHEMA {quote(schema)} FROM PUBLIC",
        f"REVOKE ALL ON DATABASE {database} FROM {name}",
        f"REVOKE CREATE, TEMPORARY ON DATABASE {database} FROM PUBLIC",
        # a table that is new belongs to nobody's application until this was run again
        f"ALTER DEFAULT PRIVILEGES {within} REVOKE ALL ON TABLES FROM {name}, PUBLIC",
        f"ALTER DEFAULT PRIVILEGES {within} REVOKE ALL ON SEQUENCES FROM {name}, PUBLIC",
        f"GRANT CONNECT ON DATABASE {database} TO {name}",
        f"GRANT USAGE ON SCHEMA {quote(schema)} TO {name}",
    ]
    here = set(_tables(schema))
    for table, rights in rights_by_table().items():
        if table not in here:
            continue
        said.append(f"GRANT {', '.join(rights.verbs)} ON {quote(table)} TO {name}")
        if rights.columns:
            said.append(f"GRANT UPDATE ({', '.join(map(quote, rights.columns))}) ON {quote(table)} TO {name}")
    return said


def _standing(role: str) -> Iterator[str]:
    """Yield what is wrong with the role itself, whatever the tables say."""
    found = _rows(f"SELECT {', '.join(DANGEROUS)} FROM pg_roles WHERE rolname = %s", role)  # noqa: S608 - constants
    yield from (why for why, held in zip(DANGEROUS.values(), found[0], strict=True) if held)
    groups = _rows(
        "SELECT g.rolname FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid "
        "JOIN pg_roles r ON r.oid = m.member WHERE r.rolname = %s ORDER BY 1",
        role,
    )
    yield from (f"is a member of {group[0]}, whose rights it has" for group in groups)
    owned = _rows(
        "SELECT count(*) FROM pg_shdepend d JOIN pg_roles r ON r.oid = d.refobjid "
        "WHERE r.rolname = %s AND d.refclassid = 'pg_authid'::regclass AND d.deptype = 'o'",
        role,
    )[0][0]
    if owned:
        yield f"owns {owned} objects"
    parameter = "SELECT has_parameter_privilege(%s, 'session_replication_role', 'SET')"
    if _rows(parameter, role)[0][0]:
        yield "may set session_replication_role, which silences triggers"


def _places(role: str) -> Iterator[str]:
    """Yield where it may create something."""
    schemas = _rows(
        "SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_(temp|toast)' "
        "AND has_schema_privilege(%s, oid, 'CREATE') ORDER BY 1",
        role,
    )
    yield from (f"may create in the schema {row[0]}" for row in schemas)
    for right in ("CREATE", "TEMPORARY"):
        if _rows("SELECT has_database_privilege(%s, current_database(), %s)", role, right)[0][0]:
            yield f"has {right} on the database"


def _excess(role: str) -> Iterator[str]:
    """Yield what it may do with tables beyond what the application needs, and what it lacks."""
    schema, wanted = _schema(), rights_by_table()
    for table in _tables(schema):
        rights = wanted.get(table)
        verbs, columns = (rights.verbs, rights.columns) if rights else ((), ())
        place = f"{connection.ops.quote_name(schema)}.{connection.ops.quote_name(table)}"
        for verb in ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"):
            held = bool(_rows("SELECT has_table_privilege(%s, %s, %s)", role, place, verb)[0][0])
            if held != (verb in verbs):
                yield f"{'has' if held else 'lacks'} {verb} on {table}"
        if "UPDATE" not in verbs:
            set_by_it = _rows(
                "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped "
                "AND has_column_privilege(%s, attrelid, attnum, 'UPDATE')",
                place,
                role,
            )
            odd = {str(row[0]) for row in set_by_it} ^ set(columns)
            yield from (f"has or lacks UPDATE of {column} on {table}" for column in sorted(odd))


def findings(role: str) -> list[str]:
    """Return what is not as it should be with the role, each as a phrase; none when it owns nothing and can serve.

    Raises Refusal `no_such_role`.
    """
    if not _rows("SELECT 1 FROM pg_roles WHERE rolname = %s", role):
        raise Refusal("no_such_role", f"There is no role {role}: CREATE ROLE {role} LOGIN PASSWORD '…' first.")
    return [*_standing(role), *_places(role), *_excess(role)]


@transaction.atomic
def grant(role: str) -> None:
    """Give `role` what the application needs and nothing else. Run as the owner of the tables; twice changes nothing.

    Raises Refusal `no_such_role`, `own_role`, or `role_too_strong`, which names what stands against it.
    """
    if role in {str(name) for name in _rows("SELECT current_user, session_user")[0]}:
        raise Refusal("own_role", "This is the role that owns the tables: serve as another one.")
    if not _rows("SELECT 1 FROM pg_roles WHERE rolname = %s", role):
        raise Refusal("no_such_role", f"There is no role {role}: CREATE ROLE {role} LOGIN PASSWORD '…' first.")
    with connection.cursor() as cursor:
        for statement in statements(role):
            cursor.execute(statement)
    wrong = findings(role)
    if wrong:
        raise Refusal("role_too_strong", f"The role {role} cannot serve: it {'; it '.join(wrong)}.")
