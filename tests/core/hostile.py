"""A corpus of files that mean harm, made by script; none is kept in the repository.

`corpus()` yields each as (what it is, its name, its content); `good()` the files that must still
be taken in. Bombs are small: what they would unpack to is only announced or run-length.
"""

import io
import itertools
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import NamedTuple

import openpyxl
import xlsxwriter
from PIL import Image

MEGABYTE = 1024 * 1024
# In two parts, so that a scanner of the developer's machine leaves this file alone.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
OFFICE = "application/vnd.openxmlformats-officedocument"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SCRIPT = b"<script>alert(document.domain)</script>"


class Hostile(NamedTuple):
    """One file: what it is, the name it comes under, its bytes."""

    what: str
    name: str
    content: bytes


# --- good files, which the bad ones are made of -------------------------------------------------


def pdf(*objects: bytes, head: bytes = b"%PDF-1.7\n", tail: bytes = b"") -> bytes:
    """A whole PDF with one empty page; more objects follow from number 4."""
    body = [
        b"<</Type/Catalog/Pages 2 0 R%s>>" % (b"/OpenAction 4 0 R" if objects else b""),
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
        *objects,
    ]
    out, places = head, []
    for number, text in enumerate(body, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, text)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(body) + 1, table)
    root = b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(body) + 1, len(out))
    return out + end + root + tail


def packed_pdf(inner: bytes, filters: bytes = b"/FlateDecode") -> bytes:
    """A PDF whose fourth object lies in an object stream."""
    content = zlib.compress(b"5 0 " + inner)
    entry = b"<</Type/ObjStm/N 1/First 4/Filter%s/Length %d>>" % (filters, len(content))
    return pdf(entry + b"\nstream\n" + content + b"\nendstream")


def zipped(members: dict[str, bytes], **options: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", options.get("method", zipfile.ZIP_DEFLATED)) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def relation(kind: str, target: str, mode: str = "External") -> bytes:
    return (
        f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId9" '
        f'Type="{RELATIONS}/{kind}" Target="{target}" TargetMode="{mode}"/></Relationships>'
    ).encode()


def content_types(main: str, part: str) -> bytes:
    return (
        f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" '
        f'ContentType="application/xml"/><Override PartName="/{part}" ContentType="{main}"/>'
        "</Types>"
    ).encode()


def office(kind: str = "xlsx", extra: dict[str, bytes] | None = None, main: str = "") -> bytes:
    """A small workbook or document, with members added or replaced."""
    word = kind == "docx"
    part = "word/document.xml" if word else "xl/workbook.xml"
    usual = f"{OFFICE}.{'wordprocessingml.document' if word else 'spreadsheetml.sheet'}.main+xml"
    body = b'<w:document xmlns:w="w"/>' if word else b'<workbook xmlns="s"><sheets/></workbook>'
    members = {
        "[Content_Types].xml": content_types(main or usual, part),
        "_rels/.rels": relation("officeDocument", part, "Internal"),
        part: body,
    }
    return zipped(members | (extra or {}))


def ofd(extra: dict[str, bytes] | None = None, root: bytes = b"OFD") -> bytes:
    members = {
        "OFD.xml": b'<?xml version="1.0"?><ofd:%s xmlns:ofd="http://www.ofdspec.org/2016" '
        b'Version="1.0"><ofd:DocBody/></ofd:%s>' % (root, root),
        "Doc_0/Document.xml": b'<ofd:Document xmlns:ofd="http://www.ofdspec.org/2016"/>',
    }
    return zipped(members | (extra or {}))


def picture(kind: str = "JPEG", size: tuple[int, int] = (64, 48)) -> bytes:
    out = io.BytesIO()
    Image.effect_noise(size, 60).convert("RGB").save(out, kind)
    return out.getvalue()


def box(kind: bytes, content: bytes = b"") -> bytes:
    return struct.pack(">I", 8 + len(content)) + kind + content


def mp4() -> bytes:
    brand = box(b"ftyp", b"isom\0\0\2\0isomiso2mp41")
    return brand + box(b"moov", box(b"mvhd", b"\0" * 100)) + box(b"mdat", b"\0" * 500)


def by_openpyxl() -> bytes:
    out, book = io.BytesIO(), openpyxl.Workbook()
    book.active.append(["单位", "=SUM(A1:A2)"])
    book.active["A1"].hyperlink = "https://example.org/"
    book.save(out)
    return out.getvalue()


def by_xlsxwriter() -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "use_zip64": True}) as book:
        sheet = book.add_worksheet("表")
        sheet.write_row(0, 0, ["单位", 1, 2])
        sheet.insert_image(2, 2, "示例.png", {"image_data": io.BytesIO(picture("PNG"))})
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": "=表!$B$1:$C$1"})
        sheet.insert_chart("A9", chart)
    return out.getvalue()


