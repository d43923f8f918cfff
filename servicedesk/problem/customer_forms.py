"""What forms about affected customers hold."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from customers.choices import version_of_product
from customers.queries import active_products
from customers.segments import segment_choices
from problems.ledger import Asked, contacts_of_ledger
from problems.ledger_acts import LONGEST_EXCUSE
from problems.reaching import LONGEST_REGION, Description
from servicedesk.pages.forms import Form, text

MOST_CHOSEN = 1000
NOT_OF_THE_LIST = {"invalid": gettext_lazy("Choose something of the list.")}


class ScopeForm(Form):
    """Whom a problem reaches: a product, or one of its versions (`3:17`), a region, a segment."""

    thing = forms.RegexField(
        r"^[0-9]{1,15}(:[0-9]{1,15})?$", required=False, error_messages=NOT_OF_THE_LIST
    )
    region = text(required=False, most=LONGEST_REGION)
    segment = forms.IntegerField(required=False, error_messages=NOT_OF_THE_LIST)

    def description(self) -> Description:
        """Return what was described; what is not in use any more counts as not named."""
        given = self.cleaned_data
        product_id, _colon, version_id = given["thing"].partition(":")
        product = next((one for one in active_products() if str(one.pk) == product_id), None)
        version = None
        if product is not None and version_id:
            version = version_of_product(product.pk, int(version_id))
        return Description(
            product=product,
            version=version,
            region=given["region"],
            segment=next((one for one in segment_choices() if one.pk == given["segment"]), None),
        )


class EndScopeForm(Form):
    """Which scope does not hold any more."""

    scope = forms.IntegerField(min_value=1, max_value=2**53)


class ChosenForm(Form):
    """Customers of the list: those who were ticked, or all whom the filter shows."""

    everybody = forms.BooleanField(required=False)
    far = forms.CharField(required=False, max_length=20)
    found = forms.CharField(required=False, max_length=20)
    words = forms.CharField(required=False, max_length=100)

    def contacts(self, problem: Any) -> list[int]:
        """Return the ids of the customers who were chosen; one query if that is everybody."""
        if self.cleaned_data["everybody"]:
            return contacts_of_ledger(problem, self.asked)
        ticked = self.data.getlist("contact")[:MOST_CHOSEN]  # type: ignore[attr-defined]
        return [int(one) for one in ticked if one.isascii() and one.isdigit() and len(one) < 16]

    @property
    def asked(self) -> Asked:
        """Which rows the list showed."""
        given = self.cleaned_data
        return Asked(far=given["far"] or "all", found=given["found"], words=given["words"])


class ExcuseForm(ChosenForm):
    """Why customers are exceptions."""

    reason = text(most=LONGEST_EXCUSE)


class OneContactForm(Form):
    """One customer of the list."""

    contact = forms.IntegerField(min_value=1, max_value=2**53)
