"""What invented customers and colleagues write: sentences that can be told apart, and a rare word."""

import random
from collections.abc import Sequence

RARE_WORD = "zephyrquartz"
SENTENCES = 6_000

WHO = (
    "the card reader", "my last invoice", "the mobile app", "the delivery", "our second account",
    "the monthly report", "the login page", "a direct debit", "the new router", "the heating unit",
    "the exchange form", "the loyalty card", "the parcel locker", "your confirmation mail",
    "the standing order", "the shared calendar", "the spare part", "the price list",
    "the replacement battery", "the access badge", "the backup drive", "the meeting room display",
    "the parking machine", "the subscription", "the payment link", "the warranty claim",
    "the booking", "the refund", "the language setting", "the second factor",
)  # fmt: skip
DOES = (
    "stopped working", "shows a blank screen", "was charged twice", "never arrived",
    "asks for a code that I do not get", "is missing from the overview", "came with the wrong name",
    "is far slower than before", "disappeared overnight", "turns itself off", "refuses my password",
    "shows yesterday's balance", "has a crack along the edge", "prints empty pages",
    "loses the connection", "was cancelled without a word", "cannot be opened", "is in Norwegian",
    "points to a page that is gone", "sends every notice three times", "keeps the old address",
    "rejects the attachment", "does not accept my signature", "is out of stock again",
)  # fmt: skip
WHEN = (
    "since Monday morning", "since the last update", "for the third time this month",
    "every evening after eight", "on two of our five devices", "only in the office network",
    "whenever a colleague is signed in", "after the battery was changed", "in both browsers",
    "although the status page says that all is well", "as soon as I press the button",
    "in our branch in Bergen", "during the stocktaking", "with every order above two hundred",
    "right after the holiday", "before the first payment", "while the lamp blinks orange",
    "as it did in spring",
)  # fmt: skip
ASKS = (
    "Can you tell me what to do?", "Please put it right before the end of the week.",
    "I would like to have my money back.", "Who can look at this?", "Do you need the serial number?",
    "A short answer is enough.", "I tried everything on the help page.",
    "My colleague has the same trouble.", "We depend on it every day.", "This is urgent for us.",
    "There is no hurry, but it should not be forgotten.", "A photograph is attached.",
    "I have been a customer for eleven years.", "It worked without fault until then.",
)  # fmt: skip
ANSWERS = (
    "Thank you for the details.", "We could reproduce what you see.",
    "Please start the device once more and wait for two minutes.", "The amount is on its way back.",
    "Our warehouse sends a new one today.", "A technician calls you between nine and eleven.",
    "We corrected the address in your contract.", "The entry was booked by another branch.",
    "Could you send us the number on the back?", "The cause is known and a fix is being tested.",
    "Until then the old form works as well.", "I stay on it and write again tomorrow.",
    "You do not have to do anything for now.", "Please tell us whether it works now.",
)  # fmt: skip


class Writer:
    """Writes texts; the same chance gives the same text."""

    def __init__(self, seed: int) -> None:
        chance = random.Random(seed)  # noqa: S311 - the same data every time, no secret
        self.complaints = [complaint(chance) for _ in range(SENTENCES)]
        self.subjects = [
            f"{chance.choice(WHO).capitalize()} {chance.choice(DOES)}" for _ in range(SENTENCES)
        ]

    def subject(self, chance: random.Random) -> str:
        """Return one line."""
        return self.subjects[int(chance.random() * SENTENCES)]

    def customer(self, chance: random.Random, *, rare: bool) -> str:
        """Return what a customer writes: about 500 characters, now and then with a reference."""
        said = [
            self.complaints[int(chance.random() * SENTENCES)] for _ in range(some(chance, 3, 7))
        ]
        said.append(pick(chance, ASKS))
        if chance.random() < 0.3:
            said.append(f"My reference is {int(chance.random() * 900_000) + 100_000}.")
        return paragraph(said, rare=rare)

    def colleague(self, chance: random.Random, *, rare: bool) -> str:
        """Return what an agent answers: about 450 characters."""
        said = [pick(chance, ANSWERS) for _ in range(some(chance, 4, 7))]
        said += [
            self.complaints[int(chance.random() * SENTENCES)] for _ in range(some(chance, 1, 3))
        ]
        return paragraph(said, rare=rare)


def complaint(chance: random.Random) -> str:
    """Return a sentence about what is wrong."""
    first = f"{chance.choice(WHO)} {chance.choice(DOES)} {chance.choice(WHEN)}".capitalize()
    if chance.random() < 0.5:
        return f"{first}."
    return f"{first}, and {chance.choice(WHO)} {chance.choice(DOES)} too."


def paragraph(said: Sequence[str], *, rare: bool) -> str:
    """Return sentences as a text; a rare one has the word that nothing else has."""
    if rare:
        said = [*said[:2], f"The label on it says {RARE_WORD}.", *said[2:]]
    return " ".join(said)


def some(chance: random.Random, least: int, most: int) -> int:
    """Return a number from `least` to `most`."""
    return least + int(chance.random() * (most - least + 1))


def pick(chance: random.Random, among: Sequence[str]) -> str:
    """Return one of some; quicker than `choice`, and there are millions to make."""
    return among[int(chance.random() * len(among))]
