"""setuptools-rust: crates that build_ext has cargo build, beside an extension in C."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from c_projects import module

from ecosystem.sides import WITH_SETUPTOOLS, Sides

SETUPTOOLS_RUST = "setuptools-rust==1.13.0"

pytestmark = pytest.mark.skipif(shutil.which("cargo") is None, reason="cargo is missing")

# No crate but its own: nothing is downloaded.
HULL = {
    "setup.py": """
        from setuptools import Extension, setup
        from setuptools_rust import Binding, RustBin, RustExtension
        setup(
            name="hull",
            version="1.0",
            packages=["hull"],
            ext_modules=[Extension("hull.rivets", ["src/rivets.c"])],
            rust_extensions=[
                RustExtension("hull.plates", binding=Binding.NoBinding, debug=True),
                RustBin("count-plates", debug=True),
            ],
        )
        """,
    "MANIFEST.in": "include Cargo.toml\ngraft src\n",
    "hull/__init__.py": "",
    "src/rivets.c": module("rivets", 9),
    "Cargo.toml": """
        [package]
        name = "hull"
        version = "1.0.0"
        edition = "2021"
        [lib]
        name = "plates"
        crate-type = ["cdylib"]
        path = "src/plates.rs"
        [[bin]]
        name = "count-plates"
        path = "src/main.rs"
        [profile.dev]
        debug = false
        """,
    "src/plates.rs": """
        #[no_mangle]
        pub extern "C" fn plates(length: i32) -> i32 { length * 4 }
        """,
    "src/main.rs": 'fn main() { println!("80 plates"); }\n',
}

ASK = """
import ctypes, glob
from hull import rivets
(plates,) = glob.glob("hull/plates*.so")
print(rivets.VALUE, ctypes.CDLL(plates).plates(20))
"""


@pytest.fixture
def both(environment, tmp_path) -> Sides:
    return WITH_SETUPTOOLS.sides(environment, tmp_path, HULL, SETUPTOOLS_RUST)


@pytest.fixture
def cargo() -> dict[str, str]:
    """An environment in which cargo is found by another person than the one who installed it."""
    homes = {"CARGO_HOME": ".cargo", "RUSTUP_HOME": ".rustup"}
    return {name: os.environ.get(name) or str(Path.home() / folder) for name, folder in homes.items()}


def test_a_wheel_has_modules_in_rust_and_in_c_and_a_program(both, cargo) -> None:
    both.setup("bdist_wheel", env=cargo)
    # A program in Rust has the paths of its sources in it.
    made = both.assert_same("dist", but=("METADATA$", "count-plates$"))
    names = {name.split("/", 1)[1].partition(".")[0] for name in made if "-info" not in name}
    assert names == {"hull/__init__", "hull/plates", "hull/rivets"}
    both.setup("install", "--root=root", "--single-version-externally-managed", env=cargo)
    for side in (both.ours, both.theirs):
        (program,) = (side / "root").rglob("bin/count-plates")
        assert os.access(program, os.X_OK)


def test_what_is_built_in_place_can_be_used_and_cleaned(both, cargo) -> None:
    both.setup("build_ext", "--inplace", env=cargo)
    both.assert_same("hull")
    assert both.there.run("python", "-c", ASK, cwd=both.ours).stdout == "9 80\n"
    (both.ours / "src/plates.rs").write_text(HULL["src/plates.rs"].replace("4", "5"))
    both.there.setup(both.ours, "build_ext", "--inplace", env=cargo)
    assert both.there.run("python", "-c", ASK, cwd=both.ours).stdout == "9 100\n"
    both.setup("clean", "--all", "clean_rust", env=cargo)
    for side in (both.ours, both.theirs):
        assert not (side / "target/debug").exists()


def test_a_source_archive_has_the_crates_in_it(both, cargo) -> None:
    both.setup("sdist", env=cargo)
    listed = [(side / "hull.egg-info/SOURCES.txt").read_text() for side in (both.ours, both.theirs)]
    assert listed[0] == listed[1]
    assert "Cargo.toml" in listed[0] and "src/plates.rs" in listed[0]
