"""The audit log knows renaming and keeping."""

from django.db import migrations, models

ACTIONS = [
    ("started", "Started"),
    ("handed_over", "Handed over"),
    ("completed", "Completed"),
    ("reopened", "Reopened"),
    ("exported", "Exported"),
    ("deleted", "Deleted"),
    ("closed_idle", "Closed by policy"),
    ("purged", "Archived and deleted by policy"),
    ("restored", "Restored"),
    ("renamed", "Renamed"),
    ("pinned", "Kept beyond retention"),
    ("unpinned", "No longer kept"),
]


class Migration(migrations.Migration):

    dependencies = [("sessions_app", "0003_memory")]

    operations = [
        migrations.RemoveConstraint(model_name="auditentry", name="audit_action_is_known"),
        migrations.AlterField(
            model_name="auditentry",
            name="action",
            field=models.CharField(choices=ACTIONS, max_length=20),
        ),
        migrations.AddConstraint(
            model_name="auditentry",
            constraint=models.CheckConstraint(
                condition=models.Q(action__in=[value for value, _ in ACTIONS]),
                name="audit_action_is_known",
            ),
        ),
    ]
