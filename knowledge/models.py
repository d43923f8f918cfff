"""What we have learned: articles, their versions, and whether they helped."""

from django.db import models

from cases.models import Case
from customers.models import Contact
from problems.models import Problem
from workflow.people.models import User
from workflow.tenancy.models import TenantModel, same_tenant, tenant_key


class ArticleState(models.TextChoices):
    """Where an article stands."""

    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"


class Article(TenantModel):
    """An answer that is given again and again; customers see it once it is published."""

    number = models.BigIntegerField()
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=9, choices=ArticleState.choices, default="draft")
    problem = models.ForeignKey(
        Problem, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="articles"
    )
    kind = models.CharField(
        max_length=12,
        choices=[(kind, kind) for kind in ("known_error", "resolution", "how_to")],
        default="how_to",
    )
    current = models.IntegerField(default=1)
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "knowledge_article"
        constraints = [
            tenant_key("knowledge_article"),
            *same_tenant("knowledge_article", "problem"),
            models.UniqueConstraint(fields=["tenant", "number"], name="knowledge_article_number"),
            models.UniqueConstraint(
                fields=["tenant", "problem", "kind"],
                condition=models.Q(problem__isnull=False),
                name="knowledge_article_of_problem",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "state", "-id"], name="article_state")]

    def __str__(self) -> str:
        return self.title


class ArticleVersion(TenantModel):
    """One text of an article, in Markdown."""

    article = models.ForeignKey(
        Article, on_delete=models.CASCADE, db_constraint=False, related_name="versions"
    )
    version = models.IntegerField()
    body = models.TextField()
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        db_table = "knowledge_articleversion"
        constraints = [
            tenant_key("knowledge_articleversion"),
            *same_tenant("knowledge_articleversion", "article", "user"),
            models.UniqueConstraint(
                fields=["tenant", "article", "version"], name="knowledge_articleversion_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.version)


class ArticleEmbedding(TenantModel):
    """What an article's title and beginning mean, as the model reads them, for matching.

    384 numbers of 16 bits, little-endian; `digest` tells which wording was read.
    """

    article = models.ForeignKey(
        Article, on_delete=models.CASCADE, db_constraint=False, related_name="+"
    )
    model = models.CharField(max_length=40)
    digest = models.CharField(max_length=32)
    vector = models.BinaryField()

    class Meta:
        db_table = "knowledge_articleembedding"
        constraints = [
            tenant_key("knowledge_articleembedding"),
            *same_tenant("knowledge_articleembedding", "article"),
            models.UniqueConstraint(
                fields=["tenant", "article"], name="knowledge_articleembedding_once"
            ),
        ]

    def __str__(self) -> str:
        return self.model


class Feedback(TenantModel):
    """Whether an article helped a contact."""

    article = models.ForeignKey(
        Article, on_delete=models.CASCADE, db_constraint=False, related_name="feedback"
    )
    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    helped = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        db_table = "knowledge_feedback"
        constraints = [
            tenant_key("knowledge_feedback"),
            *same_tenant("knowledge_feedback", "article", "contact"),
            models.UniqueConstraint(
                fields=["tenant", "article", "contact"], name="knowledge_feedback_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.helped)


class OfferDoor(models.TextChoices):
    """Where something known was put before somebody."""

    CASE = "case"
    FORM = "form"
    PHONE = "phone"
    PORTAL = "portal"
    QUEUE = "queue"


class Offer(TenantModel):
    """A problem, a case or an article that was shown to somebody because it may help.

    The first time each: shown, opened, used. `case` is what it was shown beside; None while
    somebody was still writing. `is_relevant` is what a colleague said of it. Shown to a colleague
    (`user`) or to a customer (`contact`).
    """

    door = models.CharField(max_length=6, choices=OfferDoor.choices)
    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="offers"
    )
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    problem = models.ForeignKey(
        Problem, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="offers"
    )
    alike = models.ForeignKey(
        Case, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    article = models.ForeignKey(
        Article, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="offers"
    )
    shown_on = models.DateField()
    shown_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    is_relevant = models.BooleanField(null=True)

    class Meta:
        db_table = "knowledge_offer"
        constraints = [
            tenant_key("knowledge_offer"),
            *same_tenant(
                "knowledge_offer", "case", "user", "contact", "problem", "alike", "article"
            ),
            models.CheckConstraint(
                condition=models.Q(user__isnull=False, contact__isnull=True)
                | models.Q(user__isnull=True, contact__isnull=False),
                name="knowledge_offer_to_one",
            ),
            models.CheckConstraint(
                condition=models.Q(problem__isnull=False, alike__isnull=True, article__isnull=True)
                | models.Q(problem__isnull=True, alike__isnull=False, article__isnull=True)
                | models.Q(problem__isnull=True, alike__isnull=True, article__isnull=False),
                name="knowledge_offer_of_one",
            ),
            models.UniqueConstraint(
                fields=["tenant", "case", "door", "problem", "alike", "article"],
                condition=models.Q(case__isnull=False),
                nulls_distinct=False,
                name="knowledge_offer_once_beside",
            ),
            models.UniqueConstraint(
                fields=[
                    "tenant",
                    "user",
                    "contact",
                    "door",
                    "problem",
                    "alike",
                    "article",
                    "shown_on",
                ],
                condition=models.Q(case__isnull=True),
                nulls_distinct=False,
                name="knowledge_offer_once_a_day",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "shown_on", "id"], name="offer_by_day")]

    def __str__(self) -> str:
        return self.door
