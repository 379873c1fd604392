from __future__ import annotations

from pathlib import Path

import pytest

from sas_recette.exchange.screenshot import LIMIT, ScreenshotError, read_screenshot

START = b"\xff\xd8\xff\xe0\x00\x04ab"
FRAME = b"\xff\xc2\x00\x0b\x08\x00\x28\x00\x40\x01\x01\x11\x00"
JPEG = START + FRAME + b"\xff\xda\x00\x02data\xff\xd9"


def test_a_jpeg_is_read_with_its_size(tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "é 1.jpg").write_bytes(JPEG)
    read = read_screenshot(tmp_path, "pages/é 1.jpg")
    assert (read.data, read.width, read.height) == (JPEG, 64, 40)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "le fichier n’est pas une image JPEG entière"),
        (b"\x89PNG\r\n\x1a\n", "le fichier n’est pas une image JPEG entière"),
        (JPEG[:-2], "le fichier n’est pas une image JPEG entière"),
        (START + b"\xff\xd9", "le fichier n’est pas une image JPEG lisible"),
        (START + b"\xff\xda\x00\x02\xff\xd9", "le fichier n’est pas une image JPEG lisible"),
        (START + FRAME.replace(b"\x00\x40", b"\x00\x00") + b"\xff\xd9", "le fichier n’est pas une image JPEG lisible"),
        (START + b"\xff\xe1\x00\x00" * 50 + b"\xff\xd9", "le fichier n’est pas une image JPEG lisible"),
        (JPEG[:-2] + b"\x00" * LIMIT + b"\xff\xd9", "le fichier dépasse 1\u00a0Mo"),
    ],
)
def test_what_is_no_image_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "p.jpg").write_bytes(content)
    with pytest.raises(ScreenshotError) as raised:
        read_screenshot(tmp_path, "p.jpg")
    assert str(raised.value) == message


def test_an_image_of_the_largest_weight_is_read(tmp_path: Path) -> None:
    (tmp_path / "p.jpg").write_bytes(JPEG[:-2] + b"\x00" * (LIMIT - len(JPEG)) + b"\xff\xd9")
    assert len(read_screenshot(tmp_path, "p.jpg").data) == LIMIT


def test_a_screenshot_that_was_not_taken(tmp_path: Path) -> None:
    with pytest.raises(ScreenshotError, match=r"^aucune n’a pu être prise$"):
        read_screenshot(tmp_path, "")


@pytest.mark.parametrize("name", ["absent.jpg", "pages"])
def test_what_is_no_file_is_absent(tmp_path: Path, name: str) -> None:
    (tmp_path / "pages").mkdir()
    with pytest.raises(ScreenshotError, match="absent du dossier"):
        read_screenshot(tmp_path, name)


@pytest.mark.parametrize("name", [".", "../p.jpg", "/etc/hostname", "a/../p.jpg", "a//p.jpg", "C:/p.jpg", "a\\p", "\0"])
def test_a_name_that_leaves_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "p.jpg").write_bytes(JPEG)
    (tmp_path / "inside").mkdir()
    with pytest.raises(ScreenshotError, match=r"^le nom du fichier n’est pas celui d’un fichier du dossier$"):
        read_screenshot(tmp_path / "inside", name)


@pytest.mark.parametrize("name", ["lien.jpg", "dossier/p.jpg"])
def test_a_symbolic_link_is_not_followed(tmp_path: Path, name: str) -> None:
    (tmp_path / "ailleurs").mkdir()
    (tmp_path / "ailleurs" / "p.jpg").write_bytes(JPEG)
    inside = tmp_path / "c1"
    inside.mkdir()
    (inside / "lien.jpg").symlink_to(tmp_path / "ailleurs" / "p.jpg")
    (inside / "dossier").symlink_to(tmp_path / "ailleurs")
    with pytest.raises(ScreenshotError, match="lien symbolique"):
        read_screenshot(inside, name)
