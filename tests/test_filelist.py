"""distutils.filelist and distutils.text_file: the same files, messages and calls as CPython's."""

import json
import os
import random
import re
import sys
from pathlib import Path

import pytest
from templates import FILES, pattern, rule

# One script for both sides: it reads cases from standard input and prints what became of them.
RUN_RULES = """
import json, sys
from distutils import log
from distutils.errors import DistutilsError
from distutils.filelist import FileList

def run(files, chosen, lines):
    said = []
    log.set_threshold(log.WARN)
    log.warn = lambda message, *args: said.append(message % args if args else message)
    filelist = FileList()
    filelist.set_allfiles(files)
    filelist.extend(chosen)
    for line in lines:
        try:
            filelist.process_template_line(line)
        except (DistutilsError, ValueError) as error:
            said.append("%s: %s" % (type(error).__name__, error))
    before = list(filelist.files)
    filelist.sort()
    filelist.remove_duplicates()
    return before, filelist.files, said

print(json.dumps([run(*case) for case in json.load(sys.stdin)]))
"""


def both_sides(script: str, cases, oracle, run_setup, folder: Path):
    """What `script` prints, by the oracle and by ours, when it is given `cases` on standard input."""
    (folder / "cases.json").write_text(json.dumps(cases))
    (folder / "script.py").write_text(script.replace("json.load(sys.stdin)", "json.load(open('cases.json'))"))
    theirs = oracle.run("script.py", cwd=folder).stdout
    ours = run_setup(folder, script="script.py").stdout
    return json.loads(ours), json.loads(theirs)


def test_rules_choose_the_same_files_as_cpythons_and_warn_of_the_same(oracle, run_setup, tmp_path) -> None:
    rng = random.Random(10)
    cases = [
        (FILES, rng.sample(FILES, 5), [rule(rng) for _ in range(rng.randrange(1, 8))]) for _ in range(400)
    ]
    ours, theirs = both_sides(RUN_RULES, cases, oracle, run_setup, tmp_path)
    for case, own, their in zip(cases, ours, theirs, strict=True):
        assert own == their, case[2]
    assert any(own[0] for own in ours) and any(own[2] for own in ours)


@pytest.mark.skipif(
    sys.version_info[:2] > (3, 11), reason="the spelling is that of the running Python's fnmatch"
)
def test_patterns_are_spelled_as_cpython_spells_them(oracle, run_setup, tmp_path) -> None:
    if oracle.version[:2] != sys.version_info[:2]:
        pytest.skip("the oracle is another Python")
    script = (
        "import json, sys\nfrom distutils.filelist import glob_to_re, translate_pattern\n"
        "print(json.dumps([[glob_to_re(p), translate_pattern(p, a).pattern,"
        " translate_pattern(p, 1, q).pattern] for p, a, q in json.load(sys.stdin)]))"
    )
    rng = random.Random(11)
    cases = [(pattern(rng), rng.randrange(2), pattern(rng)) for _ in range(300)]
    ours, theirs = both_sides(script, cases, oracle, run_setup, tmp_path)
    assert ours == theirs


RECORDED = """
import json
from distutils.filelist import FileList

calls = []
class Recorded(FileList):
    pass

for name in ("findall", "append", "extend", "debug_print", "_parse_template_line", "process_template_line",
             "include_pattern", "exclude_pattern"):
    def method(self, *args, _name=name, **keywords):
        calls.append([_name, list(map(str, args)), sorted(keywords.items())])
        return getattr(FileList, _name)(self, *args, **keywords)
    setattr(Recorded, name, method)

filelist = Recorded()
for line in ["include a.txt *.py", "exclude a.txt", "global-include *.c", "global-exclude x*",
             "recursive-include d *.txt *.c", "recursive-exclude d a*", "graft d", "prune d/e"]:
    filelist.process_template_line(line)
print(json.dumps([[c for c in calls if "regex r" not in str(c)], filelist.files]))
"""


