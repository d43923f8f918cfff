"""Amounts and numbers as people write them. Pure."""

from decimal import Decimal, InvalidOperation

LARGEST_NUMBER = 10**15


def hundredths_in(written: str) -> int:
    """Return an amount like 1249,50 or 1249.50 in hundredths.

    Raises:
        ValueError: it is no amount.
    """
    try:
        amount = Decimal(written.replace(" ", "").replace("\u00a0", "").replace(",", "."))
    except InvalidOperation:
        raise ValueError(written) from None
    if not amount.is_finite() or abs(amount) > LARGEST_NUMBER // 100:
        raise ValueError(written)
    hundredths = int(amount * 100)
    if amount * 100 != hundredths:
        raise ValueError(written)
    return hundredths


def refuse_huge(number: int) -> None:
    """Refuse a number that no column holds."""
    if abs(number) > LARGEST_NUMBER:
        raise ValueError(number)
