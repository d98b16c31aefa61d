import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import trees_app.document.shape
import trees_app.models.validators
import uuid
from django.conf import settings
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts_app', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        TrigramExtension(),
        migrations.CreateModel(
            name='Snapshot',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('digest', models.BinaryField(help_text='SHA-256 of the canonical JSON.', max_length=32)),
                ('size', models.PositiveIntegerField(help_text='Of the canonical JSON, in bytes.')),
                ('document', models.JSONField()),
                ('created_at', models.DateTimeField()),
                ('account', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='snapshots', to='accounts_app.account')),
            ],
            options={
                'ordering': ('-created_at',),
            },
        ),
        migrations.CreateModel(
            name='Tree',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=255)),
                ('description', models.TextField(blank=True, max_length=5000)),
                ('category', models.CharField(blank=True, max_length=100)),
                ('tags', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=50), blank=True, default=list, size=30)),
                ('tree_type', models.CharField(choices=[('troubleshooting', 'Troubleshooting'), ('procedural', 'Procedural'), ('maintenance', 'Maintenance')], default='troubleshooting', max_length=16)),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('published', 'Published')], default='draft', max_length=10)),
                ('is_active', models.BooleanField(default=True)),
                ('visibility', models.CharField(choices=[('private', 'Only me'), ('team', 'My team'), ('account', 'Everyone in the account')], default='account', max_length=10)),
                ('is_public', models.BooleanField(default=False, help_text='Everyone on this installation may read and start it.')),
                ('is_default', models.BooleanField(default=False, help_text='Came with the product.')),
                ('version', models.PositiveIntegerField(default=0, help_text='Rises by one at each publish.')),
                ('structure', models.JSONField(default=trees_app.document.shape.empty_structure, validators=[trees_app.models.validators.validate_shape])),
                ('intake_form', models.JSONField(blank=True, default=list, help_text='Its variables.', validators=[trees_app.models.validators.validate_intake_form])),
                ('node_count', models.PositiveIntegerField(default=0, editable=False, help_text='For lists.')),
                ('usage_count', models.PositiveIntegerField(default=0, editable=False)),
                ('fork_depth', models.PositiveIntegerField(default=0)),
                ('fork_reason', models.CharField(blank=True, max_length=500)),
                ('parent_updated_at', models.DateTimeField(blank=True, help_text='How new the parent was when this was forked.', null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('account', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='trees', to='accounts_app.account')),
                ('author', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='trees', to=settings.AUTH_USER_MODEL)),
                ('parent_tree', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='forks', to='trees_app.tree')),
                ('root_tree', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='descendants', to='trees_app.tree')),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='trees', to='accounts_app.team')),
            ],
            options={
                'verbose_name': 'flow',
                'ordering': ('name', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='TreeVersion',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField()),
                ('published_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('published_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('snapshot', models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='versions', to='trees_app.snapshot')),
                ('tree', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='trees_app.tree')),
            ],
            options={
                'verbose_name': 'published version',
                'ordering': ('-version',),
            },
        ),
        migrations.AddConstraint(
            model_name='snapshot',
            constraint=models.UniqueConstraint(fields=('account', 'digest'), name='snapshot_once_per_account'),
        ),
        migrations.AddIndex(
            model_name='tree',
            index=models.Index(fields=['account', 'name', 'id'], name='tree_account_name'),
        ),
        migrations.AddIndex(
            model_name='tree',
            index=models.Index(fields=['account', '-usage_count'], name='tree_account_usage'),
        ),
        migrations.AddIndex(
            model_name='tree',
            index=models.Index(condition=models.Q(('is_public', True)), fields=['name'], name='tree_public'),
        ),
        migrations.AddIndex(
            model_name='tree',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('name'), name='gin_trgm_ops'), name='tree_name_trigram'),
        ),
        migrations.AddConstraint(
            model_name='tree',
            constraint=models.CheckConstraint(condition=models.Q(('tree_type__in', ('troubleshooting', 'procedural', 'maintenance'))), name='tree_type_is_known'),
        ),
        migrations.AddConstraint(
            model_name='tree',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ('draft', 'published'))), name='tree_status_is_known'),
        ),
        migrations.AddConstraint(
            model_name='tree',
            constraint=models.CheckConstraint(condition=models.Q(('visibility__in', ('private', 'team', 'account'))), name='tree_visibility_is_known'),
        ),
        migrations.AddConstraint(
            model_name='tree',
            constraint=models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='tree_has_name'),
        ),
        migrations.AddConstraint(
            model_name='tree',
            constraint=models.CheckConstraint(condition=models.Q(('fork_depth__lte', 2000000000), ('usage_count__lte', 2000000000), ('version__lte', 2000000000)), name='tree_counts_have_room'),
        ),
        migrations.AddConstraint(
            model_name='treeversion',
            constraint=models.UniqueConstraint(fields=('tree', 'version'), name='tree_version_once'),
        ),
    ]
