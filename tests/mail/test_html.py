"""A customer's HTML is shown without harm, or its text is shown instead."""

import re
from html.parser import HTMLParser

import pytest

from cases.intake.incoming import IncomingMail
from servicedesk.mail.html import DEEPEST, LONGEST_HTML, TAGS, sanitise
from servicedesk.mail.html_text import html_to_text
from servicedesk.mail.markup import VOID
from servicedesk.mail.parsing import parse_mail
from tests.mail.payloads import PAYLOADS
from tests.mail.true_mails import raw_mail

HARMLESS_ATTRIBUTES = {
    "align", "alt", "colspan", "dir", "height", "href", "lang", "rel", "rowspan", "start", "target", "title",
    "valign", "width",
}  # fmt: skip


class Judge(HTMLParser):
    """Finds what a browser would run, load or follow; knows nothing of the sanitiser's ways."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.harm: list[str] = []
        self.depth = self.deepest = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        if tag not in TAGS:
            self.harm.append(tag)
        for name, value in attrs:
            if name not in HARMLESS_ATTRIBUTES:
                self.harm.append(f"{tag} {name}")
            if name == "href" and not re.match(r"(?i)(https?://|mailto:|tel:)", value or ""):
                self.harm.append(f"{tag} {name}={value}")
        if tag not in VOID:
            self.depth += 1
            self.deepest = max(self.depth, self.deepest)

    def handle_endtag(self, _tag):
        self.depth -= 1

    def handle_comment(self, _data):
        self.harm.append("comment")

    def handle_decl(self, _decl):
        self.harm.append("declaration")

    def unknown_decl(self, _data):
        self.harm.append("declaration")


def safe(html: str) -> str:
    """Return `html` sanitised; fails when it is refused."""
    result = sanitise(html)
    assert result is not None
    return result.html


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_does_no_harm(payload):
    assert Judge(safe(payload)).harm == []
    assert Judge(safe(f"<div><p>{payload}</p></div>")).harm == []


def test_the_payloads_would_do_harm():
    """The control: the judge finds harm in the payloads as they are."""
    harmful = [payload for payload in PAYLOADS if Judge(payload).harm]

    assert len(PAYLOADS) >= 60
    assert len(harmful) >= 0.9 * len(PAYLOADS)


# Where browsers and sanitisers have disagreed: other namespaces, raw text, tables, templates.
DISGUISES = (
    "<math><mtext><table><mglyph><style>{}</style></table></mtext></math>",
    "<svg><foreignObject>{}</foreignObject></svg>",
    "<noscript><p title='</noscript>{}'></p></noscript>",
    "<table><tr>{}</tr></table>",
    "<!--[if mso]>{}<![endif]-->",
    "<p title='{}'>{}</p>",
)


def test_hundreds_of_disguised_payloads_do_no_harm():
    disguised = [disguise.replace("{}", payload) for payload in PAYLOADS for disguise in DISGUISES]
    disguised += [payload.swapcase() for payload in PAYLOADS]
    disguised += [payload.replace(" ", "\n\t/", 1) for payload in PAYLOADS]

    harmed = [html for html in disguised if Judge(safe(html)).harm]

    assert len(disguised) >= 400
    assert harmed == []
    assert sum(bool(Judge(html).harm) for html in disguised) >= 400


def test_what_customers_write_stays():
    html = (
        "<p>My <b>card</b> is <i>lost</i>.</p><ul><li>one</li><li>two</li></ul><table><tbody><tr>"
        '<td colspan="2">x</td></tr></tbody></table><blockquote>y</blockquote><pre>z  z</pre>'
    )

    assert safe(html) == html


def test_links_open_apart_and_tell_nothing_of_this_desk():
    assert safe('<a href="https://shop.example/x">shop</a>') == (
        '<a href="https://shop.example/x" target="_blank" rel="noopener noreferrer nofollow">shop</a>'
    )


def test_remote_images_are_not_loaded_and_counted():
    result = sanitise(
        '<img src="https://t.example/1.gif" alt="logo" width="600"><img src="//t.example">'
    )

    assert result is not None
    assert result.remote_images == 2
    assert result.html == '<img alt="logo" width="600"><img>'


def test_images_that_came_along_are_named_and_shown_from_here_only():
    html = '<img src="cid:logo@x.example" alt="logo"><img src="CID:other">'

    hidden = sanitise(html)
    shown = sanitise(html, image_urls={"logo@x.example": "/files/7"})

    assert hidden is not None
    assert shown is not None
    assert hidden.html == '<img alt="logo"><img>'
    assert hidden.inline_images == ("logo@x.example", "other")
    assert 'src="/files/7"' in shown.html
    assert shown.inline_images == ("other",)


def test_html_that_is_too_long_is_refused():
    assert sanitise("x" * LONGEST_HTML) is not None
    assert sanitise("x" * (LONGEST_HTML + 1)) is None


REFUSED = {
    "text of 5 MB": "x &amp; " * 700_000,
    "100,000 levels": "<div>" * 100_000,
    "attributes of 1 MB": "<a " + " ".join(f"a{number}=1" for number in range(100_000)) + ">",
    "60,000 tags": "<b></b>" * 30_000,
    "30,000 tables": "<table>" * 45_000,
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_bomb_is_refused(name):
    assert sanitise(REFUSED[name]) is None


FLATTENED = {
    "levels": "<div>x" * 19_000,
    "tables": "<table><tr><td>x" * 6_000,
    "formatting that is never closed": "".join(f"<font title={number}>" for number in range(9_000))
    + "x",
    "formatting that leaks": "<div>"
    + "".join(f"<b title={number}>" for number in range(1_000))
    + "</div>"
    + "<div>x</div>" * 3_000,
    "misnested formatting": "".join(f"<b title={number}><p>" for number in range(2_500))
    + "</b></p>" * 5_000,
    "end tags of nothing": "<div></b>x" * 12_000,
    "levels hidden by a select": ("<div>" * 90 + "<select>" + "</div>" * 90) * 60,
    "levels hidden by a table": ("<div>" * 90 + "<table>" + "</div>" * 90) * 60,
    "attributes": "<a " + "b " * 100_000 + ">x",
    "quotations": "<blockquote>x" * 15_000,
}


@pytest.mark.parametrize("name", FLATTENED)
def test_deep_html_is_flattened_and_not_multiplied(name):
    html = FLATTENED[name]

    result = safe(html)

    assert Judge(result).deepest <= 2 * DEEPEST
    assert len(result) <= 2 * len(html) + 1_000
    assert result.count("x") >= html.count("x") - 1


def test_an_unguarded_sanitiser_multiplies_a_bomb():
    """The control: without balancing, formatting that leaks grows by the product."""
    import nh3  # noqa: PLC0415

    small = "<div>" + "".join(f"<b id={number}>" for number in range(100)) + "</div>"

    unguarded = nh3.clean(small + "<div>x</div>" * 300)

    assert len(unguarded) > 20 * len(small + "<div>x</div>" * 300)


def test_sloppy_html_keeps_its_cells():
    rows = "".join(f"<tr><td><font>{number}<td>x" for number in range(300))

    assert Judge(safe(f"<table>{rows}</table>")).deepest <= 6
    assert safe(f"<table>{rows}</table>").count("<td>") == 600


@pytest.mark.parametrize(
    "name",
    ["error_emails__content_transfer_encoding_with_8bits.eml", "error_emails__bad_subject.eml"],
)
def test_a_true_newsletter_is_shown_and_its_trackers_are_not(name):
    mail = parse_mail(raw_mail("mikel", name))
    assert isinstance(mail, IncomingMail)

    result = sanitise(mail.html)

    assert result is not None
    assert Judge(result.html).harm == []
    assert result.remote_images >= 1


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Hello</p><p>World</p>", "Hello\n\nWorld"),
        ("a<br>b<br/>c", "a\nb\nc"),
        ("<div>a</div><div>b</div>", "a\nb"),
        ("<ul><li>one<li>two</ul>", "- one\n- two"),
        ("x<blockquote>y<br>z</blockquote>w", "x\n> y\n> z\nw"),
        ("<blockquote>a<blockquote>b</blockquote></blockquote>", "> a\n> > b"),
        ("<tr><td>a</td><td>b</td></tr>", "a b"),
        ("a &lt;b&gt; &amp; c&nbsp;d", "a <b> & c d"),
        ("<style>x{}</style><script>y</script><title>t</title>z", "z"),
        ("<!-- a --><![if !mso]>b<![endif]><?xml x?>c", "bc"),
        ("<pre>a\n  b</pre>c", "a\n  b\n\nc"),
        ('<img alt="logo" src=x> text', "logo text"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("<select><option>x", "x"),
        ("a<hr>b", "a\n--------------------\nb"),
        ("", ""),
    ],
)
def test_html_becomes_text(html, text):
    assert html_to_text(html) == text


def test_html_to_text_keeps_the_words_of_broken_html():
    assert html_to_text('<p>a<a href="x>b</a>c') == "abc"
    assert html_to_text("a <b c") == "a <b c"
    assert html_to_text("<<<>>>") == "<<<>>>"
