"""Three thousand invented customers, the same ones every time."""

from dataclasses import dataclass

FIRST_NAMES = (
    "Ingrid", "Amir", "Sofie", "Jonas", "Leila", "Henrik", "Nora", "Mateo", "Greta", "Oskar",
    "Priya", "Lars", "Emilia", "Tariq", "Hanna", "Viktor", "Aisha", "Felix", "Marta", "Emil",
    "Chiara", "Anders", "Yuki", "Pavel", "Signe", "Omar", "Clara", "Bjarne", "Zeynep", "Lukas",
    "Elin", "Rafael", "Maja", "Kofi", "Astrid", "Diego", "Ida", "Milan", "Freya", "Samir",
    "Tuva", "Hugo", "Nadia", "Erik", "Lucia", "Magnus", "Selma", "Andrei", "Frida", "Karim",
    "Alma", "Tobias", "Rosa", "Nils", "Daria", "Elias", "Vera", "Aksel", "Mina", "Stefan",
)  # fmt: skip
LAST_NAMES = (
    "Solheim", "Haddad", "Lindqvist", "Weber", "Okafor", "Nilsen", "Rossi", "Kaya", "Novak",
    "Berg", "Fischer", "Dahl", "Moreau", "Singh", "Larsen", "Keller", "Santos", "Holm", "Petrov",
    "Bakke", "Schulz", "Costa", "Aydin", "Strand", "Wagner", "Nguyen", "Lund", "Romano", "Vogel",
    "Hansen", "Ortega", "Krause", "Moen", "Silva", "Brandt", "Eriksen", "Popescu", "Haugen",
    "Bauer", "Rahman", "Sandvik", "Conti", "Richter", "Myhre", "Farouk", "Winkler", "Solberg",
    "Mendes", "Engel", "Vik",
)  # fmt: skip
# Reserved names: no mail to them ever reaches anybody.
DOMAINS = ("example.org", "example.com", "example.net")
HOW_MANY = len(FIRST_NAMES) * len(LAST_NAMES)


@dataclass(frozen=True)
class Customer:
    """An invented person."""

    name: str
    email: str


def customer(number: int) -> Customer:
    """Return one of the invented customers; numbers from 0, each person once up to HOW_MANY."""
    number %= HOW_MANY
    first = FIRST_NAMES[number % len(FIRST_NAMES)]
    last = LAST_NAMES[(number // len(FIRST_NAMES) + number) % len(LAST_NAMES)]
    domain = DOMAINS[number % len(DOMAINS)]
    return Customer(name=f"{first} {last}", email=f"{first}.{last}@{domain}".lower())