def good() -> Iterator[Hostile]:
    """Files of every kind that must be taken in, also as other programs write them."""
    yield Hostile("plain PDF", "报告.pdf", pdf())
    yield Hostile("PDF with a link", "链接.pdf", pdf(b"<</S/URI/URI(https://example.org/a)>>"))
    yield Hostile("PDF with a table attached", "附表.pdf", pdf(b"<</Type/Filespec/F(a.xml)>>"))
    yield Hostile("PDF with packed objects", "压缩.pdf", packed_pdf(b"<</Type/Font>>"))
    yield Hostile("PDF that speaks of scripts", "谈脚本.pdf", pdf(b"(Web/JavaScript) /Launchpad"))
    yield Hostile("locked PDF that opens", "限制编辑.pdf", locked_pdf(b"", "owner"))
    yield Hostile("photo", "照片.jpg", picture())
    yield Hostile("photo of a telephone", "手机.jpeg", picture() + b"SEFT" + b"\0" * 400)
    yield Hostile("PNG", "截图.png", picture("PNG"))
    yield Hostile("MP4", "演示.mp4", mp4())
    yield Hostile("workbook by hand", "表.xlsx", office())
    yield Hostile("workbook by openpyxl", "名单.xlsx", by_openpyxl())
    yield Hostile("workbook by XlsxWriter", "图表.xlsx", by_xlsxwriter())
    link = {"word/_rels/document.xml.rels": relation("hyperlink", "https://example.org/")}
    yield Hostile("document with a link", "说明.docx", office("docx", link))
    chart = {"word/embeddings/Microsoft_Excel_Sheet1.xlsx": by_openpyxl()}
    yield Hostile("document with a chart", "图.docx", office("docx", chart))
    yield Hostile("OFD", "公文.ofd", ofd())


# --- archives -------------------------------------------------------------------------------------


def bomb(megabytes: int) -> bytes:
    """One sheet of zeros that packs a thousandfold."""
    return office(extra={"xl/worksheets/sheet1.bin": b"\0" * (megabytes * MEGABYTE)})


def patched(content: bytes, offset: int, layout: str, value: int, marker: bytes) -> bytes:
    """Overwrite a field of the last header of a kind."""
    changed = bytearray(content)
    struct.pack_into(layout, changed, content.rindex(marker) + offset, value)
    return bytes(changed)


def overlapping() -> bytes:
    """Two members of one stretch of bytes, as in zbsm.zip."""
    content = office(extra={"xl/a.bin": b"\0" * 200_000, "xl/b.bin": b"\0" * 200_000})
    where = content.rindex(b"PK\1\2")
    first = content[: content.rindex(b"PK\1\2", 0, where)].rindex(b"PK\1\2")
    place = struct.unpack_from("<I", content, content.rindex(b"PK\1\2", 0, where) + 42)[0]
    assert first < where
    return patched(content, 42, "<I", place, b"PK\1\2")


def quine() -> bytes:
    """A member that is the archive around it, as far as its header says."""
    inner = office()
    return office(extra={"xl/media/copy.xlsx": inner + office(extra={"xl/media/c.xlsx": inner})})


def many(number: int) -> bytes:
    return office(extra={f"xl/m/{n}.xml": b"<a/>" for n in range(number)})


def special(mode: int, name: str = "xl/media/image1.png", target: bytes = b"/etc/passwd") -> bytes:
    """A member whose directory entry calls it a link or a device."""
    out = io.BytesIO(office())
    with zipfile.ZipFile(out, "a") as archive:
        entry = zipfile.ZipInfo(name)
        entry.create_system, entry.external_attr = 3, (mode | 0o777) << 16
        archive.writestr(entry, target)
    return out.getvalue()


def named(name: str) -> bytes:
    """A member whose name is written as it is, past what zipfile would make of it."""
    placeholder = "xl/media/" + "q" * (len(name.encode()) - len("xl/media/"))
    assert len(placeholder) == len(name.encode()), name
    return office(extra={placeholder: b"q"}).replace(placeholder.encode(), name.encode())


