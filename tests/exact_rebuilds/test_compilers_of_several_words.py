"""Compilers of several words: all of them are asked what they are, and their headers count."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from c_projects import WORKS_HERE, built, call, function, setup_script

from exact_rebuilds.project import NOTHING

pytest.importorskip("distutils.command.build_ext")
pytestmark = pytest.mark.skipif(not WORKS_HERE, reason="the modules are Linux's, made by gcc")

# A program whose first word alone is no compiler, as `zig` and `python -m ziglang` are.
PARTED = """\
#!/bin/sh
[ "$1" = cc ] || { echo "what?" >&2; exit 1; }
shift
exec '%s' "$@"
"""
MODULE = "import os, sys\nassert sys.argv[1] == 'cc'\nos.execv({compiler!r}, [{compiler!r}, *sys.argv[2:]])\n"


@pytest.mark.parametrize(
    "command",
    [
        "{parted} cc",
        "{python} -m parted cc",
        "{python} -I {folder}/parted.py cc",
        "nice {cc}",
        "nice -n 1 {cc}",
        "env SOME=thing {cc}",
        "timeout -k 5 600 {cc}",
        "taskset -c 0 {cc}",
        "xcrun --sdk macosx {cc}",
        "ccache {cc}",
    ],
)
def test_headers_count_for_a_compiler_of_several_words(new, tmp_path: Path, command: str) -> None:
    runner = command.partition(" ")[0]
    if runner == "ccache" and shutil.which(runner) is None:
        pytest.skip("needs ccache")
    one = new(
        {
            "setup.py": setup_script('Extension("one", ["one.c", "two.c"])'),
            "one.h": "#define ONE 1\n",
            "one.c": function("one", "ONE", "one.h"),
            "two.c": function("two", "2"),
        }
    )
    tools = tmp_path / "tools"
    tools.mkdir()
    compiler = str(one.compiler.path)
    # A stand-in where the machine has no xcrun.
    scripts = {"parted": PARTED % compiler, "xcrun": '#!/bin/sh\nshift 2\nexec "$@"\n'}
    for name, text in scripts.items():
        (tools / name).write_text(text)
        (tools / name).chmod(0o755)
    (one.folder / "parted.py").write_text(MODULE.format(compiler=compiler))
    names = {"cc": compiler, "parted": tools / "parted", "python": sys.executable, "folder": one.folder}
    words = command.format(**names)
    environment = {
        "CC": words,
        "LDSHARED": f"{words} -shared",
        "PATH": f"{tools}:/usr/bin:/bin",
        "CCACHE_DISABLE": "1",
    }

    def build() -> tuple[str, str]:
        one.build("build_ext", env=environment)
        return one.steps()

    assert build() == ("one two", "one")
    assert build() == NOTHING
    one.edit("one.h", "ONE 1", "ONE 5")
    assert build() == ("one", "one")
    assert call(built(one.folder, "one"), "one") == 5
    assert build() == NOTHING
