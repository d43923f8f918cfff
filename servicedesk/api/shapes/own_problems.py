"""Shape of a known problem as one customer may know it."""

from rest_framework import serializers

from servicedesk.api.shapes.cases import HearByShape, MovedDateShape
from servicedesk.api.shapes.fields import Shown, number_shown, text_shown, time_shown, yes_shown


class OwnProblemShape(Shown):
    """A known problem in public words, and what it is to the customer.

    Without a published article the title is empty, and the product says what it is about. `refused`
    is why it is not fixed, `rated` how the fix was for the customer, from 1 to 5.
    """

    number = number_shown()
    title = text_shown()
    product = text_shown()
    article = number_shown(is_nullable=True)
    case = number_shown(is_nullable=True)
    is_affected = yes_shown()
    is_following = yes_shown()
    stage = text_shown()
    is_open = yes_shown()
    since = time_shown()
    cause = text_shown()
    workaround = text_shown()
    solution = text_shown()
    others = number_shown()
    confirmed_at = time_shown(is_nullable=True)
    refused = text_shown()
    rated = number_shown(is_nullable=True)
    expected_on = serializers.DateField(read_only=True, allow_null=True)
    latest_on = serializers.DateField(read_only=True, allow_null=True)
    moved = MovedDateShape(many=True, read_only=True)
    hear_by = HearByShape(read_only=True, allow_null=True)
