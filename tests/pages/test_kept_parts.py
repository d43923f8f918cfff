"""What is written once stays what Django would write each time."""

from typing import Any

import pytest
from django.template import Context, Engine, Template
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import mark_safe

from servicedesk.pages.addresses import address
from servicedesk.pages.stencils import MARK, in_markup
from servicedesk.pages.template_files import PageLoader

LIBRARIES = {"ui": "servicedesk.templatetags.ui"}


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("agent:case", (48213,)),
        ("agent:clocks", (1,)),
        ("agent:mail_body", (12, 345)),
        ("agent:attachment", (345, 12)),
        ("agent:case_new", ()),
    ],
)
def test_an_address_with_numbers_is_the_one_that_is_looked_up(
    name: str, numbers: tuple[int, ...]
) -> None:
    assert address(name, *numbers) == reverse(name, args=numbers)


def test_an_address_with_too_few_numbers_is_refused() -> None:
    with pytest.raises(NoReverseMatch):
        address("agent:mail_body", 12)


def test_a_number_below_zero_has_an_address_only_where_django_finds_one() -> None:
    with pytest.raises(NoReverseMatch):
        address("agent:case", -5)
    with pytest.raises(NoReverseMatch):
        Template("{% load ui %}{% url 'agent:case' number %}").render(Context({"number": -5}))

    named = Template("{% load ui %}{% url 'agent:case' number as here %}[{{ here }}]")

    assert named.render(Context({"number": -5})) == "[]"


def test_the_address_of_what_is_no_number_is_looked_up_by_django() -> None:
    template = Template(
        "{% load ui %}{% url 'problem:problem' name %} {% url 'agent:case' number as here %}{{ here }}"
    )

    said = [
        template.render(Context({"name": name, "number": number}))
        for name, number in (("P-204", 7), ("P-9", 8))
    ]

    assert said == [
        f"{reverse('problem:problem', args=[name])} /c/{number}/"
        for name, number in (("P-204", 7), ("P-9", 8))
    ]


def test_a_kept_part_is_written_anew_for_other_values_and_other_blocks() -> None:
    engine = with_pages(
        frame="{% load ui %}{% kept may %}[{% if may %}yes{% endif %}{% block here %}{% endblock %}]{% endkept %}",
        plain="{% extends 'frame' %}",
        marked="{% extends 'frame' %}{% block here %} here{% endblock %}",
    )

    said = [
        engine.get_template(name).render(Context({"may": may}))
        for name, may in (
            ("plain", True), ("plain", False), ("marked", True), ("plain", True), ("frame", False),
        )
    ]  # fmt: skip

    assert said == ["[yes]", "[]", "[yes here]", "[yes]", "[]"]


def test_a_part_in_which_a_page_says_a_name_is_never_kept() -> None:
    engine = with_pages(
        frame="{% load ui %}{% kept may %}{% block who %}{% endblock %}{% endkept %}",
        page="{% extends 'frame' %}{% block who %}{{ name }}{% endblock %}",
    )

    said = [
        engine.get_template("page").render(Context({"may": True, "name": name}))
        for name in ("Ingrid", "Per")
    ]

    assert said == ["Ingrid", "Per"]


def test_each_value_of_a_stencil_is_escaped_whatever_was_typed() -> None:
    values = ["<b>", mark_safe("<i>"), f"a{MARK}<", 7, "&"]

    assert in_markup(values) == ["&lt;b&gt;", "<i>", f"a{MARK}&lt;", "7", "&amp;"]
    assert in_markup(["'", "<"]) == ["&#x27;", "&lt;"]
    assert in_markup([f"{MARK}"]) == [MARK]
    assert in_markup([]) == []


def test_a_form_without_a_token_of_the_page_has_no_field() -> None:
    template = Template("{% load ui %}{% csrf_token %}")

    assert template.render(Context({"csrf_token": "NOTPROVIDED"})) == ""
    assert template.render(Context({"csrf_token": 'a"b'})) == (
        '<input type="hidden" name="csrfmiddlewaretoken" value="a&quot;b">'
    )


def test_pages_lose_their_indentation_and_mails_keep_theirs(tmp_path: Any) -> None:
    written = "<p>\n    {% if yes %}\n\tYes\n    {% endif %}\n</p>\n"
    for name in ("page.html", "mail.txt"):
        (tmp_path / name).write_text(written, encoding="utf-8")
    loader = PageLoader(Engine(), dirs=[tmp_path])

    read = {
        name: loader.get_contents(next(iter(loader.get_template_sources(name))))
        for name in ("page.html", "mail.txt")
    }

    assert read["page.html"] == "<p>\n{% if yes %}\nYes\n{% endif %}\n</p>\n"
    assert read["mail.txt"] == written


def with_pages(**pages: str) -> Engine:
    """Return an engine that knows these pages."""
    loaders = [("django.template.loaders.locmem.Loader", pages)]
    return Engine(loaders=loaders, libraries=LIBRARIES)
