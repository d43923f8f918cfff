"""Problems of before have the priority that their severity gave them."""

from django.db import migrations

from workflow.tenancy.one_step import OneStepMigration

AS_SEVERITY = "UPDATE problems_problem SET priority = severity WHERE priority <> severity;"


class Migration(OneStepMigration):
    """One pass; what customers do to it counts from the next look on."""

    dependencies = [("problems", "0026_promises_and_priority")]

    operations = [migrations.RunSQL(AS_SEVERITY, migrations.RunSQL.noop)]
