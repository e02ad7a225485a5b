"""Pictures: what fits goes through as it is, the rest is made to fit, and whatever cannot be used says why."""

from __future__ import annotations

import base64
import io
import random
import struct
from collections.abc import Callable
from fractions import Fraction
from functools import cache

import pillow_heif
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageCms

from content import fonts, pictures
from content.covers import CENTRE, crops, focus_in
from content.kinds import kind_of
from content.pictures import BODY_LIMIT, BODY_WIDTH, COVER_LIMIT, PictureRefused, Prepared, prepare
from content.values import NotUnderstood

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)
LATITUDE = "39.9042"
XMP = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf exif:GPSLatitude="{LATITUDE}"/></x:xmpmeta>'.encode()
PLACE = b"exif:GPSLatitude"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 {} {}">{}</svg>'
ORIENTATION = 0x0112


def photo(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """A picture that compresses as badly as a photo does."""
    small = random.Random(7).randbytes(max(1, width // 4) * max(1, height // 4) * 3)
    image = Image.frombytes("RGB", (max(1, width // 4), max(1, height // 4)), small)
    return image.resize((width, height), Image.Resampling.BICUBIC).convert(mode)


def saved(image: Image.Image, into: str, **options: object) -> bytes:
    out = io.BytesIO()
    if into == "HEIF":
        pillow_heif.from_pillow(image).save(out, **options)
    else:
        image.save(out, into, **options)
    return out.getvalue()


def film(into: str = "GIF", **options: object) -> bytes:
    frames = [Image.new("RGB", (60, 40), (shade * 60, 0, 0)) for shade in range(4)]
    return saved(frames[0], into, save_all=True, append_images=frames[1:], **options)


def svg(inside: str, width: int = 400, height: int = 200) -> bytes:
    return SVG.format(width, height, inside).encode()


def exif(**wanted: object) -> Image.Exif:
    made = Image.Exif()
    made[ExifTags.Base.Make] = "Phone"
    if "turned" in wanted:
        made[ORIENTATION] = wanted["turned"]
    if wanted.get("place"):
        made.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (39.0, 54.0, 15.0)})
    return made


def image_of(made: Prepared) -> Image.Image:
    image = Image.open(io.BytesIO(made.data))
    image.load()
    return image


def close(one: object, other: tuple[int, ...]) -> bool:
    assert isinstance(one, tuple)
    return all(abs(a - b) < 40 for a, b in zip(one[:3], other[:3], strict=True))


def check(made: Prepared, use: str) -> None:
    """Whatever comes out is what the platform takes, and says the truth about itself."""
    image = image_of(made)
    assert made.kind in ("jpg", "png") if use == "cover" else made.kind in ("jpg", "png", "gif")
    assert kind_of(made.data) == made.kind
    assert (made.width, made.height) == image.size
    limit = COVER_LIMIT if use == "cover" or made.kind == "gif" else BODY_LIMIT
    assert len(made.data) < limit
    assert image.mode in ("1", "L", "LA", "P", "RGB", "RGBA")
    assert set(made.crops) == ({"2.35_1", "1_1"} if use == "cover" else set())


FITTING: dict[str, Callable[[], bytes]] = {  # made when a test wants them
    "jpg": lambda: saved(photo(800, 600), "JPEG", exif=exif()),
    "wide jpg": lambda: saved(Image.new("RGB", (2400, 1200), RED), "JPEG"),
    "grey jpg": lambda: saved(photo(80, 60, "L"), "JPEG"),
    "png": lambda: saved(photo(300, 200), "PNG"),
    "clear png": lambda: saved(Image.new("RGBA", (90, 90), (255, 0, 0, 100)), "PNG"),
    "palette png": lambda: saved(photo(90, 90).quantize(16), "PNG"),
    "jpg with a profile": lambda: saved(
        photo(90, 90), "JPEG", icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    ),
    "gif that moves": film,
}


@pytest.mark.parametrize("name", FITTING)
def test_what_fits_goes_through_byte_for_byte(name: str) -> None:
    made = prepare(sample(name), name, use="body")
    assert made.data == sample(name)
    assert made.notes == ()
    check(made, "body")


CONVERTED: dict[str, tuple[Callable[[], bytes], str]] = {
    "webp": (lambda: saved(photo(1300, 800), "WEBP"), "jpg"),
    "clear webp": (lambda: saved(Image.new("RGBA", (500, 300), (255, 0, 0, 90)), "WEBP"), "png"),
    "heic": (lambda: saved(photo(400, 300), "HEIF", quality=80), "jpg"),
    "avif": (lambda: saved(photo(600, 400), "AVIF"), "jpg"),
    "bmp drawing": (lambda: saved(Image.new("RGB", (900, 500), BLUE), "BMP"), "png"),
    "bmp photo": (lambda: saved(photo(2300, 1500), "BMP"), "jpg"),
    "tiff": (lambda: saved(photo(1500, 900), "TIFF"), "jpg"),
    "tiff of 16 bits": (lambda: saved(Image.new("I;16", (60, 50), 40000), "TIFF"), "png"),
    "tiff of fractions": (lambda: saved(Image.new("F", (60, 50), 0.5), "TIFF"), "png"),
    "tiff in CMYK": (lambda: saved(photo(200, 100).convert("CMYK"), "TIFF"), "png"),
    "tiff in LAB": (lambda: saved(Image.new("LAB", (60, 50), (200, 128, 128)), "TIFF"), "png"),
    "tiff of two pages": (lambda: saved(photo(60, 50), "TIFF", save_all=True, append_images=[photo(60, 50)]), "png"),
    "jpg in CMYK": (lambda: saved(photo(400, 300).convert("CMYK"), "JPEG"), "jpg"),
    "png of 16 bits": (lambda: saved(Image.new("I;16", (60, 50), 40000), "PNG"), "png"),
    "heavy jpg": (lambda: saved(photo(2000, 1600), "JPEG", quality=98), "jpg"),
    "heavy png": (lambda: saved(photo(1250, 1000), "PNG"), "jpg"),
    "gif that stands": (lambda: saved(photo(200, 100).quantize(64), "GIF"), "png"),
    "svg": (lambda: svg('<rect width="200" height="200" fill="#00f"/>'), "png"),
    "bitmap of one bit": (lambda: saved(Image.new("1", (60, 50), 1), "BMP"), "png"),
}


@cache
def sample(name: str) -> bytes:
    """One of those that fit, or of those that are converted."""
    return FITTING[name]() if name in FITTING else CONVERTED[name][0]()


@pytest.mark.parametrize("name", CONVERTED)
@pytest.mark.parametrize("use", ["body", "cover"])
def test_what_does_not_fit_is_converted_and_the_editor_is_told(name: str, use: pictures.Use) -> None:
    data, kind = sample(name), CONVERTED[name][1]
    made = prepare(data, name, use=use)
    check(made, use)
    if use == "body":
        assert made.data != data
        assert made.kind == kind
        assert made.width <= BODY_WIDTH
        assert f"转成 {kind}" in made.notes[0]


@pytest.mark.parametrize("name", [*FITTING, *CONVERTED])
def test_the_same_bytes_give_the_same_bytes(name: str) -> None:
    data = sample(name)
    assert prepare(data, "a", use="body").data == prepare(data, "b", use="body").data


def test_a_photo_that_is_shrunk_stays_as_wide_as_a_phone_shows() -> None:
    made = prepare(sample("heavy jpg"), "a.jpg", use="body")
    assert (made.width, made.height) == (1080, 864)


def test_a_picture_is_never_made_larger() -> None:
    assert image_of(prepare(saved(photo(300, 200), "WEBP"), "a", use="body")).size == (300, 200)


@pytest.mark.parametrize("turned", range(1, 9))
@pytest.mark.parametrize("into", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_a_turned_picture_comes_out_upright(turned: int, into: str) -> None:
    upright = Image.new("RGB", (400, 300), WHITE)
    upright.paste(RED, (0, 0, 100, 75))
    upright.paste(BLUE, (300, 225, 400, 300))
    lay = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # EXIF orientation → the turn that undoes it
    stored = upright.transpose(Image.Transpose(lay[turned])) if turned > 1 else upright
    image = image_of(prepare(saved(stored, into, exif=exif(turned=turned)), "a", use="body")).convert("RGB")
    assert image.width > image.height
    assert close(image.getpixel((10, 10)), RED)
    assert close(image.getpixel((image.width - 10, image.height - 10)), BLUE)
    assert image.getexif().get(ORIENTATION, 1) == 1


def png_chunk(name: bytes, body: bytes) -> bytes:
    import zlib

    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def with_chunk(name: bytes, body: bytes) -> bytes:
    plain = saved(photo(60, 40), "PNG")
    return plain[:33] + png_chunk(name, body) + plain[33:]


def segment(marker: int, body: bytes) -> bytes:
    plain = saved(photo(60, 40), "JPEG")
    return plain[:2] + bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body + plain[2:]


IPTC = b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x0b\x1c\x02\x5a\0\x06GPSBJX"
PLACES = {
    "jpg with EXIF": saved(photo(60, 40), "JPEG", exif=exif(place=True)),
    "jpg with XMP": segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP),
    "jpg with IPTC": segment(0xED, IPTC),
    "jpg with a film behind it": saved(photo(60, 40), "JPEG") + b"\0\0\0\x18ftypmp42" + XMP,
    "jpg with unreadable EXIF": segment(0xE1, b"Exif\0\0MM\0\x2a\xff\xff\xff\xff" + XMP),
    "progressive jpg": saved(photo(60, 40), "JPEG", progressive=True, exif=exif(place=True)),
    "png with EXIF": saved(photo(60, 40), "PNG", exif=exif(place=True)),
    "png with XMP": with_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP),
    "png with a packed profile": with_chunk(b"zTXt", b"Raw profile type exif\0\0abc"),
    "png that was cut": saved(photo(60, 40), "PNG") + XMP,
}


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")  # one of them is
@pytest.mark.parametrize("name", PLACES)
def test_where_a_picture_was_taken_is_cut_out_and_every_pixel_stays(name: str) -> None:
    data = PLACES[name]
    made = prepare(data, name, use="body")
    assert "拍摄地点" in made.notes[0]
    image = image_of(made)
    assert not image.getexif().get_ifd(ExifTags.IFD.GPSInfo)
    assert PLACE not in made.data
    assert b"GPSBJX" not in made.data
    assert len(made.data) < len(data)
    assert image.tobytes() == Image.open(io.BytesIO(data)).tobytes()


def test_a_gif_that_moves_loses_its_place_and_goes_on_moving() -> None:
    magic = b"\x01" + bytes(range(255, -1, -1)) + b"\0"
    plain = film()
    data = plain[:-1] + b"!\xff\x0bXMP DataXMP" + XMP + magic + plain[-1:]
    made = prepare(data, "a.gif", use="body")
    assert PLACE not in made.data
    assert Image.open(io.BytesIO(made.data)).n_frames == 4  # type: ignore[attr-defined]


def test_a_converted_phone_picture_says_nothing_about_its_place() -> None:
    data = saved(photo(600, 400), "HEIF", exif=exif(place=True).tobytes(), xmp=XMP)
    assert PLACE in data
    image = image_of(prepare(data, "a.heic", use="body"))
    assert not image.getexif()
    assert "xmp" not in image.info


def swapped_profile() -> bytes:
    """A profile in which red and green have changed places: whoever leaves it out shows the wrong colours."""
    plain = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    at = {plain[p : p + 4]: p for p in range(132, 132 + 12 * struct.unpack(">I", plain[128:132])[0], 12)}
    red, green = at[b"rXYZ"] + 4, at[b"gXYZ"] + 4
    made = bytearray(plain)
    made[red : red + 8], made[green : green + 8] = plain[green : green + 8], plain[red : red + 8]
    return bytes(made)


@pytest.mark.parametrize("into", ["WEBP", "TIFF"])
def test_colours_of_another_profile_become_srgb(into: str) -> None:
    data = saved(Image.new("RGB", (60, 40), RED), into, icc_profile=swapped_profile(), lossless=True)
    image = image_of(prepare(data, "a", use="body")).convert("RGB")
    assert close(image.getpixel((20, 20)), GREEN)
    assert "icc_profile" not in image.info


def test_a_profile_that_is_damaged_is_left_aside() -> None:
    data = saved(Image.new("RGB", (60, 40), RED), "WEBP", icc_profile=b"damaged", lossless=True)
    assert close(image_of(prepare(data, "a", use="body")).getpixel((20, 20)), RED)


def test_sixteen_bits_of_grey_keep_their_shades() -> None:
    image = image_of(prepare(sample("png of 16 bits"), "a.png", use="body"))
    assert image.getpixel((5, 5)) in range(150, 162)  # 40000 of 65535


def test_print_colours_look_on_the_screen_as_they_did() -> None:
    data = saved(Image.new("CMYK", (60, 40), (0, 255, 255, 0)), "JPEG", quality=95)
    assert close(image_of(prepare(data, "a.jpg", use="body")).getpixel((20, 20)), RED)


def test_a_gif_too_large_to_move_is_refused_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "GIF_LIMIT", 100)
    with pytest.raises(PictureRefused, match=r"长龙\.gif.*请减少帧数或尺寸"):
        prepare(film(), "长龙.gif", use="body")


def test_a_moving_cover_stands_still_and_the_editor_is_told() -> None:
    made = prepare(film(), "a.gif", use="cover")
    assert made.kind == "png"
    assert "只用了第一张" in made.notes[-1]


def test_a_webp_that_moves_is_refused_because_it_would_stop() -> None:
    with pytest.raises(PictureRefused, match="另存为 GIF"):
        prepare(film("WEBP"), "a.webp", use="body")


@pytest.mark.parametrize("name", [*FITTING, *CONVERTED])
def test_a_file_that_breaks_off_is_refused(name: str) -> None:
    data = sample(name)
    with pytest.raises(PictureRefused, match=r"图片 半截\.x"):
        prepare(data[: len(data) // 3], "半截.x", use="body")


def bomb() -> bytes:
    head = png_chunk(b"IHDR", struct.pack(">IIBBBBB", 30000, 30000, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + png_chunk(b"IDAT", b"") + png_chunk(b"IEND", b"")


REFUSED = [
    (b"", "空文件"),
    (b"hello", "认不出"),
    (bomb(), "太大"),
    (lambda: saved(Image.new("1", (9000, 9000)), "PNG"), "9000×9000"),
    (lambda: saved(photo(400, 20000), "BMP"), "裁成几张"),
    (svg('<image href="/etc/hostname" width="9" height="9"/>'), "文件之外"),
    (svg('<image xlink:href="http://e.com/a.png" width="9" height="9"/>'), "文件之外"),
    (svg('<use href="other.svg#a"/>'), "文件之外"),
    (svg('<image href="data:image/svg+xml;base64,PHN2Zy8+" width="9" height="9"/>'), "文件之外"),
    (svg('<image href="data:image/png;base64,AAAA" width="9" height="9"/>'), "已损坏"),
    (svg("<foreignObject><p>字</p></foreignObject>"), "foreignObject"),
    (svg('<text x="9" y="50">字\U000f1234</text>'), "\U000f1234"),
    (svg("", 10, 900000), "太长"),
    (b'<svg xmlns="http://www.w3.org/2000/svg"></svg>', "大小"),
    (b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 0 0"/>', "大小"),
    (b"<svg><g></svg>", "不完整"),
    (b'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/hostname">]><svg><text>&a;</text></svg>', "不完整"),
]


@pytest.mark.parametrize(("data", "told"), REFUSED, ids=lambda value: None if callable(value) else str(value)[:24])
def test_what_cannot_be_used_says_why_and_names_the_file(data: bytes | Callable[[], bytes], told: str) -> None:
    with pytest.raises(PictureRefused) as refused:
        prepare(data if isinstance(data, bytes) else data(), "图.x", use="body")
    assert told in str(refused.value)
    assert "图.x" in str(refused.value)
    assert str(refused.value).endswith("。")


def test_entities_that_explode_are_refused() -> None:
    steps = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    data = f'<!DOCTYPE svg [<!ENTITY a0 "aaaaaaaaaa">{steps}]>'.encode() + svg("<text>&a9;</text>")
    with pytest.raises(PictureRefused):
        prepare(data, "a.svg", use="body")


def test_an_svg_becomes_a_picture_on_white_and_its_scripts_are_left_out() -> None:
    inside = '<script>alert(1)</script><rect x="0" y="0" width="200" height="200" fill="#f00"/>'
    made = prepare(svg(inside), "a.svg", use="body")
    image = image_of(made)
    assert image.size == (800, 400)
    assert close(image.getpixel((10, 10)), RED)
    assert close(image.getpixel((790, 390)), WHITE)
    assert "填成了白色" in made.notes[-1]


def test_a_picture_written_into_an_svg_is_drawn() -> None:
    inner = base64.b64encode(saved(Image.new("RGB", (4, 4), BLUE), "PNG")).decode()
    made = prepare(svg(f'<image href="data:image/png;base64,{inner}" width="400" height="200"/>'), "a", use="body")
    assert close(image_of(made).getpixel((400, 200)), BLUE)


@pytest.mark.skipif(bool(fonts.missing("社区")), reason="no Chinese font: apt install fonts-noto-cjk")
def test_chinese_in_an_svg_is_drawn_where_there_is_a_font() -> None:
    image = image_of(prepare(svg('<text x="9" y="150" font-size="90">社区</text>'), "a.svg", use="body"))
    assert len(image.convert("L").getcolors() or []) > 10


def test_the_platform_is_given_crops_of_the_cover() -> None:
    made = prepare(saved(photo(1000, 1000), "JPEG"), "a.jpg", use="cover", focus=(0.5, 0.0))
    assert dict(made.crops) == {"2.35_1": "0_0_1_0.425532", "1_1": "0_0_1_1"}


@settings(max_examples=200)
@given(
    width=st.integers(1, 20_000),
    height=st.integers(1, 20_000),
    focus=st.tuples(st.floats(0, 1), st.floats(0, 1)),
)
def test_a_crop_has_its_shape_and_lies_in_the_picture(width: int, height: int, focus: tuple[float, float]) -> None:
    for name, ratio in (("2.35_1", 2.35), ("1_1", 1.0)):
        parts = crops(width, height, focus)[name].split("_")
        assert all(len(part.partition(".")[2]) <= 6 and "e" not in part for part in parts)
        x1, y1, x2, y2 = map(Fraction, parts)
        assert 0 <= x1 < x2 <= 1
        assert 0 <= y1 < y2 <= 1
        assert min(x2 - x1, y2 - y1) > Fraction(999, 1000) or max(x2 - x1, y2 - y1) == 1
        if min(width, height) > 200 and max(width, height) < 50 * min(width, height):
            shape = (x2 - x1) * width / ((y2 - y1) * height)
            assert abs(float(shape) / ratio - 1) < 0.001


@pytest.mark.parametrize(
    ("text", "focus"),
    [
        ("", CENTRE), ("中", CENTRE), ("上", (0.5, 0.0)), ("下", (0.5, 1.0)), ("左", (0.0, 0.5)), ("右边", (1.0, 0.5)),
        ("左上", (0.0, 0.0)), ("上右", (1.0, 0.0)), ("30% 60%", (0.3, 0.6)), ("30％，60％", (0.3, 0.6)), ("0.3 0.6", (0.3, 0.6)),
    ],
)  # fmt: skip
def test_the_focus_is_read_as_people_write_it(text: str, focus: tuple[float, float]) -> None:
    assert focus_in(text) == focus


@pytest.mark.parametrize("text", ["人脸", "300% 10%", "30", "左左左", "-1 0", "上下左"])
def test_a_focus_that_is_none_is_not_guessed(text: str) -> None:
    with pytest.raises(NotUnderstood, match="看不懂"):
        focus_in(text)


def accepted(data: bytes, use: pictures.Use) -> Prepared | None:
    """What comes out, or None for a refusal; anything else that is raised fails the test."""
    try:
        made = prepare(data, "a", use=use)
    except PictureRefused:
        return None
    check(made, use)
    return made


USES = st.sampled_from(["body", "cover"])
MODES = {
    "JPEG": ("L", "RGB", "CMYK"), "PNG": ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"), "GIF": ("L", "P", "RGB"),
    "WEBP": ("RGB", "RGBA"), "BMP": ("1", "L", "P", "RGB"), "AVIF": ("RGB", "RGBA"), "HEIF": ("L", "RGB", "RGBA"),
    "TIFF": ("1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16", "I", "F"),
}  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(
    kind=st.sampled_from([(into, mode) for into, modes in MODES.items() for mode in modes]),
    width=st.integers(1, 1300),
    height=st.integers(1, 400),
    use=USES,
)
def test_any_size_and_mode_comes_out_as_the_platform_takes_it(
    kind: tuple[str, str], width: int, height: int, use: pictures.Use
) -> None:
    into, mode = kind
    image = Image.linear_gradient("L").resize((width, height))
    data = saved(image.convert("RGB").convert(mode) if mode not in ("I;16", "LA") else image.convert(mode), into)
    assert accepted(data, use) is not None


SLOW_TO_MAKE = ("webp", "bmp drawing", "bmp photo", "tiff", "heavy jpg", "heavy png")
QUICK = [name for name in (*FITTING, *CONVERTED, *PLACES) if name not in SLOW_TO_MAKE]


@settings(max_examples=200, deadline=None)
@given(
    name=st.sampled_from(QUICK),
    cuts=st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=6)), max_size=5),
    use=USES,
)
def test_a_damaged_file_is_refused_or_used_but_breaks_nothing(
    name: str, cuts: list[tuple[float, bytes]], use: pictures.Use
) -> None:
    hurt = bytearray(PLACES.get(name) or sample(name))
    for place, piece in cuts:
        at = int(place * len(hurt))
        hurt[at : at + len(piece)] = piece
    accepted(bytes(hurt), use)


HEADS = [
    b"\xff\xd8\xff",
    b"\x89PNG\r\n\x1a\n",
    b"GIF89a",
    b"RIFF\0\0\0\0WEBPVP8 ",
    b"BM",
    b"II*\0",
    b"\0\0\0\x18ftypheic",
    b"<svg ",
]


@settings(max_examples=150, deadline=None)
@given(head=st.sampled_from(HEADS), rest=st.binary(max_size=300), use=USES)
def test_a_file_that_only_begins_like_a_picture_breaks_nothing(head: bytes, rest: bytes, use: pictures.Use) -> None:
    accepted(head + rest, use)