def twins() -> bytes:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        out = io.BytesIO(office())
        with zipfile.ZipFile(out, "a") as archive:
            archive.writestr("XL/workbook.xml", b"<workbook/>")
        return out.getvalue()


def encrypted_zip() -> bytes:
    content = patched(office(), 8, "<H", 1, b"PK\1\2")
    return patched(content, 6, "<H", 1, b"PK\3\4")


def archives() -> Iterator[Hostile]:
    yield Hostile("zip bomb 1000:1", "弹.xlsx", bomb(80))
    yield Hostile("zip bomb as OFD", "弹.ofd", ofd({"Doc_0/Res/a.bin": b"\0" * (80 * MEGABYTE)}))
    announced = patched(office(), 24, "<I", 0xFFFFFFF0, b"PK\1\2")
    yield Hostile("zip that announces 4 GB", "四吉.xlsx", announced)
    lying = patched(bomb(70), 24, "<I", 10, b"PK\1\2")
    yield Hostile("zip that lies of a size", "谎.xlsx", lying)
    nested = office(extra={"xl/media/image1.png": zipped({"a.bin": b"\0" * MEGABYTE})})
    yield Hostile("nested zip under another name", "套.xlsx", nested)
    deep = office(
        "docx", {"word/embeddings/a.xlsx": office(extra={"xl/embeddings/b.xlsx": office()})}
    )
    yield Hostile("workbook in workbook in document", "套娃.docx", deep)
    yield Hostile("nested bomb", "套弹.docx", office("docx", {"word/embeddings/a.xlsx": bomb(70)}))
    yield Hostile("overlapping members", "叠.xlsx", overlapping())
    yield Hostile("quine-like zip", "自我.xlsx", quine())
    yield Hostile("zip of 6,000 entries", "多.xlsx", many(6_000))
    yield Hostile("zip of 100,000 entries", "十万.xlsx", hollow(100_000))
    for what, name in (
        ("zip slip", "../../../../etc/cron.d/x"),
        ("zip slip with backslashes", "..\\..\\..\\..\\windows\\x.dll"),
        ("absolute path", "/etc/cron.d/anfan-x"),
        ("drive letter", "c:/windows/system32/x.ini"),
        ("NUL in a member's name", "xl/media/a.png\0.bin"),
        ("newline in a member's name", "xl/media/a\nb.png"),
    ):
        yield Hostile(what, "路径.xlsx", named(name))
    yield Hostile("symbolic link", "链.xlsx", special(0o120000))
    yield Hostile("device entry", "设备.xlsx", special(0o020000))
    yield Hostile("pipe entry", "管道.ofd", special(0o010000))
    yield Hostile("encrypted zip", "密.xlsx", encrypted_zip())
    yield Hostile("two members of one name", "双.xlsx", twins())
    yield Hostile("locked workbook (compound)", "锁.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 64)
    yield Hostile("bytes before the zip", "前.xlsx", b"MZ\x90\0" + office())
    yield Hostile("bytes behind the zip", "后.docx", office("docx") + b"\0" * 30 + SCRIPT)
    yield Hostile("zip cut off", "断.xlsx", office()[:-30])
    yield Hostile("zip without a directory", "无目录.ofd", ofd()[: ofd().index(b"PK\1\2")])
    yield Hostile(
        "other packing method", "法.xlsx", zipped({"[Content_Types].xml": b"x"}, method=14)
    )


def hollow(number: int) -> bytes:
    """An archive whose directory names very many empty members, made without zipfile."""
    header = b"PK\3\4" + b"\0" * 22 + struct.pack("<HH", 1, 0) + b"a"
    entry = b"PK\1\2" + b"\0" * 24 + struct.pack("<HHHHHII", 1, 0, 0, 0, 0, 0, 0) + b"a"
    length = len(entry) * number
    end = struct.pack("<HHHHIIH", 0, 0, number & 0xFFFF, number & 0xFFFF, length, len(header), 0)
    return header + entry * number + b"PK\5\6" + end


# --- office documents -----------------------------------------------------------------------------


def entities(target: str) -> bytes:
    return b'<!DOCTYPE r [<!ENTITY x SYSTEM "%s">]><workbook>&x;</workbook>' % target.encode()


def laughs() -> bytes:
    lines = [b'<!ENTITY a0 "ha">']
    lines += [b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10)]
    return b"<!DOCTYPE r [" + b"".join(lines) + b"]><workbook>&a9;</workbook>"


