import accounts_app.models.account
import accounts_app.models.invitation
import accounts_app.models.time_zone
import accounts_app.models.user
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import resolutionflow.api.scopes
import uuid
from accounts_app import audit_sql
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='Account',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120, unique=True)),
                ('short_name', models.CharField(blank=True, help_text='Stands behind the @ of sign-in names: ana@northwind. Blank: made of the name.', max_length=40, unique=True, validators=[accounts_app.models.account.validate_short_name])),
                ('time_zone', models.CharField(default='UTC', max_length=64, validators=[accounts_app.models.time_zone.validate_time_zone])),
                ('tree_limit', models.PositiveIntegerField(blank=True, help_text='How many flows the account may own; blank is no limit.', null=True)),
                ('attachment_quota_mb', models.PositiveIntegerField(default=1024, help_text='How many megabytes the files attached to its sessions may take together.')),
                ('requires_second_factor', models.BooleanField(default=False, help_text='Everybody of the account adds an authenticator app or a passkey first.', verbose_name='require a second factor')),
                ('close_idle_after_days', models.PositiveIntegerField(default=7, help_text='Idle sessions are closed as cancelled after so many days.', validators=[django.core.validators.MinValueValidator(1)])),
                ('retention_days', models.PositiveIntegerField(default=accounts_app.models.account.default_retention_days, help_text='Completed sessions are archived and deleted after so many days.', validators=[django.core.validators.MinValueValidator(1)])),
                ('idle_timeout_minutes', models.PositiveIntegerField(blank=True, help_text='Who does nothing for so many minutes must sign in again; blank: two weeks.', null=True, validators=[django.core.validators.MinValueValidator(5), django.core.validators.MaxValueValidator(20160)], verbose_name='sign out after minutes')),
                ('redaction_allowed', models.TextField(blank=True, default='', help_text='One text a line that is never masked; an expression between slashes: /…/.', verbose_name='what stays unmasked')),
                ('redaction_patterns', models.TextField(blank=True, default='', help_text='One a line, “name: regular expression”; what it matches is masked.', verbose_name='own patterns')),
                ('redaction_families_off', models.JSONField(blank=True, default=list, help_text='Names of families of rules that are not used.', verbose_name='rules not used')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'ordering': ('name',),
                'constraints': [models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='account_has_name'), models.CheckConstraint(condition=models.Q(('close_idle_after_days__range', (1, 36500)), ('retention_days__range', (1, 36500))), name='account_policies_are_days'), models.CheckConstraint(condition=models.Q(('idle_timeout_minutes', None), models.Q(('idle_timeout_minutes__gte', 5), ('idle_timeout_minutes__lte', 20160)), _connector='OR'), name='account_idle_timeout_is_sane')],
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('first_name', models.CharField(blank=True, max_length=150, verbose_name='first name')),
                ('last_name', models.CharField(blank=True, max_length=150, verbose_name='last name')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='email address')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('username', models.CharField(help_text="Once within the account. Letters, digits and @ . + - _ ' ! # ^ ~", max_length=150, validators=[django.core.validators.RegexValidator("^[\\w.@+\\-'!#^~]+\\Z", "Use letters, digits and @ . + - _ ' ! # ^ ~ only.")], verbose_name='user name')),
                ('sign_in_name', accounts_app.models.user.SignInNameField(editable=False, max_length=191, unique=True)),
                ('role', models.CharField(choices=[('admin', 'Admin'), ('author', 'Author'), ('engineer', 'Engineer'), ('viewer', 'Viewer'), ('integration', 'Integration')], default='engineer', max_length=12)),
                ('time_zone', models.CharField(blank=True, max_length=64, validators=[accounts_app.models.time_zone.validate_time_zone])),
                ('must_change_password', models.BooleanField(default=False, help_text='Somebody else chose it: a new one is asked for first.')),
                ('single_key_shortcuts', models.BooleanField(default=True, help_text='Letters, digits and signs that act without Ctrl or Alt.', verbose_name='single-key shortcuts')),
                ('answer_keys', models.CharField(choices=[('digits', '1 to 9'), ('alt', 'Alt and 1 to 9'), ('off', 'None')], default='digits', help_text='Plain digits need single-key shortcuts. With Alt they act without them, too.', max_length=6, verbose_name='keys of answers and outcomes')),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
                ('account', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='users', to='accounts_app.account')),
            ],
        ),
        migrations.CreateModel(
            name='ApiKey',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=100)),
                ('prefix', models.CharField(max_length=8)),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('scopes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('read', 'Read sessions, flows and steps'), ('export', 'Export sessions as notes for a ticket'), ('write', 'Write: start, change and complete sessions, edit flows'), ('scim', 'Provision users and teams (SCIM)')], max_length=6), default=resolutionflow.api.scopes.all_scopes, help_text='What the key may be used for.', size=None)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('expires_at', models.DateTimeField(blank=True, null=True)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('last_used_at', models.DateTimeField(blank=True, null=True)),
                ('last_used_from', models.GenericIPAddressField(blank=True, help_text='The address of the caller.', null=True, verbose_name='last used from')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='api_keys', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'API key',
                'ordering': ('-created_at',),
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('scopes__contained_by', ['read', 'export', 'write']), ('scopes__len__gte', 1)), ('scopes', ['scim']), _connector='OR'), name='api_key_scopes_are_known')],
            },
        ),
        migrations.CreateModel(
            name='BrowserSession',
            fields=[
                ('session_key', models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name='session key')),
                ('session_data', models.TextField(verbose_name='session data')),
                ('expire_date', models.DateTimeField(db_index=True, verbose_name='expire date')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='browser_sessions', to=settings.AUTH_USER_MODEL)),
                ('device_id', models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ('signed_in_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('last_seen_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('address', models.GenericIPAddressField(null=True)),
                ('user_agent', models.CharField(blank=True, default='', max_length=300)),
            ],
            options={
                'verbose_name': 'session',
                'verbose_name_plural': 'sessions',
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='MinuteCount',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('subject', models.UUIDField(help_text='The id of the key or user.')),
                ('minute', models.DateTimeField(db_index=True)),
                ('cost', models.PositiveIntegerField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('subject', 'minute'), name='minute_count_per_subject')],
            },
        ),
        migrations.CreateModel(
            name='Submission',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('digest', models.CharField(help_text='SHA-256 of the key.', max_length=64)),
                ('path', models.CharField(help_text='The address that it was sent to.', max_length=255)),
                ('fingerprint', models.CharField(help_text='SHA-256 of what was sent.', max_length=64)),
                ('location', models.TextField(blank=True, help_text='The address of what was made.')),
                ('result', models.JSONField(default=dict, help_text='What else the first answer said.')),
                ('created_at', models.DateTimeField(auto_now_add=True, db_index=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='submissions', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Team',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120)),
                ('account', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='teams', to='accounts_app.account')),
            ],
            options={
                'ordering': ('name',),
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('email', models.EmailField(max_length=254, verbose_name='e-mail')),
                ('role', models.CharField(choices=[('admin', 'Admin'), ('author', 'Author'), ('engineer', 'Engineer'), ('viewer', 'Viewer'), ('integration', 'Integration')], default='engineer', max_length=12)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('expires_at', models.DateTimeField(default=accounts_app.models.invitation.in_a_week)),
                ('accepted_at', models.DateTimeField(blank=True, null=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to='accounts_app.account')),
                ('invited_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='accounts_app.team')),
                ('user', models.ForeignKey(blank=True, help_text='Who is there already, and has no password yet.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('-created_at',),
                'constraints': [models.CheckConstraint(condition=models.Q(('role__in', ('admin', 'author', 'engineer', 'viewer', 'integration'))), name='invitation_role_is_known')],
            },
        ),
        migrations.AddField(
            model_name='user',
            name='team',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='users', to='accounts_app.team'),
        ),
        migrations.AddConstraint(
            model_name='submission',
            constraint=models.UniqueConstraint(fields=('digest', 'user'), name='submission_once_per_user'),
        ),
        migrations.AddConstraint(
            model_name='team',
            constraint=models.UniqueConstraint(fields=('account', 'name'), name='team_name_once_per_account'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('role__in', ('admin', 'author', 'engineer', 'viewer', 'integration'))), name='user_role_is_known'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('account__isnull', False), ('is_superuser', True), _connector='OR'), name='user_has_account_or_operates'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('answer_keys__in', ('digits', 'alt', 'off'))), name='user_answer_keys_are_known'),
        ),
        migrations.AddIndex(
            model_name='user',
            index=models.Index(django.db.models.functions.text.Lower('username'), name='user_by_name'),
        ),
        migrations.AddIndex(
            model_name='user',
            index=models.Index(django.db.models.functions.text.Lower('email'), name='user_by_email'),
        ),
        migrations.RunSQL(
            # What Django's cache in the database asks for. Counters of guesses need no journal.
            """
            CREATE UNLOGGED TABLE shared_cache (
                cache_key varchar(255) NOT NULL PRIMARY KEY,
                value text NOT NULL,
                expires timestamp with time zone NOT NULL
            );
            CREATE INDEX shared_cache_expires ON shared_cache (expires);
            """,
            "DROP TABLE shared_cache",
        ),
        migrations.CreateModel(
            name='AuditEntry',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('action', models.CharField(choices=[('started', 'Started'), ('handed_over', 'Handed over'), ('completed', 'Completed'), ('reopened', 'Reopened'), ('exported', 'Exported'), ('closed_idle', 'Closed by policy'), ('purged', 'Archived and deleted by policy'), ('restored', 'Restored'), ('renamed', 'Renamed'), ('pinned', 'Kept'), ('unpinned', 'No longer kept'), ('steps_changed', 'Steps changed'), ('addendum', 'Addendum written'), ('discarded', 'Discarded'), ('ticket_changed', 'Ticket or client changed'), ('created', 'Created'), ('changed', 'Changed'), ('deleted', 'Deleted'), ('published', 'Published'), ('revoked', 'Revoked'), ('signed_in', 'Signed in'), ('signed_out', 'Signed out'), ('sign_in_failed', 'Sign-in failed'), ('sign_in_limited', 'Sign-in refused after too many attempts'), ('confirmed_again', 'Confirmed password or factor again'), ('confirmation_failed', 'Failed to confirm password or factor'), ('browser_signed_out', 'Other browser signed out'), ('factor_added', 'Second factor added'), ('factor_removed', 'Second factor removed'), ('factor_failed', 'Second factor failed'), ('recovery_codes_made', 'Recovery codes made'), ('password_changed', 'Password changed'), ('password_reset_requested', 'Password reset asked for'), ('password_reset', 'Password reset'), ('email_changed', 'E-mail address changed'), ('email_confirmed', 'E-mail address confirmed'), ('invited', 'Invited'), ('invitation_accepted', 'Invitation accepted'), ('link_made', 'One-time link made'), ('single_sign_on_linked', 'Single sign-on linked'), ('single_sign_on_unlinked', 'Single sign-on unlinked')], max_length=32)),
                ('actor_username', models.CharField(blank=True, max_length=320, verbose_name='user name')),
                ('actor_name', models.CharField(blank=True, max_length=320, verbose_name='name')),
                ('address', models.GenericIPAddressField(null=True)),
                ('object_type', models.CharField(choices=[('session', 'Session'), ('flow', 'Flow'), ('user', 'User'), ('api_key', 'API key'), ('team', 'Team'), ('account', 'Account'), ('library_step', 'Step of the library'), ('audit', 'Audit log'), ('invitation', 'Invitation'), ('single_sign_on', 'Single sign-on'), ('scim', 'SCIM')], max_length=32)),
                ('object_id', models.UUIDField(null=True)),
                ('object_name', models.CharField(blank=True, max_length=320)),
                ('ticket_number', models.CharField(blank=True, max_length=100)),
                ('details', models.JSONField(default=dict)),
                ('account', models.ForeignKey(db_constraint=False, db_index=False, help_text='None, where somebody unknown tried to sign in.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='accounts_app.account')),
                ('actor', models.ForeignKey(db_constraint=False, db_index=False, help_text='Nobody, where a policy, the command line or somebody not signed in did it.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name_plural': 'audit entries',
                'ordering': ('-at', '-id'),
                'indexes': [models.Index(fields=['account', '-at', '-id'], name='audit_account_newest'), models.Index(fields=['-at', '-id'], name='audit_newest'), models.Index(fields=['object_id', 'at'], name='audit_of_object'), models.Index(fields=['actor', '-at'], name='audit_of_actor'), models.Index(fields=['address', '-at'], name='audit_from_address'), models.Index(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('actor_username'), name='text_pattern_ops'), name='audit_username'), models.Index(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('object_name'), name='text_pattern_ops'), name='audit_object_name'), models.Index(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('ticket_number'), name='text_pattern_ops'), name='audit_ticket')],
                'constraints': [models.CheckConstraint(condition=models.Q(('action__in', ['started', 'handed_over', 'completed', 'reopened', 'exported', 'closed_idle', 'purged', 'restored', 'renamed', 'pinned', 'unpinned', 'steps_changed', 'addendum', 'discarded', 'ticket_changed', 'created', 'changed', 'deleted', 'published', 'revoked', 'signed_in', 'signed_out', 'sign_in_failed', 'sign_in_limited', 'confirmed_again', 'confirmation_failed', 'browser_signed_out', 'factor_added', 'factor_removed', 'factor_failed', 'recovery_codes_made', 'password_changed', 'password_reset_requested', 'password_reset', 'email_changed', 'email_confirmed', 'invited', 'invitation_accepted', 'link_made', 'single_sign_on_linked', 'single_sign_on_unlinked'])), name='audit_action_is_known'), models.CheckConstraint(condition=models.Q(('object_type__in', ['session', 'flow', 'user', 'api_key', 'team', 'account', 'library_step', 'audit', 'invitation', 'single_sign_on', 'scim'])), name='audit_object_type_is_known')],
            },
        ),
        migrations.RunSQL(audit_sql.APPEND_ONLY, audit_sql.CHANGEABLE),
        migrations.CreateModel(
            name='ProvisionedTeam',
            fields=[
                ('team', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='provisioned', serialize=False, to='accounts_app.team')),
                ('external_id', models.CharField(blank=True, max_length=255, verbose_name='id in the directory')),
                ('role', models.CharField(blank=True, choices=[('', 'No role'), ('admin', 'Admin'), ('author', 'Author'), ('engineer', 'Engineer'), ('viewer', 'Viewer')], default='', help_text='The role that the members of the group get.', max_length=12)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
            ],
        ),
        migrations.CreateModel(
            name='ProvisionedUser',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='provisioned', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('external_id', models.CharField(blank=True, max_length=255, verbose_name='id in the directory')),
                ('attributes', models.JSONField(default=dict, help_text='`displayName` and `emails`, as the directory sent them.')),
                ('has_role_of_groups', models.BooleanField(default=False, help_text='Whether the role comes from groups, and ends with them.')),
                ('removed_at', models.DateTimeField(blank=True, help_text='When the directory deleted the user.', null=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
            ],
        ),
        migrations.CreateModel(
            name='Provisioning',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('first_role', models.CharField(choices=[('engineer', 'Engineer'), ('viewer', 'Viewer')], default='engineer', help_text='For users whom no group gives another role.', max_length=12, verbose_name='role of new users')),
            ],
        ),
        migrations.CreateModel(
            name='TeamMembership',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
            ],
        ),
        migrations.AddConstraint(
            model_name='provisionedteam',
            constraint=models.CheckConstraint(condition=models.Q(('role__in', ('', 'admin', 'author', 'engineer', 'viewer'))), name='provisioned_team_role_is_known'),
        ),
        migrations.AddIndex(
            model_name='provisioneduser',
            index=models.Index(fields=['external_id'], name='provisioned_user_external_id'),
        ),
        migrations.AddField(
            model_name='provisioning',
            name='account',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='provisioning', to='accounts_app.account'),
        ),
        migrations.AddField(
            model_name='teammembership',
            name='team',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='accounts_app.team'),
        ),
        migrations.AddField(
            model_name='teammembership',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='team_memberships', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='provisioning',
            constraint=models.CheckConstraint(condition=models.Q(('first_role__in', ('engineer', 'viewer'))), name='provisioning_first_role_is_known'),
        ),
        migrations.AddConstraint(
            model_name='teammembership',
            constraint=models.UniqueConstraint(fields=('team', 'user'), name='team_membership_once'),
        ),
    ]
