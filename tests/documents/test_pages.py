"""Each code block of the pages does what the page says, as it stands there."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import clients
import environments
import pytest
from documents.pages import Block, pages
from documents.rows import ROWS
from documents.ways import FrontEnd, Place, Way
from ecosystem.installed import wheel

SETUPTOOLS = "setuptools==84.2.1"


def rows(by_front_ends: bool) -> list[object]:
    found = []
    for page, blocks in pages().items():
        for block, way in zip(blocks, ROWS.get(page, ()), strict=False):
            if isinstance(way, FrontEnd) == by_front_ends:
                found.append(pytest.param(block, way, id=f"{page}[{block.index}]"))
    return found


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    place = Place(tmp_path / "project", tmp_path / "home")
    place.folder.mkdir()
    place.home.mkdir()
    yield place
    for close in place.closing:
        close()


def test_every_block_of_every_page_has_a_row() -> None:
    found = {page: len(blocks) for page, blocks in pages().items()}
    assert found == {page: len(ways) for page, ways in ROWS.items()}


@pytest.mark.parametrize("block, way", rows(by_front_ends=False))
def test_a_block_does_what_its_page_says(block: Block, way: Way, place: Place) -> None:
    way.run(block, place)


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment as a reader has it, and a folder `shelf` with the wheels that front ends find."""
    folder = tmp_path_factory.mktemp("environment")
    variables = environments.without_python_variables()
    subprocess.run([clients.folder() / "python", "-m", "venv", folder], check=True, env=variables)
    shelf = folder / "shelf"
    shelf.mkdir()
    shutil.copy(wheel(), shelf)
    pip = [folder / "bin/python", "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "download", "--dest", shelf, SETUPTOOLS], check=True, env=variables)
    subprocess.run([*pip, "install", *shelf.glob("*.whl")], check=True, env=variables)
    return folder


@pytest.mark.ecosystem
@pytest.mark.parametrize("block, way", rows(by_front_ends=True))
def test_a_block_for_front_ends_does_what_its_page_says(
    block: Block, way: Way, place: Place, environment: Path
) -> None:
    place.path = [environment / "bin", clients.folder()]
    place.shelf = environment / "shelf"
    way.run(block, place)
