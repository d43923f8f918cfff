"""A sealed secret opens with this installation's keys alone."""

import pytest

from servicedesk.sealing import CannotUnseal, is_of_the_present_key, seal, unseal

SECRET = "correct horse, Bücherei"


@pytest.fixture(autouse=True)
def _present_key(settings):
    settings.SECRET_KEY = "the present key of this installation"
    settings.SECRET_KEY_FALLBACKS = []


def test_what_was_sealed_opens_again():
    assert unseal(seal(SECRET)) == SECRET


def test_a_sealed_text_shows_nothing_and_is_another_each_time():
    sealed = seal(SECRET)

    assert SECRET not in sealed
    assert seal(SECRET) != sealed


def test_another_key_opens_nothing(settings):
    sealed = seal(SECRET)
    settings.SECRET_KEY = "the key of another installation"

    with pytest.raises(CannotUnseal):
        unseal(sealed)


def test_an_earlier_key_opens_what_it_sealed_while_it_is_kept(settings):
    sealed = seal(SECRET)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "the key of tomorrow"

    assert unseal(sealed) == SECRET
    assert not is_of_the_present_key(sealed)
    assert is_of_the_present_key(seal(SECRET))


@pytest.mark.parametrize("place", [0, 9, 40, -1])
def test_a_changed_letter_is_refused(place):
    letters = list(seal(SECRET))
    letters[place] = "A" if letters[place] != "A" else "B"

    with pytest.raises(CannotUnseal):
        unseal("".join(letters))


@pytest.mark.parametrize("nothing", ["", ".", "plain", "é.é", "0.gAAAAA=="])
def test_what_was_never_sealed_is_refused(nothing):
    with pytest.raises(CannotUnseal):
        unseal(nothing)


def test_a_token_under_another_keys_name_is_refused(settings):
    sealed = seal(SECRET)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "the key of tomorrow"
    name = seal("x").partition(".")[0]

    with pytest.raises(CannotUnseal):
        unseal(f"{name}.{sealed.partition('.')[2]}")
