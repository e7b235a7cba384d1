"""Documents that are hostile, broken or of another kind are refused, and say why."""

from __future__ import annotations

import pytest
from documents import BOM, WHOLE, images, model, read, read_list

from aiosm.models import Operation, OSImage
from aiosm.xml import ListReader, XmlError, XmlParser

# What is hostile.

LAUGHS = (
    '<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>'
    "<Operation><Status>&c;</Status></Operation>"
)
EXTERNAL = (
    '<!DOCTYPE Operation [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    "<Operation><Status>&x;</Status></Operation>"
)
BARE = f'<!DOCTYPE Operation SYSTEM "http://example.invalid/o.dtd">{WHOLE}'
DOCTYPES = {
    "billion laughs": LAUGHS,
    "external entity": EXTERNAL,
    "external subset": BARE,
    "lower case": LAUGHS.replace("DOCTYPE", "doctype"),
    "mixed case": LAUGHS.replace("DOCTYPE", "DocType"),
    "after a declaration": f'<?xml version="1.0" encoding="utf-8"?>{LAUGHS}',
    "after a comment": f"<!-- hello -->{LAUGHS}",
    "after a comment that names one": f"<!-- <!DOCTYPE a> -->\n<!----->{LAUGHS}",
    "after an instruction": f"<?php echo '?' ?>{LAUGHS}",
    "after white space": f"\n\t\r {LAUGHS}",
    "after a byte order mark": BOM + LAUGHS,
    "after all of them": f'{BOM}<?xml version="1.0"?>\n<!-- a --><?b c?>\n{LAUGHS}',
    "after two byte order marks": BOM + BOM + LAUGHS,
    "after two marks and a declaration": f'{BOM}{BOM}<?xml version="1.0"?>{LAUGHS}',
    "after a space XML does not know": f"\u00a0{LAUGHS}",
    "after a text": f"text{LAUGHS}",
}


@pytest.mark.parametrize("piece", [1 << 20, 1, 2, 7], ids="pieces of {}".format)
@pytest.mark.parametrize("body", DOCTYPES.values(), ids=DOCTYPES.keys())
def test_document_type_is_refused(body: str, piece: int) -> None:
    """A document type is refused, wherever it stands and however it is cut."""
    with pytest.raises(XmlError):
        read(Operation, body, piece=piece)


@pytest.mark.parametrize(
    "body", [text for name, text in DOCTYPES.items() if "text" not in name and "two" not in name
             and "XML" not in name],
)  # fmt: skip
def test_document_type_is_called_what_it_is(body: str) -> None:
    """The error says that the document type is what is refused."""
    with pytest.raises(XmlError, match="document type"):
        read(Operation, body)


def test_document_type_is_refused_before_the_document_is_whole() -> None:
    """The refusal does not wait for the rest of the document."""
    parser = XmlParser()
    with pytest.raises(XmlError, match="document type"):
        parser.feed(b"<!DOCTYPE a [")


def test_list_refuses_a_document_type_too() -> None:
    """A list is guarded as a single model is."""
    with pytest.raises(XmlError, match="document type"):
        read_list(f"<!DOCTYPE Images>{images(2)}")


def test_entity_that_nobody_declared_is_refused() -> None:
    """An entity other than XML's own five is not well-formed."""
    with pytest.raises(XmlError, match="not well-formed"):
        model(Operation, "<Status>&nbsp;</Status>")