def documents() -> Iterator[Hostile]:
    book, text = "xl/workbook.xml", "word/document.xml"
    rels, word_rels = "xl/_rels/workbook.xml.rels", "word/_rels/document.xml.rels"
    yield Hostile(
        "XXE in a workbook", "外部.xlsx", office(extra={book: entities("file:///etc/passwd")})
    )
    yield Hostile(
        "XXE in a document", "外部.docx", office("docx", {text: entities("http://127.0.0.1:9/")})
    )
    yield Hostile("XXE in an OFD", "外部.ofd", ofd({"OFD.xml": entities("file:///etc/passwd")}))
    sly = entities("file:///etc/passwd").decode().encode("utf-16")
    yield Hostile("XXE in UTF-16", "外部十六.xlsx", office(extra={book: sly}))
    yield Hostile(
        "XXE in relationships", "外部关系.xlsx", office(extra={rels: entities("ftp://127.0.0.1/")})
    )
    yield Hostile("billion laughs workbook", "笑.xlsx", office(extra={book: laughs()}))
    yield Hostile("billion laughs document", "笑.docx", office("docx", {text: laughs()}))
    deep = b"<a>" * 200_000 + b"</a>" * 200_000
    yield Hostile("XML 200,000 deep", "深.xlsx", office(extra={"xl/worksheets/sheet1.xml": deep}))
    long = b'<a b="' + b"x" * (40 * MEGABYTE) + b'"/>'
    yield Hostile("attribute of 40 MB", "长.xlsx", office(extra={"xl/styles.xml": long}))
    yield Hostile(
        "XML cut off", "残.docx", office("docx", {text: b"<w:document xmlns:w='w'><w:p>"})
    )
    macro = "application/vnd.ms-word.document.macroEnabled.main+xml"
    yield Hostile("macro document renamed", "宏.docx", office("docx", main=macro))
    yield Hostile(
        "vbaProject.bin", "宏.xlsx", office(extra={"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"})
    )
    yield Hostile(
        "macro sheet of Excel 4", "旧宏.xlsx", office(extra={"xl/macrosheets/s1.xml": b"<m/>"})
    )
    yield Hostile(
        "macro under another name",
        "改宏.xlsx",
        office(
            extra={
                "xl/data.bin": b"x",
                "[Content_Types].xml": content_types(
                    "application/vnd.ms-office.vbaProject", "xl/data.bin"
                ),
            }
        ),
    )
    template = "http://127.0.0.1:9/t.dotm"
    yield Hostile(
        "external template",
        "模板.docx",
        office("docx", {"word/_rels/settings.xml.rels": relation("attachedTemplate", template)}),
    )
    yield Hostile(
        "external OLE object",
        "外链.docx",
        office("docx", {word_rels: relation("oleObject", "mhtml:http://127.0.0.1:9/x!x")}),
    )
    yield Hostile(
        "picture from elsewhere",
        "远图.docx",
        office("docx", {word_rels: relation("image", "//127.0.0.1/share/a.png")}),
    )
    yield Hostile(
        "frame from elsewhere",
        "框.docx",
        office("docx", {word_rels: relation("frame", "http://127.0.0.1:9/")}),
    )
    yield Hostile(
        "embedded OLE object",
        "对象.docx",
        office("docx", {"word/embeddings/oleObject1.bin": b"\xd0\xcf\x11\xe0"}),
    )
    yield Hostile(
        "embedded program",
        "程序.xlsx",
        office(extra={"xl/media/image1.png": b"MZ\x90\0" + b"\0" * 300}),
    )
    yield Hostile("ActiveX control", "控件.xlsx", office(extra={"xl/activeX/activeX1.bin": b"x"}))
    yield Hostile(
        "script as a member", "脚本.ofd", ofd({"Doc_0/Attachs/run.js": b"WScript.Echo(1)"})
    )
    dde = b'<externalLink><ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>'
    yield Hostile(
        "DDE link in a workbook",
        "动态.xlsx",
        office(extra={"xl/externalLinks/externalLink1.xml": dde}),
    )
    field = (
        b'<w:document xmlns:w="w"><w:instrText>DD</w:instrText>'
        b"<w:instrText>EAUTO c:\\\\x</w:instrText></w:document>"
    )
    yield Hostile("DDE field cut in two", "域.docx", office("docx", {text: field}))
    yield Hostile("HTML as a document", "网页.docx", b"<html><body>" + SCRIPT + b"</body></html>")
    yield Hostile("RTF as a document", "富文本.docx", b"{\\rtf1\\ansi{\\object\\objocx}}")
    yield Hostile("document as a workbook", "换.xlsx", office("docx"))
    yield Hostile("workbook as an OFD", "换.ofd", office())
    yield Hostile("OFD of another root", "根.ofd", ofd(root=b"HTML"))
    yield Hostile("plain zip as a workbook", "包.xlsx", zipped({"readme.txt": b"x"}))
    yield Hostile(
        "Java program as a document",
        "类.docx",
        zipped({"META-INF/MANIFEST.MF": b"x", "A.class": b"\xca\xfe"}),
    )


