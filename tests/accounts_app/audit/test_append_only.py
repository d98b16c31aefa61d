"""The audit log stays as it was written, whatever SQL reaches it."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from accounts_app import audit_sql
from accounts_app.models import Action, AuditedObject, AuditEntry, ObjectType

pytestmark = pytest.mark.django_db
STATEMENTS = (
    "UPDATE accounts_app_auditentry SET actor_name = 'somebody else'",
    "UPDATE accounts_app_auditentry SET actor_name = '' WHERE false",
    "DELETE FROM accounts_app_auditentry",
    "DELETE FROM accounts_app_auditentry WHERE false",
    "TRUNCATE accounts_app_auditentry",
    "TRUNCATE accounts_app_auditentry CASCADE",
    "MERGE INTO accounts_app_auditentry USING (SELECT 1) AS one ON true WHEN MATCHED THEN DELETE",
    "WITH gone AS (DELETE FROM accounts_app_auditentry RETURNING 1) SELECT count(*) FROM gone",
    """INSERT INTO accounts_app_auditentry SELECT * FROM accounts_app_auditentry
       ON CONFLICT (id) DO UPDATE SET action = 'purged'""",
)


@pytest.fixture
def _as_in_production(db):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_app_auditentry ENABLE TRIGGER audit_no_truncate")


def entry(action=Action.SIGNED_IN, *, days=0):
    about = AuditedObject(ObjectType.USER, None, "ana", None)
    made = AuditEntry.objects.build(action, about, by=None, details={})
    made.at = timezone.now() - timedelta(days=days)
    made.save(force_insert=True)
    return made


@pytest.mark.usefixtures("_as_in_production")
@pytest.mark.parametrize("statement", STATEMENTS)
def test_no_statement_changes_the_log(statement):
    entry()
    before = list(AuditEntry.objects.values())
    with (
        pytest.raises(DatabaseError, match="only written to"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert list(AuditEntry.objects.values()) == before


def test_the_key_to_the_purge_opens_nothing_else():
    """Whoever finds out the setting can delete what the purge would, and nothing more."""
    old, young = entry(Action.DELETED, days=4000), entry(days=audit_sql.MIN_DAYS - 1)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL resolutionflow.purges_audit = 'on'")
        for statement in (
            "DELETE FROM accounts_app_auditentry WHERE id = %s",
            "UPDATE accounts_app_auditentry SET actor_name = 'somebody else' WHERE id = %s",
        ):
            for kept in (old, young):
                with pytest.raises(DatabaseError, match="only written to"), transaction.atomic():
                    cursor.execute(statement, [kept.pk])
    assert AuditEntry.objects.count() == 2


def test_old_sign_ins_are_deleted_and_nothing_else(monkeypatch):
    monkeypatch.setattr("accounts_app.models.audit_entry.ROWS_AT_ONCE", 2)
    gone = [entry(action, days=366) for action in audit_sql.EPHEMERAL_ACTIONS]
    kept = {entry(days=364).pk} | {
        entry(action, days=4000).pk
        for action in Action.values
        if action not in audit_sql.EPHEMERAL_ACTIONS
    }
    assert AuditEntry.objects.delete_old_sign_ins(days=365) == len(gone)
    assert set(AuditEntry.objects.values_list("pk", flat=True)) == kept
    assert AuditEntry.objects.delete_old_sign_ins(days=0) == 1  # no younger than a month
    entry(days=29)
    assert AuditEntry.objects.delete_old_sign_ins(days=0) == 0


def test_the_actions_that_are_deleted_after_a_time_exist():
    assert set(audit_sql.EPHEMERAL_ACTIONS) < set(Action.values)
