"""Migrations run as the owner, the application as a role that can't undo what the owner set up."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from psycopg import sql

from accounts_app.models import Action, AuditedObject, AuditEntry, ObjectType, User
from sessions_app import services
from sessions_app.models import Session
from tests.factories import TreeFactory

pytestmark = pytest.mark.django_db

REFUSED = (
    "UPDATE accounts_app_auditentry SET actor_name = 'somebody else'",
    "DELETE FROM accounts_app_auditentry",
    "TRUNCATE accounts_app_auditentry",
    "TRUNCATE accounts_app_account CASCADE",
    "ALTER TABLE accounts_app_auditentry DISABLE TRIGGER ALL",
    "ALTER TABLE accounts_app_auditentry DISABLE TRIGGER audit_no_truncate",
    "DROP TRIGGER audit_append_only ON accounts_app_auditentry",
    "DROP TABLE accounts_app_auditentry CASCADE",
    "ALTER TABLE accounts_app_auditentry RENAME TO elsewhere",
    "CREATE TRIGGER quiet BEFORE INSERT ON accounts_app_auditentry FOR EACH ROW"
    " EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "CREATE RULE quiet AS ON INSERT TO accounts_app_auditentry DO INSTEAD NOTHING",
    "CREATE OR REPLACE FUNCTION accounts_app_audit_append_only() RETURNS trigger"
    " LANGUAGE plpgsql AS $$ BEGIN RETURN OLD; END $$",
    "DROP FUNCTION accounts_app_audit_append_only() CASCADE",
    "CREATE TABLE accounts_app_own (id integer)",
    "SET session_replication_role = replica",
    "DELETE FROM django_migrations",
    "GRANT ALL ON accounts_app_auditentry TO PUBLIC",
)


@pytest.fixture
def application(db):
    """The name of a role with the application's rights, gone again with the transaction."""
    role = f"application_of_{connection.settings_dict['NAME']}"[:63]
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(role)))
    call_command("grant_rights", role)
    return role


def become(role):
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(role)))


def make_entry():
    about = AuditedObject(ObjectType.USER, None, "ana", None)
    AuditEntry.objects.log(Action.SIGNED_IN, about, by=None)


@pytest.mark.parametrize("statement", REFUSED)
def test_the_application_can_not_touch_the_log(application, statement):
    make_entry()
    become(application)
    before = list(AuditEntry.objects.values())
    with (
        pytest.raises(DatabaseError, match=r"permission denied|must be owner|no privileges"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
        if statement.startswith("GRANT"):  # only warned of: nothing was granted
            cursor.execute("DELETE FROM accounts_app_auditentry")
    assert list(AuditEntry.objects.values()) == before


def test_the_application_works_with_its_rights(application, engineer):
    tree = TreeFactory(author__account=engineer.account, published=True)
    become(application)
    work_session = services.create_and_start(user=engineer, tree=tree)
    services.set_title(user=engineer, pk=work_session.pk, title="Router")
    User.objects.filter(pk=engineer.pk).update(last_login=timezone.now())
    services.delete(user=engineer, pk=work_session.pk)
    assert not Session.objects.filter(pk=work_session.pk).exists()
    assert AuditEntry.objects.filter(object_id=work_session.pk).count() == 3


def test_the_application_deletes_old_sign_ins_alone(application):
    for action in (Action.SIGNED_IN, Action.DELETED):
        about = AuditedObject(ObjectType.USER, None, "ana", None)
        made = AuditEntry.objects.build(action, about, by=None, details={})
        made.at = timezone.now() - timedelta(days=400)
        made.save(force_insert=True)
    make_entry()
    become(application)
    assert AuditEntry.objects.delete_old_sign_ins(days=365) == 1
    assert AuditEntry.objects.count() == 2


def test_rights_that_were_given_by_hand_are_taken_away(application):
    with connection.cursor() as cursor:
        name = sql.Identifier(application)
        cursor.execute(sql.SQL("GRANT ALL ON accounts_app_auditentry TO {}").format(name))
    call_command("grant_rights", application)
    become(application)
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        AuditEntry.objects.all().delete()


def test_an_unknown_role_is_named():
    with pytest.raises(CommandError, match="nobody_has_this"):
        call_command("grant_rights", "nobody_has_this")