def test_each_call_through_self_is_made_as_cpython_makes_it(project, oracle, run_setup) -> None:
    folder = project(
        {"script.py": RECORDED, "a.txt": "", "b.py": "", "d/a.txt": "", "d/x.c": "", "d/e/f.c": ""}
    )
    theirs = json.loads(oracle.run("script.py", cwd=folder).stdout)
    ours = json.loads(run_setup(folder, script="script.py").stdout)
    # Each file that is added or removed is told in the order of the folder, which is anybody's.
    assert sorted(map(str, ours[0])) == sorted(map(str, theirs[0]))
    steps = [[call for call in side[0] if call[0] != "debug_print"] for side in (ours, theirs)]
    assert steps[0] == steps[1]
    assert sorted(ours[1]) == sorted(theirs[1])


def test_an_override_is_called_on_the_instance_too(distutils) -> None:
    from distutils.filelist import FileList

    filelist = FileList()
    seen = []
    filelist.set_allfiles(["a", "b"])
    filelist.include_pattern = lambda *args, **keywords: seen.append((args, keywords)) or True
    filelist.process_template_line("include x y")
    filelist.process_template_line("graft d")
    assert seen == [(("x",), {"anchor": 1}), (("y",), {"anchor": 1}), ((None,), {"prefix": "d"})]


def test_a_replaced_translate_pattern_is_used(distutils, monkeypatch) -> None:
    import distutils.filelist

    filelist = distutils.filelist.FileList()
    filelist.set_allfiles(["a.py", "B.PY"])
    monkeypatch.setattr(
        distutils.filelist, "translate_pattern", lambda *args: re.compile("^" + args[0] + "$", re.I)
    )
    assert filelist.include_pattern("b.py")
    assert filelist.files == ["B.PY"]


def test_regular_expressions_are_taken_as_text_and_compiled(distutils) -> None:
    from distutils.filelist import FileList

    filelist = FileList()
    filelist.set_allfiles(["a.py", "b.py", "B.py", "aa.py"])
    assert filelist.include_pattern(r"^b\.", is_regex=1)
    assert filelist.include_pattern(re.compile(r"^b\.", re.I), is_regex=True)
    assert filelist.files == ["b.py", "b.py", "B.py"]
    # What only Python's own engine knows.
    assert filelist.include_pattern(r"^(a)\1(?=\.)", is_regex=1)
    assert filelist.exclude_pattern(r"(?i)^b", is_regex=1)
    assert filelist.files == ["aa.py"]
    with pytest.raises(re.error):
        filelist.include_pattern("(", is_regex=1)


def test_excluding_changes_the_list_in_place(distutils) -> None:
    from distutils.filelist import FileList

    filelist = FileList()
    filelist.files = files = ["a", "b", "a"]
    assert filelist.exclude_pattern("a")
    assert files is filelist.files and files == ["b"]
    assert not filelist.exclude_pattern("a")


def test_all_files_are_found_behind_links_but_in_no_circle(distutils, project, monkeypatch) -> None:
    from distutils.filelist import FileList, findall

    folder = project({"a.txt": "", "d/b.txt": "", "d/e/c.txt": "", "empty/": ""})
    (folder / "link").symlink_to("d")
    (folder / "d/e/up").symlink_to("..")
    (folder / "broken").symlink_to("nowhere")
    os.mkfifo(folder / "pipe")
    monkeypatch.chdir(folder)
    expected = ["a.txt", "d/b.txt", "d/e/c.txt", "link/b.txt", "link/e/c.txt"]
    assert sorted(findall()) == sorted(findall(".")) == expected
    assert sorted(findall("d")) == ["d/b.txt", "d/e/c.txt"]
    assert findall("empty") == findall("missing") == []
    filelist = FileList()
    filelist.findall()
    assert sorted(filelist.allfiles) == expected


def test_names_that_are_not_utf_8_are_found_and_matched(distutils, project, monkeypatch) -> None:
    from distutils.filelist import FileList

    folder = project({"a.txt": ""})
    Path(os.fsdecode(os.fsencode(folder) + b"/x\xff.txt")).write_text("")
    monkeypatch.chdir(folder)
    filelist = FileList()
    filelist.process_template_line("include *.txt")
    filelist.sort()
    assert filelist.files == ["a.txt", "x\udcff.txt"]
    assert filelist.exclude_pattern("x?.txt")
    assert filelist.files == ["a.txt"]