# --- PDFs -----------------------------------------------------------------------------------------


def locked_pdf(action: bytes, owner: str, user: str = "") -> bytes:
    """A PDF locked against changes; with `user` nobody opens it."""
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf(action) if action else pdf())))
    writer.encrypt(user_password=user, owner_password=owner, algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def portable() -> Iterator[Hostile]:
    run = b"<</S/Launch/F(cmd.exe)/Win<</F(cmd.exe)/P(/c calc)>>>>"
    script = b"<</S/JavaScript/JS(app.alert(1))>>"
    yield Hostile("PDF with JavaScript", "脚本.pdf", pdf(script))
    yield Hostile(
        "PDF with JavaScript spelled out", "拼.pdf", pdf(b"<</S /J#61vaScr#69pt/JS(app.alert(1))>>")
    )
    yield Hostile("PDF with a comment in its action", "注.pdf", pdf(b"<</S%x\n/JavaScript/JS(1)>>"))
    yield Hostile(
        "PDF with its action's type apart", "分.pdf", pdf(b"<</S 5 0 R/JS(1)>>", b"/JavaScript")
    )
    yield Hostile("PDF with a table of scripts", "表.pdf", pdf(b"<</Names<</JavaScript 5 0 R>>>>"))
    yield Hostile("PDF with JavaScript packed", "压.pdf", packed_pdf(script))
    yield Hostile(
        "PDF with objects packed twice",
        "双压.pdf",
        packed_pdf(script, b"[/ASCIIHexDecode/FlateDecode]"),
    )
    yield Hostile("PDF bomb in an object stream", "压弹.pdf", packed_pdf(b" " * (40 * MEGABYTE)))
    yield Hostile("PDF that starts a program", "启动.pdf", pdf(run))
    yield Hostile(
        "PDF with a program attached",
        "附件.pdf",
        pdf(b"<</Type/Filespec/F(a.exe)/EF<</F 5 0 R>>>>"),
    )
    wide = "安装.exe".encode("utf-16-be").hex().encode()
    yield Hostile(
        "PDF with a program attached, in hex",
        "附件二.pdf",
        pdf(b"<</Type/Filespec/UF<FEFF%s>>>" % wide),
    )
    yield Hostile("PDF with a scripted form", "表单.pdf", pdf(b"<</AcroForm<</XFA 6 0 R>>>>"))
    yield Hostile("PDF with Flash", "媒体.pdf", pdf(b"<</Type/Annot/Subtype/RichMedia>>"))
    yield Hostile("PDF with a password", "密码.pdf", locked_pdf(b"", "owner", "user"))
    yield Hostile("locked PDF with JavaScript", "锁脚本.pdf", locked_pdf(script, "owner"))
    yield Hostile("PDF cut off", "断.pdf", pdf()[:120])
    yield Hostile(
        "PDF with HTML before its objects",
        "网页.pdf",
        pdf(head=b"%PDF-1.4\n<html>" + SCRIPT + b"\n"),
    )
    yield Hostile(
        "PDF with HTML behind its end", "网页二.pdf", pdf(tail=b"<!DOCTYPE html>" + SCRIPT)
    )
    yield Hostile("PDF with a zip behind its end", "压缩包.pdf", pdf(tail=zipped({"a.js": b"x"})))
    yield Hostile("PDF behind HTML", "后置.pdf", b"<html>" + SCRIPT + b"</html>\n" + pdf())
    yield Hostile("PDF with much behind its end", "尾.pdf", pdf(tail=b"x" * 5_000))


# --- pictures, films, names -----------------------------------------------------------------------


def flood(width: int, height: int) -> bytes:
    """A PNG that announces very many pixels in a few bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * MEGABYTE)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def resized(jpeg: bytes, width: int, height: int) -> bytes:
    """A JPEG whose frame header announces another size."""
    changed = bytearray(jpeg)
    struct.pack_into(">HH", changed, jpeg.index(b"\xff\xc0") + 5, height, width)
    return bytes(changed)


def pictures() -> Iterator[Hostile]:
    png, jpeg = picture("PNG"), picture()
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">' + SCRIPT + b"</svg>"
    foreign = (
        b'<svg xmlns="http://www.w3.org/2000/svg"><foreignObject><iframe/></foreignObject></svg>'
    )
    outside = b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg>&x;</svg>'
    yield Hostile("pixel flood PNG", "洪.png", flood(60_000, 60_000))
    yield Hostile("pixel flood, long and thin", "细.png", flood(2_000_000, 4))
    yield Hostile("pixel flood JPEG", "洪.jpg", resized(jpeg, 65_000, 65_000))
    yield Hostile("JPEG cut off", "断.jpg", jpeg[:-40])
    yield Hostile("JPEG of a head only", "头.jpg", jpeg[:30])
    yield Hostile("PNG cut off", "断.png", png[:-20])
    yield Hostile("PNG with a wrong sum", "错.png", png[:60] + b"\xff" + png[61:])
    yield Hostile("JPEG with a zip behind", "包.jpg", jpeg + zipped({"a.js": b"x"}))
    yield Hostile("PNG with a zip behind", "包.png", png + zipped({"a.js": b"x"}))
    yield Hostile("PNG with HTML behind", "网页.png", png + b"<html>" + SCRIPT)
    comment = b"\xff\xfe" + struct.pack(">H", 2 + len(SCRIPT)) + SCRIPT
    yield Hostile("JPEG with a script as comment", "注.jpg", jpeg[:2] + comment + jpeg[2:])
    yield Hostile("GIF with JavaScript", "动.gif", b"GIF89a=1;alert(1)//")
    yield Hostile(
        "GIF with JavaScript as PNG", "动.png", b"GIF89a/*" + b"\0" * 20 + b"*/=1;alert(1)"
    )
    yield Hostile("SVG with a script", "图.svg", svg)
    yield Hostile("SVG with a script as PNG", "矢.png", svg)
    yield Hostile("SVG with a foreign page as JPEG", "矢.jpg", foreign)
    yield Hostile("SVG with an entity", "实体.svg", outside)
    yield Hostile("WebP as PNG", "格.png", picture("WEBP"))
    yield Hostile("MP4 with a zip behind", "包.mp4", mp4() + zipped({"a.js": b"x"}))
    yield Hostile("MP4 cut off", "断.mp4", mp4()[:-100])
    yield Hostile("MP4 of a head only", "头.mp4", box(b"ftyp", b"isom\0\0\2\0isom"))
    yield Hostile("HTML as MP4", "网页.mp4", b"<html>" + SCRIPT)


def names() -> Iterator[Hostile]:
    yield Hostile("0 byte", "空.pdf", b"")
    yield Hostile("no extension", "报告", pdf())
    yield Hostile("a program", "安装.exe", b"MZ\x90\0")
    yield Hostile("double extension, program last", "报告.pdf.exe", pdf())
    yield Hostile("double extension, program inside", "报告.exe.pdf", pdf())
    yield Hostile("turned direction of writing", "报告\u202efdp.exe", pdf())
    yield Hostile("space after the extension", "报告.exe .pdf", pdf())
    yield Hostile("macro document under its own name", "宏.docm", office("docx"))
    yield Hostile("old workbook", "旧.xls", b"\xd0\xcf\x11\xe0" * 100)
    yield Hostile("HTML", "页.html", b"<html>" + SCRIPT)
    yield Hostile("EICAR as text", "测试.txt", EICAR)
    yield Hostile("EICAR as PDF", "测试.pdf", EICAR)
    yield Hostile("shell script as PDF", "脚本.pdf", b"#!/bin/sh\nrm -rf /\n%PDF-1.4\n%%EOF")
    yield Hostile("PostScript as PDF", "打印.pdf", b"%!PS-Adobe-3.0\n(%pipe%id) (w) file\n%%EOF")
    yield Hostile("nothing but a dot", ".pdf", pdf())


SOURCES: tuple[Callable[[], Iterator[Hostile]], ...] = (
    archives,
    documents,
    portable,
    pictures,
    names,
)


def corpus() -> list[Hostile]:
    """Every hostile file; none of them may be stored."""
    return list(itertools.chain.from_iterable(source() for source in SOURCES))
