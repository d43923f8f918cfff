"""Files come as programs for tables write them, and as nobody should: each is read or refused."""

import tracemalloc
from io import BytesIO
from zipfile import ZipFile

import pytest

from customers.table_files import (
    BIGGEST_FILE,
    LONGEST_LINE,
    MOST_LINES,
    UnreadableFile,
    read_table,
    without_twins,
)

COLUMNS = ("email", "name", "place")


def read(content: bytes | str) -> list[tuple[int, dict[str, str], str]]:
    """Return number, cells and refusal of each line."""
    raw = content.encode() if isinstance(content, str) else content
    rows = read_table(raw, columns=COLUMNS, needed=("email",))
    return [(row.number, dict(row.fields), row.sentence) for row in rows]


def refusal_of(content: bytes | str) -> str:
    """Return the sentence with which a file is refused whole."""
    with pytest.raises(UnreadableFile) as caught:
        read(content)
    assert caught.value.next_step
    return caught.value.sentence


def workbook() -> bytes:
    """Return a zip, as a workbook is one."""
    kept = BytesIO()
    with ZipFile(kept, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return kept.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_table_is_read_however_a_program_wrote_it(
    encoding: str, separator: str, end: str
) -> None:
    lines = ["Email,Name", "i@example.org,Søren Ångström", "", 'p@example.org,"Per ""P"" Dahl"']
    names = ["email", "name"]
    text = end.join(lines).replace(",", separator)

    found = read(text.encode(encoding))

    assert found == [
        (2, dict(zip(names, ["i@example.org", "Søren Ångström"], strict=True)), ""),
        (4, dict(zip(names, ["p@example.org", 'Per "P" Dahl'], strict=True)), ""),
    ]


def test_a_line_break_within_quotation_marks_is_part_of_the_cell() -> None:
    found = read('email,name\n"a@example.org","Ada\nLindqvist"\nb@example.org,Bo\n')

    assert [(number, cells["name"]) for number, cells, _no in found] == [
        (2, "Ada\nLindqvist"),
        (3, "Bo"),
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (workbook(), "This is a zip file or a workbook, whatever its name says."),
        (
            b"email\na\x00b@example.org\n",
            "The file holds zero bytes: it is no text in UTF-8 or Windows-1252.",
        ),
        ("email\na@example.org\n".encode("utf-16"), "The file holds zero bytes: it is no text in UTF-8 or Windows-1252."),
        (b"email\n\x81\x8d\n", "The file is no text in UTF-8 or Windows-1252."),
        (b"", "The first line names no columns."),
        (b"email,name\n", "The file has no lines below the first."),
        (b"email,name\n , \n", "The file has no lines below the first."),
        (b"email,shoe size\na,b\n", "There is no column “shoe_size”."),
        (b"email,email\na,b\n", "The column “email” stands there twice."),
        (b"name\nAda\n", "The column “email” is missing."),
        (
            b'email,name\n"a@example.org,Ada\nb@example.org,Bo\n',
            "The quotation marks in the file do not fit together: one is never closed.",
        ),
        (
            b"email\n" + b"x" * 5_000_000 + b"\n",
            f"Line 2 has 5000000 characters; {LONGEST_LINE} are allowed.",
        ),
        (
            b"email" + b",x" * 200_000 + b"\n",
            f"Line 1 has 400005 characters; {LONGEST_LINE} are allowed.",
        ),
        (
            b"email\rb\r\n" + b"x" * 50_000 + b"\ra\r",
            f"Line 3 has 50000 characters; {LONGEST_LINE} are allowed.",
        ),
        (
            "email,name\né@example.org,André\nb@example.org,".encode() + b"\x96\n",
            "Line 3 holds a letter that is not UTF-8, and the file is in UTF-8 elsewhere.",
        ),
        (
            b"\xef\xbb\xbfemail\na\xe9@example.org\n",
            "Line 2 holds a letter that is not UTF-8, and the file is in UTF-8 elsewhere.",
        ),
        (b"x" * (BIGGEST_FILE + 1), "The file has 10.0 MB; 10 MB are allowed."),
        (b"email\n" + b"a\n" * (MOST_LINES + 1), f"The file has 50001 lines; {MOST_LINES} are allowed."),
    ],
    ids=[
        "a workbook", "zero bytes", "UTF-16", "no encoding", "empty", "no lines", "blank lines",
        "unknown column", "column twice", "column missing", "quotation mark", "long line",
        "200,000 columns", "long line among other ends", "damaged UTF-8", "damaged after the mark",
        "11 MB", "too many lines",
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused_with_a_sentence(content: bytes, sentence: str) -> None:
    assert refusal_of(content) == sentence


@pytest.mark.parametrize(
    "cell",
    [
        "=cmd|' /C calc'!A0",
        " =1+1",
        "+cmd|' /C calc'!A0",
        "@SUM(1+1)*cmd|'x'!A0",
        "-2+3+cmd|'x'!A0",
    ],
)
def test_a_formula_is_refused_with_its_line_and_the_others_are_read(cell: str) -> None:
    found = read(f"email\tname\na@example.org\t{cell}\nb@example.org\tBo\n")

    assert [(number, no) for number, _cells, no in found] == [(2, "name is a formula."), (3, "")]


@pytest.mark.parametrize("cell", ["+47 900 11 234", "-", "@example.org", "1=1"])
def test_what_only_looks_like_a_formula_is_read(cell: str) -> None:
    assert read(f"email,name\na@example.org,{cell}\n")[0][2] == ""


def test_a_line_with_more_cells_than_columns_is_refused() -> None:
    many = ",".join("x" * 19_000)

    found = read(f"email,name\na@example.org,Lindqvist, Ada\nb@example.org,Bo,\n{many}\n")

    assert [no for _number, _cells, no in found] == [
        "The line has 3 cells; the first line names 2 columns.",
        "",
        "The line has 19000 cells; the first line names 2 columns.",
    ]


def test_what_we_wrote_beside_refused_lines_is_read_over() -> None:
    content = (
        "line,refused_because,what_to_do,email\n7,This is no address.,Write it,a@example.org\n"
    )

    assert read(content) == [(2, {"email": "a@example.org"}, "")]


def test_what_we_put_before_cells_for_programs_is_taken_off_again() -> None:
    ours = (
        "line,refused_because,what_to_do,email,name\n7,No.,Do,'@a,'-17\n8,No.,Do,b,'=1\n9,,,c,'t\n"
    )

    assert [(cells, no) for _number, cells, no in read(ours)] == [
        ({"email": "@a", "name": "-17"}, ""),
        ({"email": "b", "name": "=1"}, "name is a formula."),
        ({"email": "c", "name": "'t"}, ""),
    ]
    assert read("email\n'-17\n") == [(2, {"email": "'-17"}, "")]


def test_a_small_file_of_very_many_lines_takes_little_memory() -> None:
    content = b"email\n" + b"a\n" * 2 * MOST_LINES
    tracemalloc.start()
    try:
        assert refusal_of(content).startswith("The file has 100000 lines")
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 25_000_000


def test_what_is_said_twice_is_refused_the_second_time() -> None:
    rows = read_table(b"email\na\nb\na\n=x\na\n", columns=COLUMNS, needed=())
    keys = [row.fields["email"] for row in rows]

    kept = without_twins(rows, keys=keys, names="email")

    assert [row.sentence for row in kept] == [
        "",
        "",
        "Line 2 has the same email.",
        "email is a formula.",
        "Line 2 has the same email.",
    ]
