"""The rights of the application's database role, where another role owns the tables.

Whoever owns a table can switch off its triggers and empty it. So that no flaw of the application
reaches that far, migrations run as the owner and everything else as a role
that may read and write rows, and of the audit log only add them.
"""

from django.db import connection, transaction
from psycopg import sql

from accounts_app.models import AuditEntry

APPEND_ONLY_TABLES = (AuditEntry._meta.db_table,)
READ_ONLY_TABLES = ("django_migrations",)
ROWS = "SELECT, INSERT, UPDATE, DELETE"
OWNED = """
    SELECT relname, relkind = 'S' FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'S')
      AND pg_has_role(relowner, 'USAGE')
"""


def grant_rights(role: str) -> None:
    """Give `role` the rights that the application needs, and take away any other.

    Connected as the owner. It can be done again after each migration, also while the application
    runs: it is one transaction.
    """
    name = sql.Identifier(role)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        schema = sql.Identifier(cursor.fetchone()[0])
        cursor.execute(OWNED)
        for relation, is_sequence in cursor.fetchall():
            kind = sql.SQL("SEQUENCE" if is_sequence else "TABLE")
            rights = "USAGE, SELECT" if is_sequence else ROWS
            if relation in APPEND_ONLY_TABLES:
                rights = "SELECT, INSERT"
            elif relation in READ_ONLY_TABLES:
                rights = "SELECT"
            of = {"kind": kind, "it": sql.SQL("{}.{}").format(schema, sql.Identifier(relation))}
            cursor.execute(sql.SQL("REVOKE ALL ON {kind} {it} FROM {to}").format(to=name, **of))
            grant = sql.SQL("GRANT {rights} ON {kind} {it} TO {to}")
            cursor.execute(grant.format(rights=sql.SQL(rights), to=name, **of))
        cursor.execute(sql.SQL("REVOKE CREATE ON SCHEMA {} FROM {}").format(schema, name))
        cursor.execute(sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(schema, name))
