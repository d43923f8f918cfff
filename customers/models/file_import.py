"""Files that somebody hands in to be imported: looked at first, taken in parts."""

from django.db import models

from workflow.tenancy.models import TenantModel, same_tenant, tenant_key


class ImportState(models.TextChoices):
    """How far a file is."""

    CHECKING = "checking"
    CHECKED = "checked"
    IMPORTING = "importing"
    DONE = "done"
    DROPPED = "dropped"


class FileImport(TenantModel):
    """One file: what it is about, who handed it in, what would become of it and what became.

    `sort` is a code of customers/import_sorts.py. `expected` and `counts` are how many lines are
    new, changed, ended, unchanged and refused: by the look before, and by the import itself.
    `parts_done` counts those of the present go, the look or the import. Who handed it in and who
    began it stand as kind and id of the actor, as in the history.
    """

    number = models.BigIntegerField()
    sort = models.CharField(max_length=20)
    file_name = models.CharField(max_length=120, default="", blank=True)
    state = models.CharField(max_length=12, default=ImportState.CHECKING)
    lines = models.IntegerField()
    parts = models.IntegerField()
    parts_done = models.IntegerField(default=0)
    expected = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    made_by_kind = models.CharField(max_length=8)
    made_by = models.BigIntegerField(default=0)
    made_at = models.DateTimeField()
    begun_by_kind = models.CharField(max_length=8, default="", blank=True)
    begun_by = models.BigIntegerField(default=0)
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "customers_fileimport"
        constraints = [
            tenant_key("customers_fileimport"),
            models.UniqueConstraint(
                fields=["tenant", "number"], name="customers_fileimport_number"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=ImportState.values),
                name="customers_fileimport_state_known",
            ),
        ]

    def __str__(self) -> str:
        return str(self.number)


class ImportPart(TenantModel):
    """Some lines of a file, which are taken in one transaction.

    `lines` are {"number", "fields", "sentence", "next_step"}; the last two are empty unless the
    line is refused. Once the part is taken, only the refused ones are kept.
    """

    file_import = models.ForeignKey(
        FileImport, on_delete=models.CASCADE, db_constraint=False, related_name="+"
    )
    position = models.IntegerField()
    lines = models.JSONField(default=list)

    class Meta:
        db_table = "customers_importpart"
        constraints = [
            tenant_key("customers_importpart"),
            *same_tenant("customers_importpart", "file_import"),
            models.UniqueConstraint(
                fields=["tenant", "file_import", "position"], name="customers_importpart_position"
            ),
        ]

    def __str__(self) -> str:
        return str(self.position)
