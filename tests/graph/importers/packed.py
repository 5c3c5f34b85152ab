"""Office files, PDFs and archives in small, made for tests."""

import io
import zipfile
from collections.abc import Mapping

from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

_CORE = """<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"><dc:title>Lease</dc:title>
<dc:creator>Ana</dc:creator><dc:subject>Flat 4</dc:subject><cp:keywords>rent, home</cp:keywords>
<dcterms:created>2020-05-06T07:08:09Z</dcterms:created></cp:coreProperties>"""
_WORD = """<w:document xmlns:w="urn:w" xmlns:mc="urn:mc"><w:body><w:p><w:r><w:t>First</w:t><w:tab/><w:t>line</w:t></w:r></w:p>
<w:p><w:del><w:r><w:delText>gone</w:delText></w:r></w:del><mc:AlternateContent><mc:Choice><w:t>new</w:t></mc:Choice>
<mc:Fallback><w:p><w:t>old</w:t></w:p></mc:Fallback></mc:AlternateContent></w:p></w:body></w:document>"""
_OPEN = """<office:document-content xmlns:office="urn:o" xmlns:text="urn:t" xmlns:table="urn:b"><office:body>
<text:tracked-changes><text:p>gone</text:p></text:tracked-changes><text:h>Title</text:h>
<text:p>One<text:s text:c="2"/><text:span>two</text:span><text:tab/>three</text:p>
<table:table-row><table:table-cell><text:p>a</text:p></table:table-cell><table:table-cell><text:p>b</text:p>
</table:table-cell></table:table-row></office:body></office:document-content>"""
_META = """<office:document-meta xmlns:office="urn:o" xmlns:meta="urn:m" xmlns:dc="http://purl.org/dc/elements/1.1/"><office:meta>
<dc:title>Letter</dc:title><meta:initial-creator>Bo</meta:initial-creator><dc:creator>Cy</dc:creator>
<dc:language>de-AT</dc:language><meta:creation-date>2021-01-02T03:04:05.678</meta:creation-date>
<meta:document-statistic meta:page-count="3"/></office:meta></office:document-meta>"""
_SLIDE = '<p:sld xmlns:p="urn:p" xmlns:a="urn:a"><a:p><a:r><a:t>{}</a:t></a:r></a:p></p:sld>'
_STRINGS = '<sst xmlns="urn:x"><si><t>Rent</t></si><si><r><t>Ri</t></r><r><t>ch</t></r><rPh><t>no</t></rPh></si></sst>'
_SHEET = """<worksheet xmlns="urn:x"><sheetData><row><c t="s"><v>0</v></c><c><v>1.5</v></c></row>
<row><c t="s"><v>1</v></c><c t="inlineStr"><is><t>in</t></is></c><c t="s"><v>77</v></c></row></sheetData></worksheet>"""
_BOOK = '<workbook xmlns="urn:x"><sheets><sheet name="Costs"/></sheets></workbook>'


def zipped(members: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive of these members, always the same bytes for the same ones."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return out.getvalue()


def docx(**more: str) -> bytes:
    return zipped({"[Content_Types].xml": "", "docProps/core.xml": _CORE, "word/document.xml": _WORD, **more})


def xlsx() -> bytes:
    sheet = {"xl/workbook.xml": _BOOK, "xl/sharedStrings.xml": _STRINGS, "xl/worksheets/sheet1.xml": _SHEET}
    return zipped({"[Content_Types].xml": "", **sheet})


def pptx() -> bytes:
    slides = {f"ppt/slides/slide{number}.xml": _SLIDE.format(f"Slide {number}") for number in (10, 2, 1)}
    return zipped({"[Content_Types].xml": "", "ppt/presentation.xml": "<p/>", **slides})


def odt() -> bytes:
    return zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": _OPEN, "meta.xml": _META})


def pdf(*pages: str, password: str | None = None) -> bytes:
    writer = PdfWriter()
    for text in pages:
        page = writer.add_blank_page(200, 200)
        font = DictionaryObject({
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        })  # fmt: skip
        fonts = DictionaryObject({NameObject("/F1"): font})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        stream = DecodedStreamObject()
        stream.set_data(f"BT /F1 12 Tf 10 100 Td ({text}) Tj ET".encode() if text else b"")
        page[NameObject("/Contents")] = writer._add_object(stream)
    writer.add_metadata(
        {"/Title": "Invoice 7", "/Author": "Acme", "/CreationDate": "D:20220304101112+01'00'", "/Keywords": "a; b"}
    )
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
