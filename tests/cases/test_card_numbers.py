"""Card numbers are hidden; other numbers stay as they were written."""

from time import process_time

import pytest

from cases.card_numbers import masked

VISA, MASTERCARD, AMEX = "4111111111111111", "5500005555555559", "378282246310005"


@pytest.mark.parametrize("number", [VISA, MASTERCARD, AMEX, "2223003122003222", "6011111111111117"])
def test_a_card_number_shows_its_last_four_digits_only(number: str) -> None:
    found = masked(f"Take it from {number}, please.")

    assert found.count == 1
    assert number[:-4] not in found.text
    assert f"{number[-4:]}, please." in found.text


@pytest.mark.parametrize(
    "written",
    [
        "4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "4111.1111.1111.1111",
        "4111\u00a01111 1111 1111",
    ],
)
def test_a_card_number_is_known_however_it_is_written(written: str) -> None:
    assert "1111 1111" not in masked(f"{written} 12/27").text
    assert masked(f"{written} 12/27").count == 1


def test_digits_of_another_script_are_no_way_around() -> None:
    arabic = "".join(chr(0x0660 + int(digit)) for digit in VISA)

    assert masked(arabic).count == 1


@pytest.mark.parametrize(
    "text",
    [
        "Call me at +47 900 11 234.",
        "Order 1234567890123 of 2026-03-02.",
        "IBAN NO9386011117947",
        "The amount is 4111.",
        "4111111111111112",
        "41111111111111111111111",
    ],
)
def test_other_numbers_stay(text: str) -> None:
    assert masked(text).text == text


def test_two_card_numbers_are_two() -> None:
    assert masked(f"{VISA} or {MASTERCARD}").count == 2


@pytest.mark.parametrize(
    "piece", ["1 ", "4 ", "123456789 ", "4111 1111 1111 1111 ", "4111 1111 1111 1112 ", "4"]
)
def test_a_long_text_of_digits_takes_no_long_time(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    began = process_time()

    masked(text)

    # Eight seconds of a strong machine's time, when every longer row of groups was read anew.
    assert process_time() - began < 2.0


def test_card_numbers_in_one_row_are_each_hidden() -> None:
    found = masked(f"{VISA} {MASTERCARD} {AMEX}")

    assert found.count == 3
    assert found.text.split() == ["•" * 12 + "1111", "•" * 12 + "5559", "•" * 11 + "0005"]
