"""What a compile reads or looks for in vain, beside the headers that it reports."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from c_projects import WORKS_HERE, built, call, function, install_compiler, setup_script

from exact_rebuilds.project import NOTHING, Project

pytest.importorskip("distutils.command.build_ext")
pytestmark = pytest.mark.skipif(not WORKS_HERE, reason="the modules are Linux's, made by gcc")

DATA = """
__asm__(".section .rodata\\n{name}_data:\\n{code}\\n.text\\n");
extern const char {name}_data[] __attribute__((visibility("hidden")));
"""
HAS = "#if __has_include({name})\n#include {name}\n#else\n#define VALUE 1\n#endif\n"
LINES = {"incbin.h": '#define BINARY(file) ".incbin \\"" file "\\""\n'}


def value(name: str, head: str) -> str:
    return f"{head}\n{function(name, 'VALUE')}"


# Each is a module with a function of its name: flags, source, other files, and what is written later so
# that it returns 22 in place of 1.
WAYS: dict[str, tuple[str, str, dict[str, str], dict[str, str]]] = {
    "binary": (
        "",
        DATA.format(name="binary", code='.incbin \\"data/a.bin\\"') + function("binary", "binary_data[0]"),
        {"data/a.bin": "\x01"},
        {"data/a.bin": "\x16"},
    ),
    "binary_in_header": (
        "-Iinclude",
        '#include "incbin.h"\n'
        + DATA.format(name="binary_in_header", code='" BINARY("data/b.bin") "')
        + function("binary_in_header", "binary_in_header_data[0]"),
        {"include/incbin.h": LINES["incbin.h"], "data/b.bin": "\x01"},
        {"data/b.bin": "\x16"},
    ),
    "assembled": (
        "-Iinclude",
        DATA.format(name="assembled", code='.include \\"c.s\\"') + function("assembled", "assembled_data[0]"),
        {"include/c.s": ".byte 1\n"},
        {"include/c.s": ".byte 22\n"},
    ),
    "appears": (
        "",
        value("appears", HAS.format(name='"appears.h"')),
        {},
        {"appears.h": "#define VALUE 22\n"},
    ),
    "appears_below": (
        "-Iinclude",
        value("appears_below", HAS.format(name="<none/below.h>")),
        {},
        {"include/none/below.h": "#define VALUE 22\n"},
    ),
    "system": (
        "-isystem missing -isystem include",
        value("system", "#include <system_one.h>"),
        {"include/system_one.h": "#define VALUE 1\n"},
        {"missing/system_one.h": "#define VALUE 22\n"},
    ),
    "earlier": (
        "-Iearlier -Iinclude",
        value("earlier", "#include <earlier.h>"),
        {"include/earlier.h": "#define VALUE 1\n", "earlier/other.h": ""},
        {"earlier/earlier.h": "#define VALUE 22\n"},
    ),
    "variable": (
        "",
        value("variable", "#include <variable.h>"),
        {"later/variable.h": "#define VALUE 1\n", "sooner/other.h": ""},
        {"sooner/variable.h": "#define VALUE 22\n"},
    ),
    "beside": (
        "-Iinclude",
        value("beside", '#include "beside.h"'),
        {"include/beside.h": "#define VALUE 1\n"},
        {"beside.h": "#define VALUE 22\n"},
    ),
    "shadows": (
        "-Iearlier",
        "#include <limits.h>\n#ifndef VALUE\n#define VALUE 1\n#endif\n" + function("shadows", "VALUE"),
        {},
        {"earlier/limits.h": "#define VALUE 22\n"},
    ),
    "next": (
        "-Inext/1 -Inext/2 -Inext/3",
        value("next", "#include <next.h>"),
        {"next/1/next.h": "#include_next <next.h>\n", "next/2/x": "", "next/3/next.h": "#define VALUE 1\n"},
        {"next/2/next.h": "#define VALUE 22\n"},
    ),
    "has_next": (
        "-Inext/1 -Inext/2 -Inext/3",
        value("has_next", "#include <has_next.h>"),
        {
            "next/1/has_next.h": "#if __has_include_next(<has_next.h>)\n#include_next <has_next.h>\n"
            "#else\n#define VALUE 1\n#endif\n",
        },
        {"next/2/has_next.h": "#define VALUE 22\n"},
    ),
    "commented": (
        "-Iearlier -Iinclude",
        value("commented", '/* one\n two */ # /* c */ include \\\n /* d */ "commented.h"'),
        {"include/commented.h": "#define VALUE 1\n"},
        {"earlier/commented.h": "#define VALUE 22\n"},
    ),
    "marked": (
        "-Iearlier -Iinclude",
        value("marked", '\ufeff#include "marked.h"'),
        {"include/marked.h": "#define VALUE 1\n"},
        {"earlier/marked.h": "#define VALUE 22\n"},
    ),
    "digraph": (
        "-Iearlier -Iinclude",
        value("digraph", '%:include "digraph.h"'),
        {"include/digraph.h": "#define VALUE 1\n"},
        {"earlier/digraph.h": "#define VALUE 22\n"},
    ),
    "asked": (
        "-Iearlier",
        value(
            "asked",
            "#define HAS(x) __has_include(x)\n#if HAS(<asked.h>)\n#include <asked.h>\n#else\n"
            "#define VALUE 1\n#endif",
        ),
        {},
        {"earlier/asked.h": "#define VALUE 22\n"},
    ),
    "asked_apart": (
        "-Iinclude",
        value(
            "asked_apart",
            '#if defined(__has_include) && __has_include/*x*/ \\\n(/*y*/"sub/../apart.h")\n'
            '#include "apart.h"\n#else\n#define VALUE 1\n#endif',
        ),
        {"include/sub/x": ""},
        {"include/apart.h": "#define VALUE 22\n"},
    ),
    "rooted": (
        "--sysroot=/ -I={here}/earlier -I={here}/include",
        value("rooted", "#include <rooted.h>"),
        {"include/rooted.h": "#define VALUE 1\n"},
        {"earlier/rooted.h": "#define VALUE 22\n"},
    ),
    "prefixed": (
        "-iprefix ./ -iwithprefixbefore earlier -iwithprefixbefore include",
        value("prefixed", "#include <prefixed.h>"),
        {"include/prefixed.h": "#define VALUE 1\n"},
        {"earlier/prefixed.h": "#define VALUE 22\n"},
    ),
    "own_short": (
        "-Iinclude -MMD",
        value("own_short", '#include "short.h"'),
        {"include/short.h": "#define VALUE 1\n"},
        {"include/short.h": "#define VALUE 22\n"},
    ),
    "own_system": (
        "-isystem include -MMD -MP -MF own.d",
        value("own_system", '#include "own_system.h"'),
        {"include/own_system.h": "#define VALUE 1\n"},
        {"include/own_system.h": "#define VALUE 22\n"},
    ),
    "own_preprocessor": (
        "-Iinclude -Wp,-MD,preprocessor.d",
        value("own_preprocessor", '#include "preprocessor.h"'),
        {"include/preprocessor.h": "#define VALUE 1\n"},
        {"include/preprocessor.h": "#define VALUE 22\n"},
    ),
}


def values(one: Project) -> dict[str, int]:
    return {name: call(built(one.folder, name), name) for name in WAYS}


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_all_that_is_read_and_what_would_be_read_in_its_place(new, tmp_path: Path, compiler: str) -> None:
    if not shutil.which(compiler):
        pytest.skip(f"there is no {compiler}")
    here = tmp_path / "project"
    extensions = [
        f"Extension({name!r}, ['{name}.c'], extra_compile_args={flags.format(here=here).split()!r})"
        for name, (flags, *_) in WAYS.items()
    ]
    one = new({"setup.py": setup_script(*extensions)})
    one.compiler = install_compiler(tmp_path / "compiler", compiler=compiler)
    one.environment.update(CPATH="sooner:later", CFLAGS="-O0 -Wno-unused-command-line-argument")
    for name, (_, source, files, _) in WAYS.items():
        write(one.folder, {f"{name}.c": source, **files})
    one.build()
    assert values(one) == dict.fromkeys(WAYS, 1)
    own = (one.folder / "own.d").read_text(), (one.folder / "preprocessor.d").read_text()
    assert "own_system.h" not in own[0] and "include/preprocessor.h" in own[1]
    (short,) = (one.folder / "build").rglob("own_short.d")
    assert "include/short.h" in short.read_text() and "stdc" not in short.read_text()
    assert not [*(one.folder / "build").rglob("*.o.d"), *(one.folder / "build").rglob(".oxidist-*.d")]
    one.steps()
    one.build()
    assert one.steps() == NOTHING
    for *_, change in WAYS.values():
        write(one.folder, change)
    one.build()
    assert values(one) == dict.fromkeys(WAYS, 22)
    one.steps()
    one.build()
    assert one.steps() == NOTHING
    # What nobody looked for is no change.
    write(one.folder, {"earlier/unasked.h": "", "include/none/unasked.h": "", "missing/unasked.h": ""})
    one.build()
    assert one.steps() == NOTHING


def test_assembly_precompiled_headers_and_programs_of_the_driver(new) -> None:
    script = setup_script(
        "Extension('assembly', ['assembly.S'], extra_compile_args=['-Iinclude'])",
        "Extension('headed', ['headed.c'], extra_compile_args=['-Iinclude'])",
        "Extension('tool', ['tool.c'], extra_compile_args=['-Btools'])",
    )
    head = "from distutils.unixccompiler import UnixCCompiler\n\nUnixCCompiler.src_extensions.append('.S')\n"
    one = new(
        {
            "setup.py": head + script,
            "assembly.S": '.include "value.s"\n.globl assembly\nassembly: mov $VALUE, %eax\nret\n'
            '.section .note.GNU-stack,"",@progbits\n',
            "include/value.s": ".set VALUE, 1\n",
            "include/first.h": "#define VALUE 1\n",
            "headed.c": value("headed", '#include "first.h"'),
            "tool.c": function("tool", "1"),
        }
    )
    one.build()
    one.steps()
    one.build()
    assert one.steps() == NOTHING
    write(one.folder, {"include/value.s": ".set VALUE, 22\n"})
    one.build()
    assert (one.steps()[1], call(built(one.folder, "assembly"), "assembly")) == ("assembly", 22)
    write(one.folder, {"include/first.h.gch": "not a valid one\n"})
    one.build()
    assert one.steps() == ("headed", "headed")
    write(one.folder, {"tools/as": '#!/bin/sh\nexec /usr/bin/as "$@"\n'})
    (one.folder / "tools/as").chmod(0o755)
    one.build()
    assert one.steps() == ("tool", "tool")
    one.build()
    assert one.steps() == NOTHING
