import django.contrib.postgres.indexes
import django.db.models.constraints
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


# A search for what is rare (a ticket number) is planned by how often the sample holds it: with the
# usual hundred bounds a single hit reads as one per cent, and the account would be read row by row.
FINE_STATISTICS = "ALTER TABLE sessions_app_session ALTER COLUMN search_key SET STATISTICS 1000;"


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts_app', '0001_initial'),
        ('trees_app', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Session',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('tree_name', models.CharField(help_text='Of the snapshot, for lists.', max_length=255)),
                ('ticket_number', models.CharField(blank=True, max_length=100)),
                ('client_name', models.CharField(blank=True, max_length=200)),
                ('client_key', models.CharField(blank=True, editable=False, max_length=400)),
                ('title', models.CharField(blank=True, max_length=30)),
                ('title_by_person', models.BooleanField(default=False)),
                ('search_key', models.TextField(blank=True, editable=False)),
                ('pinned', models.BooleanField(default=False, help_text='Kept: the retention policy never deletes it.')),
                ('scratchpad', models.TextField(blank=True, max_length=200000)),
                ('session_variables', models.JSONField(blank=True, default=dict)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('started_at', models.DateTimeField(blank=True, null=True)),
                ('completed_at', models.DateTimeField(blank=True, null=True)),
                ('last_activity_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('outcome', models.CharField(blank=True, choices=[('resolved', 'Resolved'), ('escalated', 'Escalated'), ('workaround', 'Workaround'), ('unresolved', 'Unresolved'), ('cancelled', 'Cancelled'), ('resolved_externally', 'Resolved Externally')], max_length=20)),
                ('outcome_notes', models.TextField(blank=True, max_length=100000)),
                ('next_steps', models.TextField(blank=True, max_length=100000)),
                ('exported', models.BooleanField(default=False)),
                ('batch_id', models.UUIDField(blank=True, null=True)),
                ('target_label', models.CharField(blank=True, max_length=255)),
                ('current_node', models.CharField(blank=True, max_length=64)),
                ('node_entered_at', models.DateTimeField(blank=True, help_text='When the current step was first shown.', null=True)),
                ('custom_steps', models.JSONField(blank=True, default=list)),
                ('drafts', models.JSONField(blank=True, default=dict)),
                ('undo_state', models.JSONField(editable=False, null=True)),
                ('decision_count', models.PositiveIntegerField(default=0, editable=False)),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('account', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='sessions', to='accounts_app.account')),
                ('assigned_to', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='assigned_sessions', to=settings.AUTH_USER_MODEL)),
                ('prepared_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='prepared_sessions', to=settings.AUTH_USER_MODEL)),
                ('snapshot', models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='sessions', to='trees_app.snapshot')),
                ('tree', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='sessions', to='trees_app.tree')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': (models.OrderBy(models.F('started_at'), descending=True, nulls_last=True), models.OrderBy(models.F('id'), descending=True)),
            },
        ),
        migrations.CreateModel(
            name='Handover',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('note', models.TextField(blank=True, max_length=5000)),
                ('step_count', models.PositiveIntegerField(help_text='Steps on the path at that moment.')),
                ('handed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('from_user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sessions_handed_over', to=settings.AUTH_USER_MODEL)),
                ('to_user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sessions_taken_over', to=settings.AUTH_USER_MODEL)),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='handovers', to='sessions_app.session')),
            ],
            options={
                'ordering': ('handed_at', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='Addendum',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('written_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('text', models.TextField(max_length=100000)),
                ('author', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='addenda', to='sessions_app.session')),
            ],
            options={
                'verbose_name_plural': 'addenda',
                'ordering': ('written_at', 'pk'),
                'constraints': [models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='addendum_has_text')],
            },
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField()),
                ('node_id', models.CharField(max_length=64)),
                ('question', models.TextField(blank=True, max_length=2000)),
                ('answer', models.TextField(blank=True, max_length=2000)),
                ('next_node', models.CharField(blank=True, help_text='Where the answer led.', max_length=64)),
                ('action', models.TextField(blank=True, max_length=100000)),
                ('notes', models.TextField(blank=True, max_length=100000)),
                ('command_output', models.TextField(blank=True, max_length=1000000)),
                ('entered_at', models.DateTimeField(blank=True, null=True)),
                ('timestamp', models.DateTimeField(default=django.utils.timezone.now)),
                ('attachments', models.JSONField(blank=True, default=list)),
                ('carried_over_from', models.DateTimeField(blank=True, help_text='When the answer was given in an earlier session, if it was taken from there.', null=True)),
                ('edited_at', models.DateTimeField(blank=True, null=True)),
                ('request_id', models.UUIDField(blank=True, editable=False, null=True)),
                ('is_off_flow', models.BooleanField(default=False, editable=False, help_text="Sent by a caller, at a node that the snapshot doesn't have.")),
                ('discarded_branch', models.UUIDField(blank=True, editable=False, null=True)),
                ('edited_by', models.ForeignKey(blank=True, db_index=False, help_text='Who changed the recorded step last.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('recorded_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('session', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='all_decisions', to='sessions_app.session')),
            ],
            options={
                'ordering': ('position',),
            },
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('node_id', models.CharField(help_text='The step that it was given to.', max_length=64)),
                ('name', models.CharField(max_length=120)),
                ('content_type', models.CharField(max_length=40)),
                ('size', models.PositiveBigIntegerField(help_text='In bytes.')),
                ('sha256', models.CharField(max_length=64)),
                ('stored_as', models.CharField(editable=False, max_length=64, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='accounts_app.account')),
                ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='sessions_app.session')),
            ],
            options={
                'ordering': ('created_at', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='LibraryStep',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('title', models.CharField(max_length=200)),
                ('body', models.TextField(blank=True, max_length=100000)),
                ('commands', models.JSONField(blank=True, default=list)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('account', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='library_steps', to='accounts_app.account')),
                ('author', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('title', 'pk'),
                'indexes': [models.Index(fields=['account', 'title'], name='step_account_title'), django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('title'), name='gin_trgm_ops'), name='step_title_trigram')],
                'constraints': [models.CheckConstraint(condition=models.Q(('title', ''), _negated=True), name='step_has_title')],
            },
        ),
        migrations.AddIndex(
            model_name='session',
            index=models.Index(models.F('account'), models.F('user'), models.OrderBy(models.F('started_at'), descending=True, nulls_last=True), models.OrderBy(models.F('id'), descending=True), name='session_owner_newest'),
        ),
        migrations.AddIndex(
            model_name='session',
            index=models.Index(models.F('account'), models.OrderBy(models.F('started_at'), descending=True, nulls_last=True), models.OrderBy(models.F('id'), descending=True), name='session_account_newest'),
        ),
        migrations.AddIndex(
            model_name='session',
            index=models.Index(models.F('account'), models.F('assigned_to'), models.OrderBy(models.F('started_at'), descending=True, nulls_last=True), models.OrderBy(models.F('id'), descending=True), condition=models.Q(('assigned_to__isnull', False)), name='session_assignee_newest'),
        ),
        migrations.AddIndex(
            model_name='session',
            index=models.Index(condition=models.Q(('assigned_to__isnull', False)), fields=['assigned_to'], name='session_assignee'),
        ),
        migrations.AddIndex(
            model_name='session',
            index=models.Index(condition=models.Q(('prepared_by__isnull', False)), fields=['prepared_by'], name='session_preparer'),
        ),
        migrations.AddIndex(
            model_name='session',
            index=models.Index(models.F('account'), models.F('client_key'), models.OrderBy(models.F('started_at'), descending=True), condition=models.Q(('client_key', ''), _negated=True), name='session_client_newest'),
        ),
        migrations.AddIndex(
            model_name='session',
            index=models.Index(condition=models.Q(('batch_id__isnull', False)), fields=['batch_id'], name='session_batch'),
        ),
        migrations.AddIndex(
            model_name='session',
            index=models.Index(condition=models.Q(('completed_at__isnull', True), ('started_at__isnull', False)), fields=['account', 'user', '-last_activity_at'], name='session_active_touched'),
        ),
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
            index=models.Index(condition=models.Q(('completed_at__isnull', False)), fields=['account', 'completed_at'], name='session_completed'),
        ),
        migrations.AddConstraint(
            model_name='session',
            constraint=models.CheckConstraint(condition=models.Q(('outcome', ''), ('outcome__in', ['resolved', 'escalated', 'workaround', 'unresolved', 'cancelled', 'resolved_externally']), _connector='OR'), name='session_outcome_is_known'),
        ),
        migrations.AddConstraint(
            model_name='session',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('completed_at__isnull', True), ('outcome', '')), models.Q(('completed_at__isnull', False), ('started_at__isnull', False), models.Q(('outcome', ''), _negated=True)), _connector='OR'), name='session_completed_has_start_and_outcome'),
        ),
        migrations.AddConstraint(
            model_name='session',
            constraint=models.CheckConstraint(condition=models.Q(('exported', False), ('completed_at__isnull', False), _connector='OR'), name='session_exported_is_completed'),
        ),
        migrations.AddConstraint(
            model_name='session',
            constraint=models.CheckConstraint(condition=models.Q(('decision_count__lte', 2000000000), ('revision__lte', 2000000000)), name='session_counts_have_room'),
        ),
        migrations.AddConstraint(
            model_name='handover',
            constraint=models.CheckConstraint(condition=models.Q(('from_user', models.F('to_user')), _negated=True), name='handover_is_to_somebody_else'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.UniqueConstraint(deferrable=django.db.models.constraints.Deferrable['IMMEDIATE'], fields=('session', 'position', 'discarded_branch'), name='decision_position_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(('position__gte', 1)), name='decision_counts_from_one'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(('position__lte', 2000000000)), name='decision_position_has_room'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(('node_id', ''), _negated=True), name='decision_has_node'),
        ),
        migrations.AddConstraint(
            model_name='attachment',
            constraint=models.CheckConstraint(condition=models.Q(('size__gte', 1)), name='attachment_has_bytes'),
        ),
        migrations.AddConstraint(
            model_name='attachment',
            constraint=models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='attachment_has_name'),
        ),
        migrations.AddConstraint(
            model_name='attachment',
            constraint=models.CheckConstraint(condition=models.Q(('content_type__in', ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'application/pdf', 'text/plain'])), name='attachment_content_type_is_known'),
        ),
        migrations.AddConstraint(
            model_name='attachment',
            constraint=models.CheckConstraint(condition=models.Q(('stored_as__regex', '^[A-Za-z0-9_-]{20,64}$')), name='attachment_is_stored_under_token'),
        ),
        migrations.RunSQL(FINE_STATISTICS, migrations.RunSQL.noop),
    ]