def test_debugging_tells_of_each_pattern_and_file(distutils, monkeypatch, capsys) -> None:
    import distutils.debug
    from distutils.filelist import FileList

    monkeypatch.setattr(distutils.debug, "DEBUG", "1")
    filelist = FileList()
    filelist.set_allfiles(["a.py", "b.c"])
    filelist.process_template_line("include *.py")
    filelist.process_template_line("exclude a*")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "include *.py" and lines[2] == " adding a.py"
    assert lines[1].startswith("include_pattern: applying regex r'")
    assert lines[5] == " removing a.py"


def test_a_line_that_is_no_rule_is_an_error_that_says_what_is_expected(distutils) -> None:
    from distutils.errors import DistutilsTemplateError
    from distutils.filelist import FileList

    filelist = FileList()
    for line, message in [
        ("blarg *.py", "unknown action 'blarg'"),
        ("include", "'include' expects <pattern1> <pattern2> ..."),
        ("recursive-include d", "'recursive-include' expects <dir> <pattern1> <pattern2> ..."),
        ("graft a b", "'graft' expects a single <dir_pattern>"),
    ]:
        with pytest.raises(DistutilsTemplateError) as caught:
            filelist.process_template_line(line)
        assert str(caught.value) == message


READ_TEXTS = """
import io, json, sys
from distutils.text_file import TextFile

def run(text, options):
    stderr, sys.stderr = sys.stderr, io.StringIO()
    try:
        file = TextFile("name", io.StringIO(text), **options)
        lines = []
        while True:
            line = file.readline()
            lines.append([line, file.current_line])
            if line is None:
                return lines, sys.stderr.getvalue()
    except IndexError:
        return "IndexError"
    finally:
        sys.stderr = stderr

print(json.dumps([run(*case) for case in json.load(sys.stdin)]))
"""


def test_text_files_are_read_as_cpython_reads_them(oracle, run_setup, tmp_path) -> None:
    rng = random.Random(12)
    pieces = ["a", " ", "\\", "\n", "#", "b c", "\\\n", "\t", "\\#", " \n", "\n\n", "é"]
    names = ["strip_comments", "skip_blanks", "lstrip_ws", "rstrip_ws", "join_lines", "collapse_join"]
    cases = []
    for _ in range(1500):
        text = "".join(rng.choice(pieces) for _ in range(rng.randrange(0, 14)))
        options = {name: rng.randrange(2) for name in names if rng.random() < 0.7}
        cases.append((text, options))
    ours, theirs = both_sides(READ_TEXTS, cases, oracle, run_setup, tmp_path)
    for case, own, their in zip(cases, ours, theirs, strict=True):
        # Joining an empty line that is not skipped, CPython asks for its last character.
        if their != "IndexError":
            assert own == their, case


def test_a_text_file_puts_lines_back_and_tells_its_place(distutils, tmp_path, capsys) -> None:
    from distutils.text_file import TextFile

    Path("t.txt").write_text("one\ntwo \\\n  three\n")
    file = TextFile("t.txt", join_lines=1, collapse_join=1)
    assert file.readline() == "one"
    assert file.gen_error("what") == "t.txt, line 1: what"
    file.unreadline("put back")
    assert file.readlines() == ["put back", "two three"]
    assert file.current_line == [2, 3]
    file.warn("what")
    assert capsys.readouterr().err == "warning: t.txt, lines 2-3: what\n"
    with pytest.raises(ValueError, match="^error: t.txt, line 7: what$"):
        file.error("what", 7)
    file.close()
    assert (file.file, file.filename, file.current_line) == (None, None, None)


def test_a_text_file_needs_a_name_or_a_file_and_known_options(distutils, tmp_path) -> None:
    from distutils.text_file import TextFile

    with pytest.raises(RuntimeError):
        TextFile()
    Path("t.txt").write_bytes(b"a\xff\n")
    with pytest.raises(KeyError):
        TextFile("t.txt", wrong=1)
    with pytest.raises(UnicodeDecodeError):
        TextFile("t.txt").readline()
    assert TextFile("t.txt", errors="surrogateescape").readline() == "a\udcff"
