"""Addresses outside that hear our news, and the log of every call; behind the tenant's wall."""

import django.db.models.deletion
from django.db import migrations, models

import workflow.tenancy.constraints
from workflow.tenancy.isolation import IsolateByTenant


class Migration(migrations.Migration):
    """Webhooks, their calls, and the mail that says that one was switched off."""

    dependencies = [
        ("servicedesk", "0006_who_decided_about_mails"),
        ("workflow", "0006_token_rate"),
    ]

    operations = [
        migrations.AlterField(
            model_name="notification",
            name="kind",
            field=models.CharField(
                choices=[
                    ("receipt", "Receipt"),
                    ("answer", "Answer"),
                    ("case_resolved", "Case Resolved"),
                    ("case_reopened", "Case Reopened"),
                    ("workaround", "Workaround"),
                    ("estimate", "Estimate"),
                    ("problem_resolved", "Problem Resolved"),
                    ("problem_reopened", "Problem Reopened"),
                    ("portal_link", "Portal Link"),
                    ("assigned", "Assigned"),
                    ("refused", "Refused"),
                    ("clock_warned", "Clock Warned"),
                    ("clock_breached", "Clock Breached"),
                    ("webhook_off", "Webhook Off"),
                ],
                max_length=16,
            ),
        ),
        migrations.CreateModel(
            name="WebhookSubscription",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("url", models.CharField(max_length=2048)),
                ("kinds", models.TextField()),
                ("sealed_secret", models.TextField()),
                ("sealed_previous", models.TextField(blank=True, default="")),
                ("previous_until", models.DateTimeField(null=True)),
                ("is_active", models.BooleanField(default=True)),
                (
                    "switched_off_because",
                    models.CharField(
                        blank=True,
                        choices=[("person", "By Person"), ("failing", "Failing"), ("gone", "Gone")],
                        default="",
                        max_length=8,
                    ),
                ),
                ("switched_off_at", models.DateTimeField(null=True)),
                ("failures", models.IntegerField(default=0)),
                ("failing_since", models.DateTimeField(null=True)),
                ("resting_until", models.DateTimeField(null=True)),
                ("delivered_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "created_by",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workflow.user",
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
                "db_table": "servicedesk_webhooksubscription",
            },
        ),
        migrations.CreateModel(
            name="WebhookCall",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("message_key", models.CharField(max_length=40)),
                ("kind", models.CharField(max_length=60)),
                ("subject_kind", models.CharField(blank=True, default="", max_length=20)),
                ("subject_id", models.BigIntegerField(null=True)),
                ("body", models.TextField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "Pending"),
                            ("delivered", "Delivered"),
                            ("failed", "Failed"),
                            ("dropped", "Dropped"),
                        ],
                        default="pending",
                        max_length=9,
                    ),
                ),
                ("attempts", models.SmallIntegerField(default=0)),
                ("replays", models.SmallIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                ("first_try_at", models.DateTimeField(null=True)),
                ("last_try_at", models.DateTimeField(null=True)),
                ("next_try_at", models.DateTimeField(null=True)),
                ("status", models.SmallIntegerField(null=True)),
                ("answer", models.CharField(blank=True, default="", max_length=1024)),
                ("error", models.CharField(blank=True, default="", max_length=300)),
                ("took_ms", models.IntegerField(null=True)),
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
                    "subscription",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="calls",
                        to="servicedesk.webhooksubscription",
                    ),
                ),
            ],
            options={
                "db_table": "servicedesk_webhookcall",
            },
        ),
        migrations.AddConstraint(
            model_name="webhooksubscription",
            constraint=models.UniqueConstraint(
                fields=("tenant", "id"), name="servicedesk_webhooksubscription_tenant_key"
            ),
        ),
        migrations.AddConstraint(
            model_name="webhooksubscription",
            constraint=workflow.tenancy.constraints.SameTenant(
                field="created_by", name="servicedesk_webhooksubscription_created_by_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="webhooksubscription",
            constraint=models.UniqueConstraint(
                fields=("tenant", "name"), name="servicedesk_webhooksubscription_name"
            ),
        ),
        migrations.AddIndex(
            model_name="webhookcall",
            index=models.Index(fields=["tenant", "subscription", "-id"], name="webhookcall_log"),
        ),
        migrations.AddIndex(
            model_name="webhookcall",
            index=models.Index(
                condition=models.Q(("state", "failed")),
                fields=["tenant", "subscription", "id"],
                name="webhookcall_failed",
            ),
        ),
        migrations.AddIndex(
            model_name="webhookcall",
            index=models.Index(fields=["tenant", "created_at"], name="webhookcall_age"),
        ),
        migrations.AddConstraint(
            model_name="webhookcall",
            constraint=models.UniqueConstraint(
                fields=("tenant", "id"), name="servicedesk_webhookcall_tenant_key"
            ),
        ),
        migrations.AddConstraint(
            model_name="webhookcall",
            constraint=workflow.tenancy.constraints.SameTenant(
                field="subscription", name="servicedesk_webhookcall_subscription_same_tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="webhookcall",
            constraint=models.UniqueConstraint(
                fields=("tenant", "message_key"), name="servicedesk_webhookcall_message"
            ),
        ),
        IsolateByTenant("WebhookSubscription"),
        IsolateByTenant("WebhookCall"),
    ]
