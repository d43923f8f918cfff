"""Keep request types with their answers, calls, web forms and signed channels."""

import django.db.models.deletion
from django.db import migrations, models

import workflow.tenancy.constraints
from workflow.tenancy.isolation import IsolateByTenant


class Migration(migrations.Migration):
    """Their tables, each behind the wall, and the channel of web forms."""

    dependencies = [
        ("cases", "0004_participants"),
        ("customers", "0004_prospects_and_chat"),
        ("workflow", "0006_token_rate"),
    ]

    operations = [
        migrations.CreateModel(
            name="WebForm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("key", models.CharField(max_length=40)),
                ("heading", models.CharField(blank=True, default="", max_length=120)),
                ("thanks", models.TextField(blank=True, default="")),
                ("origins", models.TextField(blank=True, default="")),
                ("is_active", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "db_table": "cases_webform",
            },
        ),
        migrations.AlterField(
            model_name="case",
            name="channel",
            field=models.CharField(
                choices=[
                    ("mail", "mail"),
                    ("portal", "portal"),
                    ("phone", "phone"),
                    ("chat", "chat"),
                    ("social", "social"),
                    ("form", "form"),
                    ("api", "api"),
                    ("import", "import"),
                ],
                max_length=8,
            ),
        ),
        migrations.AlterField(
            model_name="message",
            name="channel",
            field=models.CharField(
                choices=[
                    ("mail", "mail"),
                    ("portal", "portal"),
                    ("phone", "phone"),
                    ("chat", "chat"),
                    ("social", "social"),
                    ("form", "form"),
                    ("api", "api"),
                    ("import", "import"),
                ],
                max_length=8,
            ),
        ),
        migrations.CreateModel(
            name="FormSubmission",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("nonce", models.CharField(max_length=40)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("received", "Received"),
                            ("taken", "Taken"),
                            ("held", "Held"),
                            ("rejected", "Rejected"),
                        ],
                        default="received",
                        max_length=8,
                    ),
                ),
                ("name", models.CharField(blank=True, default="", max_length=160)),
                ("email", models.CharField(max_length=254)),
                ("subject", models.CharField(max_length=250)),
                ("text", models.TextField()),
                ("wanted_outcome", models.TextField(blank=True, default="")),
                ("category", models.CharField(blank=True, default="", max_length=80)),
                ("answers", models.JSONField(default=dict)),
                ("network", models.CharField(max_length=64)),
                ("said", models.CharField(max_length=64)),
                ("score", models.SmallIntegerField(default=0)),
                ("reasons", models.CharField(blank=True, default="", max_length=200)),
                ("decided_at", models.DateTimeField(null=True)),
                ("received_at", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.case",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workflow.user",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.product",
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workflow.tenant",
                    ),
                ),
            ],
            options={
                "db_table": "cases_formsubmission",
            },
        ),
        migrations.CreateModel(
            name="InboundHook",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("key", models.CharField(max_length=40)),
                ("prefix", models.SlugField(max_length=30)),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("mail", "mail"),
                            ("portal", "portal"),
                            ("phone", "phone"),
                            ("chat", "chat"),
                            ("social", "social"),
                            ("form", "form"),
                            ("api", "api"),
                            ("import", "import"),
                        ],
                        max_length=8,
                    ),
                ),
                ("sealed_secret", models.TextField()),
                ("vouches", models.BooleanField(default=False)),
                ("is_active", models.BooleanField(default=True)),
                ("last_received_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workflow.tenant",
                    ),
                ),
            ],
            options={
                "db_table": "cases_inboundhook",
            },
        ),
        migrations.CreateModel(
            name="InboundMessage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("external_id", models.CharField(max_length=120)),
                ("thread", models.CharField(blank=True, default="", max_length=120)),
                ("raw", models.TextField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("received", "Received"),
                            ("taken", "Taken"),
                            ("refused", "Refused"),
                        ],
                        default="received",
                        max_length=8,
                    ),
                ),
                ("reason", models.CharField(blank=True, default="", max_length=200)),
                ("opened_case", models.BooleanField(default=False)),
                ("received_at", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.case",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.contact",
                    ),
                ),
                (
                    "hook",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.inboundhook",
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.message",
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workflow.tenant",
                    ),
                ),
            ],
            options={
                "db_table": "cases_inboundmessage",
            },
        ),
        migrations.CreateModel(
            name="PhoneCall",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(blank=True, default="", max_length=40)),
                (
                    "direction",
                    models.CharField(
                        choices=[("in", "In"), ("out", "Out")], default="in", max_length=3
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("opened", "Opened"),
                            ("continued", "Continued"),
                            ("answered", "Answered"),
                            ("wrong_number", "Wrong Number"),
                            ("not_reached", "Not Reached"),
                        ],
                        max_length=12,
                    ),
                ),
                ("subject", models.CharField(blank=True, default="", max_length=250)),
                ("text", models.TextField(blank=True, default="")),
                ("began_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField()),
                (
                    "agent",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workflow.user",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="calls",
                        to="cases.case",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.contact",
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="phone_calls",
                        to="cases.message",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.product",
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workflow.tenant",
                    ),
                ),
            ],
            options={
                "db_table": "cases_phonecall",
            },
        ),
        migrations.CreateModel(
            name="RequestQuestion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.IntegerField(default=0)),
                ("label", models.CharField(max_length=120)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("line", "Line"),
                            ("number", "Number"),
                            ("amount", "Amount"),
                            ("day", "Day"),
                            ("yes_no", "Yes No"),
                        ],
                        default="line",
                        max_length=8,
                    ),
                ),
                ("is_required", models.BooleanField(default=False)),
                ("is_active", models.BooleanField(default=True)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workflow.tenant",
                    ),
                ),
            ],
            options={
                "db_table": "cases_requestquestion",
            },
        ),
        migrations.CreateModel(
            name="RequestAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.CharField(max_length=250)),
                ("number", models.BigIntegerField(null=True)),
                ("day", models.DateField(null=True)),
                (
                    "case",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="request_answers",
                        to="cases.case",
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workflow.tenant",
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.requestquestion",
                    ),
                ),
            ],
            options={
                "db_table": "cases_requestanswer",
            },
        ),
        migrations.CreateModel(
            name="RequestType",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("slug", models.SlugField(max_length=60)),
                ("says", models.CharField(blank=True, default="", max_length=160)),
                ("position", models.IntegerField(default=0)),
                ("is_active", models.BooleanField(default=True)),
                ("category", models.CharField(blank=True, default="", max_length=80)),
                ("asks_product", models.BooleanField(default=False)),
                ("asks_wanted_outcome", models.BooleanField(default=False)),
                ("asks_category", models.BooleanField(default=False)),
                ("may_finish_at_once", models.BooleanField(default=False)),
                ("answer", models.TextField(blank=True, default="")),
                ("is_for_agents", models.BooleanField(default=True)),
                ("is_for_phone", models.BooleanField(default=True)),
                ("is_for_portal", models.BooleanField(default=False)),
                ("is_for_forms", models.BooleanField(default=False)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workflow.tenant",
                    ),
                ),
            ],
            options={
                "db_table": "cases_requesttype",
            },
        ),
        migrations.AddField(
            model_name="requestquestion",
            name="request_type",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="questions",
                to="cases.requesttype",
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="request_type",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cases.requesttype",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=workflow.tenancy.constraints.SameTenant(
                field="request_type", name="cases_case_request_type_same_tenant"
            ),
        ),
        migrations.AddField(
            model_name="webform",
            name="request_type",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cases.requesttype",
            ),
        ),
        migrations.AddField(
            model_name="webform",
            name="tenant",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="workflow.tenant",
            ),
        ),
        migrations.AddField(
            model_name="formsubmission",
            name="web_form",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cases.webform",
            ),
        ),
        migrations.AddConstraint(
            model_name="inboundhook",
            constraint=models.UniqueConstraint(
                fields=("tenant", "id"), name="cases_inboundhook_tenant_key"
            ),
        ),
        migrations.AddConstraint(
            model_name="inboundhook",
            constraint=models.UniqueConstraint(
                fields=("tenant", "key"), name="cases_inboundhook_key"
            ),
        ),
        migrations.AddConstraint(
            model_name="inboundhook",
            constraint=models.UniqueConstraint(
                fields=("tenant", "prefix"), name="cases_inboundhook_prefix"
            ),
        ),
        migrations.AddIndex(
            model_name="inboundmessage",
            index=models.Index(
                fields=["tenant", "hook", "thread", "-id"], name="inboundmessage_thread"
            ),
        ),
        migrations.AddIndex(
            model_name="inboundmessage",
            index=models.Index(fields=["tenant", "state", "-id"], name="inboundmessage_state"),
        ),
        migrations.AddConstraint(
            model_name="inboundmessage",
            constraint=models.UniqueConstraint(
                fields=("tenant", "id"), name="cases_inboundmessage_tenant_key"
            ),
        ),
        migrations.AddConstraint(
            model_name="inboundmessage",
            constraint=workflow.tenancy.constraints.SameTenant(
                field="hook", name="cases_inboundmessage_hook_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="inboundmessage",
            constraint=workflow.tenancy.constraints.SameTenant(
                field="contact", name="cases_inboundmessage_contact_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="inboundmessage",
            constraint=workflow.tenancy.constraints.SameTenant(
                field="case", name="cases_inboundmessage_case_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="inboundmessage",
            constraint=workflow.tenancy.constraints.SameTenant(
                field="message", name="cases_inboundmessage_message_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="inboundmessage",
            constraint=models.UniqueConstraint(
                fields=("tenant", "hook", "external_id"), name="cases_inboundmessage_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="inboundmessage",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "taken"), _negated=True),
                    models.Q(("case__isnull", False), ("message__isnull", False)),
                    _connector="OR",
                ),
                name="cases_inboundmessage_ends_somewhere",
            ),
        ),
        migrations.AddIndex(
            model_name="phonecall",
            index=models.Index(fields=["tenant", "-id"], name="phonecall_recent"),
        ),
        migrations.AddIndex(
            model_name="phonecall",
            index=models.Index(fields=["tenant", "agent", "-id"], name="phonecall_agent"),
        ),
        migrations.AddIndex(
            model_name="phonecall",
            index=models.Index(fields=["tenant", "outcome", "-id"], name="phonecall_outcome"),
        ),
        migrations.AddIndex(
            model_name="phonecall",
            index=models.Index(
                fields=["tenant", "contact", "-began_at", "-id"], name="phonecall_contact"
            ),
        ),
        migrations.AddConstraint(
            model_name="phonecall",
            constraint=models.UniqueConstraint(
                fields=("tenant", "id"), name="cases_phonecall_tenant_key"
            ),
        ),
        migrations.AddConstraint(
            model_name="phonecall",
            constraint=workflow.tenancy.constraints.SameTenant(
                field="contact", name="cases_phonecall_contact_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="phonecall",
            constraint=workflow.tenancy.constraints.SameTenant(
                field="agent", name="cases_phonecall_agent_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="phonecall",
            constraint=workflow.tenancy.constraints.SameTenant(
                field="product", name="cases_phonecall_product_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="phonecall",
            constraint=workflow.tenancy.constraints.SameTenant(
                field="case", name="cases_phonecall_case_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="phonecall",
            constraint=workflow.tenancy.constraints.SameTenant(
                field="message", name="cases_phonecall_message_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="phonecall",
            constraint=models.UniqueConstraint(
                fields=("tenant", "message"), name="cases_phonecall_message"
            ),
        ),
        migrations.AddConstraint(
            model_name="phonecall",
            constraint=models.CheckConstraint(
                condition=models.Q(("ended_at__gte", models.F("began_at"))),
                name="cases_phonecall_ends_after_it_began",
            ),
        ),
        migrations.AddConstraint(
            model_name="phonecall",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome__in", ["opened", "continued"]), _negated=True),
                    models.Q(
                        ("case__isnull", False),
                        ("contact__isnull", False),
                        ("message__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="cases_phonecall_has_its_case",
            ),
        ),
        migrations.AddIndex(
            model_name="requestanswer",
            index=models.Index(
                fields=["tenant", "question", "number"], name="requestanswer_number"
            ),
        ),
        migrations.AddIndex(
            model_name="requestanswer",
            index=models.Index(fields=["tenant", "question", "day"], name="requestanswer_day"),
        ),
        migrations.AddConstraint(
            model_name="requestanswer",
            constraint=models.UniqueConstraint(
                fields=("tenant", "id"), name="cases_requestanswer_tenant_key"
            ),
        ),
        migrations.AddConstraint(
            model_name="requestanswer",
            constraint=workflow.tenancy.constraints.SameTenant(
                field="case", name="cases_requestanswer_case_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="requestanswer",
            constraint=workflow.tenancy.constraints.SameTenant(
                field="question", name="cases_requestanswer_question_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="requestanswer",
            constraint=models.UniqueConstraint(
                fields=("tenant", "case", "question"), name="cases_requestanswer_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="requesttype",
            constraint=models.UniqueConstraint(
                fields=("tenant", "id"), name="cases_requesttype_tenant_key"
            ),
        ),
        migrations.AddConstraint(
            model_name="requesttype",
            constraint=models.UniqueConstraint(
                fields=("tenant", "slug"), name="cases_requesttype_slug"
            ),
        ),
        migrations.AddConstraint(
            model_name="requesttype",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("may_finish_at_once", False),
                    models.Q(("answer", ""), _negated=True),
                    _connector="OR",
                ),
                name="cases_requesttype_answers",
            ),
        ),
        migrations.AddIndex(
            model_name="requestquestion",
            index=models.Index(
                fields=["tenant", "request_type", "position"], name="requestquestion_type"
            ),
        ),
        migrations.AddConstraint(
            model_name="requestquestion",
            constraint=models.UniqueConstraint(
                fields=("tenant", "id"), name="cases_requestquestion_tenant_key"
            ),
        ),
        migrations.AddConstraint(
            model_name="requestquestion",
            constraint=workflow.tenancy.constraints.SameTenant(
                field="request_type", name="cases_requestquestion_request_type_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="webform",
            constraint=models.UniqueConstraint(
                fields=("tenant", "id"), name="cases_webform_tenant_key"
            ),
        ),
        migrations.AddConstraint(
            model_name="webform",
            constraint=workflow.tenancy.constraints.SameTenant(
                field="request_type", name="cases_webform_request_type_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="webform",
            constraint=models.UniqueConstraint(fields=("tenant", "key"), name="cases_webform_key"),
        ),
        migrations.AddIndex(
            model_name="formsubmission",
            index=models.Index(
                fields=["tenant", "network", "received_at"], name="formsubmission_network"
            ),
        ),
        migrations.AddIndex(
            model_name="formsubmission",
            index=models.Index(fields=["tenant", "received_at"], name="formsubmission_at"),
        ),
        migrations.AddIndex(
            model_name="formsubmission",
            index=models.Index(fields=["tenant", "said"], name="formsubmission_said"),
        ),
        migrations.AddIndex(
            model_name="formsubmission",
            index=models.Index(fields=["tenant", "state", "-id"], name="formsubmission_state"),
        ),
        migrations.AddConstraint(
            model_name="formsubmission",
            constraint=models.UniqueConstraint(
                fields=("tenant", "id"), name="cases_formsubmission_tenant_key"
            ),
        ),
        migrations.AddConstraint(
            model_name="formsubmission",
            constraint=workflow.tenancy.constraints.SameTenant(
                field="web_form", name="cases_formsubmission_web_form_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="formsubmission",
            constraint=workflow.tenancy.constraints.SameTenant(
                field="product", name="cases_formsubmission_product_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="formsubmission",
            constraint=workflow.tenancy.constraints.SameTenant(
                field="case", name="cases_formsubmission_case_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="formsubmission",
            constraint=workflow.tenancy.constraints.SameTenant(
                field="decided_by", name="cases_formsubmission_decided_by_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="formsubmission",
            constraint=models.UniqueConstraint(
                fields=("tenant", "nonce"), name="cases_formsubmission_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="formsubmission",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "taken"), _negated=True),
                    ("case__isnull", False),
                    _connector="OR",
                ),
                name="cases_formsubmission_ends_somewhere",
            ),
        ),
        migrations.AddConstraint(
            model_name="formsubmission",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "held"), _negated=True),
                    models.Q(("reasons", ""), _negated=True),
                    _connector="OR",
                ),
                name="cases_formsubmission_says_why",
            ),
        ),
        IsolateByTenant("RequestType"),
        IsolateByTenant("RequestQuestion"),
        IsolateByTenant("RequestAnswer"),
        IsolateByTenant("PhoneCall"),
        IsolateByTenant("WebForm"),
        IsolateByTenant("FormSubmission"),
        IsolateByTenant("InboundHook"),
        IsolateByTenant("InboundMessage"),
    ]