BROKEN = {
    "UTF-16 with a mark": WHOLE.encode("utf-16"),
    "UTF-16 little end": WHOLE.encode("utf-16-le"),
    "UTF-16 big end": WHOLE.encode("utf-16-be"),
    "UTF-16 document type": LAUGHS.encode("utf-16"),
    "UTF-16 document type little end": LAUGHS.encode("utf-16-le"),
    "UTF-16 document type big end": LAUGHS.encode("utf-16-be"),
    "UTF-16 document type after white space": (" " + LAUGHS).encode("utf-16-le"),
    "UTF-16 document type after a mark": BOM.encode() + LAUGHS.encode("utf-16-le"),
    "UTF-16 declared": ('<?xml version="1.0" encoding="utf-16"?>' + WHOLE).encode("utf-16"),
    "UTF-32": WHOLE.encode("utf-32"),
    "Latin-1": f"<Operation><Status>{'é'}</Status></Operation>".encode("latin-1"),
    "half a character": WHOLE.encode() + "é".encode()[:1],
    "overlong slash": WHOLE.encode().replace(b"1", b"\xc0\xaf"),
    "surrogate": WHOLE.encode().replace(b"1", b"\xed\xa0\x80"),
    "control character": WHOLE.encode().replace(b"1", b"\x08"),
    "NUL": WHOLE.encode().replace(b"1", b"\x00"),
    "control character reference": WHOLE.encode().replace(b"1", b"&#8;"),
    "truncated in the root": WHOLE.encode()[:60],
    "truncated at the end": WHOLE.encode()[:-1],
    "only a declaration": b'<?xml version="1.0"?>',
    "only a comment": b"<!-- a -->",
    "unfinished comment": b"<!-- a",
    "only a less-than": b"<",
    "nothing": b"",
    "white space": b" \n ",
    "plain text": b"Service Unavailable",
    "JSON": b'{"Status": "Succeeded"}',
    "HTML": b"<html><body><h1>502 Bad Gateway</h1></body></html>",
    "HTML5": b"<!doctype html><html><p>502</html>",
    "unclosed HTML": b"<html><body><br><p>502</body></html>",
    "two roots": WHOLE.encode() * 2,
    "text after the root": WHOLE.encode() + b"more",
    "CDATA before the root": b"<![CDATA[a]]>" + WHOLE.encode(),
    "wrong nesting": b"<Operation><Status></Operation></Status>",
    "undeclared prefix": b"<Operation><a:Status>x</a:Status></Operation>",
    "attribute twice": b'<Operation a="1" a="2"><Status>x</Status></Operation>',
    "wrong root": b"<Error><Code>a</Code></Error>",
}


@pytest.mark.parametrize("piece", [1 << 20, 1], ids=["whole", "byte by byte"])
@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN.keys())
def test_what_is_not_the_document_is_refused(body: bytes, piece: int) -> None:
    """Other encodings, broken XML and other documents are an XmlError, nothing else."""
    with pytest.raises(XmlError):
        read(Operation, body, piece=piece)


@pytest.mark.parametrize("piece", [1 << 20, 1], ids=["whole", "byte by byte"])
@pytest.mark.parametrize(
    "body",
    [b"", b"<html/>", b"<Operation/>", images(3).encode()[:-2], images(3).encode() + b"<"],
    ids=["empty", "HTML", "wrong root", "truncated", "trailing"],
)
def test_what_is_not_the_list_is_refused(body: bytes, piece: int) -> None:
    """A list with another root, or without its end, is refused."""
    with pytest.raises(XmlError):
        read_list(body, piece)


def test_wrong_root_is_named() -> None:
    """The error names the root that came and the one that was expected."""
    with pytest.raises(XmlError, match="'html', expected 'Operation'"):
        read(Operation, "<html/>")


def test_list_refuses_a_wrong_root_before_its_end() -> None:
    """A list does not read on below another root."""
    reader: ListReader[OSImage] = ListReader(OSImage, "Images")
    with pytest.raises(XmlError, match="expected 'Images'"):
        reader.feed(b"<html><head>")


def test_long_root_name_is_cut_in_the_error() -> None:
    """A root of a million characters does not fill the log."""
    with pytest.raises(XmlError) as caught:
        read(Operation, f"<{'a' * 1_000_000}/>")
    assert len(str(caught.value)) < 200


def test_endless_prolog_is_refused() -> None:
    """A document that never begins is given up after 64 KiB."""
    parser = XmlParser()
    for _ in range(15):
        parser.feed(b"<!-- 4 KiB -->" + b" " * 4096)
    with pytest.raises(XmlError, match="64 KiB"):
        parser.feed(b" " * 8192)


def test_deep_nesting_is_survived() -> None:
    """A hundred thousand nested elements are neither a crash nor a recursion error."""
    deep = f"{'<a>' * 100_000}{'</a>' * 100_000}"
    assert model(Operation, f"{deep}<Status>Succeeded</Status>").status == "Succeeded"


@pytest.mark.parametrize("encoding", ["utf-8", "UTF-8", "iso-8859-1", "utf-16", "utf-7"])
def test_declared_encoding_does_not_matter(encoding: str) -> None:
    """UTF-8 is read as such, whatever the declaration says."""
    body = f'<?xml version="1.0" encoding="{encoding}"?>{WHOLE.replace("1<", "é<")}'
    assert read(Operation, body).id == "é"
