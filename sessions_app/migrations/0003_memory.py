"""What an account remembers: search without accents, pinned sessions, the audit log."""

import django.contrib.postgres.indexes
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


from resolutionflow.web.text import normalize_for_search

SEARCHED = ("ticket_number", "client_name", "title", "tree_name", "target_label")
AT_ONCE = 1000

# The log is only written to: whoever can reach the table can't quietly correct it.
APPEND_ONLY = """
CREATE FUNCTION sessions_app_audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The audit log is only written to, never changed.'
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON sessions_app_auditentry
    FOR EACH ROW EXECUTE FUNCTION sessions_app_audit_append_only();
"""
NOT_APPEND_ONLY = """
DROP TRIGGER audit_append_only ON sessions_app_auditentry;
DROP FUNCTION sessions_app_audit_append_only();
"""


def fill_search_keys(apps, schema_editor):
    sessions = apps.get_model("sessions_app", "Session").objects
    last = None
    while True:
        rows = sessions.order_by("pk").only("pk", *SEARCHED)
        rows = list((rows.filter(pk__gt=last) if last else rows)[:AT_ONCE])
        if not rows:
            return
        for row in rows:
            row.search_key = "\n".join(normalize_for_search(getattr(row, name)) for name in SEARCHED)
        sessions.bulk_update(rows, ["search_key"])
        last = rows[-1].pk


class Migration(migrations.Migration):

    dependencies = [
        ('accounts_app', '0002_attachment_quota'),
        ('sessions_app', '0002_attachments_and_handovers'),
        ('trees_app', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AuditEntry',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('action', models.CharField(choices=[('started', 'Started'), ('handed_over', 'Handed over'), ('completed', 'Completed'), ('reopened', 'Reopened'), ('exported', 'Exported'), ('deleted', 'Deleted'), ('closed_idle', 'Closed by policy'), ('purged', 'Archived and deleted by policy'), ('restored', 'Restored')], max_length=20)),
                ('actor_name', models.CharField(blank=True, max_length=320)),
                ('session_id', models.UUIDField()),
                ('tree_name', models.CharField(blank=True, max_length=255)),
                ('ticket_number', models.CharField(blank=True, max_length=100)),
                ('details', models.JSONField(default=dict)),
            ],
            options={
                'verbose_name_plural': 'audit entries',
                'ordering': ('-id',),
            },
        ),
        migrations.RemoveIndex(
            model_name='session',
            name='session_ticket_trigram',
        ),
        migrations.RemoveIndex(
            model_name='session',
            name='session_client_trigram',
        ),
        migrations.RemoveIndex(
            model_name='session',
            name='session_tree_trigram',
        ),
        migrations.AddField(
            model_name='decision',
            name='carried_over_from',
            field=models.DateTimeField(blank=True, help_text='When the answer was given in an earlier session, if it was taken from there.', null=True),
        ),
        migrations.AddField(
            model_name='session',
            name='undo_state',
            field=models.JSONField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='session',
            name='pinned',
            field=models.BooleanField(default=False, help_text='Kept: the retention policy never deletes it ([H6]).'),
        ),
        migrations.AddField(
            model_name='session',
            name='search_key',
            field=models.TextField(blank=True, editable=False),
        ),
        migrations.RunPython(fill_search_keys, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name='session',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass('search_key', name='gin_trgm_ops'), name='session_search_trigram'),
        ),
        migrations.AddIndex(
            model_name='session',
            index=models.Index(condition=models.Q(('completed_at__isnull', False)), fields=['account', 'tree', '-completed_at'], name='session_flow_completed'),
        ),
        migrations.AddIndex(
            model_name='session',
            index=models.Index(condition=models.Q(('completed_at__isnull', False), ('pinned', False)), fields=['account', 'completed_at'], name='session_retention'),
        ),
        migrations.AddField(
            model_name='auditentry',
            name='account',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts_app.account'),
        ),
        migrations.AddField(
            model_name='auditentry',
            name='actor',
            field=models.ForeignKey(db_constraint=False, db_index=False, help_text='Nobody, where a policy or the command line did it.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(fields=['account', '-id'], name='audit_account_newest'),
        ),
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(fields=['session_id', 'id'], name='audit_of_session'),
        ),
        migrations.AddConstraint(
            model_name='auditentry',
            constraint=models.CheckConstraint(condition=models.Q(('action__in', ['started', 'handed_over', 'completed', 'reopened', 'exported', 'deleted', 'closed_idle', 'purged', 'restored'])), name='audit_action_is_known'),
        ),
        migrations.RunSQL(APPEND_ONLY, NOT_APPEND_ONLY),
    ]
