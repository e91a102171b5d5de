"""The command check: what it misses in the metadata, and what it says about reStructuredText."""

import itertools
import sys

import pytest

FIELDS = ["version", "url", "author", "author_email", "maintainer", "maintainer_email"]

RUN_CHECKS = """
import itertools, json, sys
from distutils import log
from distutils.dist import Distribution

said = []
log.warn = lambda message, *args: said.append(message % args if args else message)
FIELDS = FIELDS_OF_TEST
rows = []
for chosen in itertools.product([None, "x"], repeat=len(FIELDS)):
    attributes = {name: value for name, value in zip(FIELDS, chosen) if value}
    command = Distribution({"name": "p", **attributes}).get_command_obj("check")
    command.ensure_finalized()
    del said[:]
    command.run()
    rows.append([attributes, command._warnings, list(said)])
print(json.dumps(rows))
"""


def test_it_misses_what_cpython_misses(project, oracle, run_setup) -> None:
    folder = project({"checks.py": RUN_CHECKS.replace("FIELDS_OF_TEST", str(FIELDS))})
    found = run_setup(folder, script="checks.py").stdout
    assert found == oracle.run("checks.py", cwd=folder).stdout
    assert len(found) > 5000 and len(list(itertools.product([0, 1], repeat=len(FIELDS)))) == 64


def setup_script(**metadata) -> str:
    return f"from distutils.core import setup\nsetup(**{metadata!r})\n"


def test_it_warns_and_in_strict_mode_fails(project, run_setup) -> None:
    folder = project({"setup.py": setup_script(name="p", version="1", author="a", url="u")})
    done = run_setup(folder, "check")
    assert done.stderr == (
        "warning: check: missing meta-data: if 'author' supplied, 'author_email' should be supplied too\n\n"
    )
    done = run_setup(folder, "check", "--strict", status=1)
    assert done.stderr.splitlines()[-1] == "error: Please correct your package."
    options = {"check": {"metadata": 0}}
    (folder / "setup.py").write_text(setup_script(name="p", options=options))
    assert run_setup(folder, "check", "--strict").stderr == ""


def test_a_warning_goes_through_self_and_is_counted(distutils) -> None:
    from distutils.command.check import check
    from distutils.dist import Distribution

    command = check(Distribution({}))
    said = []
    command.warn = said.append
    command.check_metadata()
    assert said[0] == "missing required meta-data: name, version, url" and len(said) == 2
    assert command._warnings == 0
    del command.warn
    command.warn("anything")
    assert command._warnings == 1


def test_without_docutils_the_text_is_only_missed_in_strict_mode(distutils, monkeypatch) -> None:
    import distutils.command.check
    from distutils.dist import Distribution
    from distutils.errors import DistutilsSetupError

    monkeypatch.setattr(distutils.command.check, "HAS_DOCUTILS", False)
    command = distutils.command.check.check(Distribution({"name": "p"}))
    command.metadata, command.restructuredtext = 0, 1
    command.run()
    command.strict = 1
    with pytest.raises(DistutilsSetupError, match="^The docutils package is needed.$"):
        command.run()


def test_docutils_is_looked_for_only_when_it_is_asked_for(project, run_setup) -> None:
    script = (
        "import sys\nfrom distutils.command import check\nassert 'docutils' not in sys.modules\n"
        "assert 'HAS_DOCUTILS' not in vars(check)\n"
        "print(check.HAS_DOCUTILS == ('docutils' in sys.modules), 'HAS_DOCUTILS' in vars(check))\n"
        "try: check.nothing\nexcept AttributeError as error: print(error)\n"
    )
    folder = project({"script.py": script})
    assert run_setup(folder, script="script.py").stdout == (
        "True True\nmodule 'distutils.command.check' has no attribute 'nothing'\n"
    )


def test_docutils_says_what_is_wrong_with_a_text(distutils) -> None:
    pytest.importorskip("docutils")
    from distutils.command.check import check
    from distutils.dist import Distribution

    command = check(Distribution({"name": "p", "long_description": "title\n====\n\ntest"}))
    said = []
    command.warn = said.append
    command.check_restructuredtext()
    assert said == ["Title underline too short. (line 2)"]
    assert command._check_rst_data("title\n=====\n\ntest") == []
    ((level, message, _, attributes),) = command._check_rst_data("x *y\n")
    assert (level, attributes) == (2, {"line": 1}) and message.startswith("Inline emphasis")


# docutils as far as the command knows it, for a Python that has not got the real one.
STAND_IN = {
    "docutils/__init__.py": "",
    "docutils/parsers/__init__.py": "",
    "docutils/parsers/rst.py": """
class Parser:
    def parse(self, text, document):
        if "attribute" in text:
            raise AttributeError("no such thing")
        for number, line in enumerate(text.splitlines(), 1):
            if "wrong" in line:
                document.reporter.system_message(2, "This is wrong.", line=number)
        if "end" in text:
            document.reporter.system_message(4, "This is the end.")
""",
    "docutils/frontend.py": """
class Values:
    report_level = 2
class OptionParser:
    def __init__(self, components):
        assert components
    def get_default_values(self):
        return Values()
""",
    "docutils/nodes.py": """
class Text(str):
    def astext(self):
        return str(self)
class document:
    def __init__(self, settings, reporter, source):
        self.reporter = reporter
        assert (settings.tab_width, settings.pep_references) == (4, None)
    def note_source(self, source, offset):
        assert (source, offset) == ("setup.py", -1)
class system_message(dict):
    def __init__(self, message, **attributes):
        dict.__init__(self, attributes)
        self[0] = Text(message)
""",
    "docutils/utils.py": """
from docutils import nodes
class Reporter:
    def __init__(self, source, report_level, halt_level, stream=None):
        assert halt_level > 4 and stream is not None
        self.observers = []
    def attach_observer(self, observer):
        self.observers.append(observer)
    def system_message(self, level, message, **attributes):
        for observer in self.observers:
            observer(nodes.system_message(message, level=level, **attributes))
""",
}


def test_what_docutils_says_is_warned_about_with_its_line(project, run_setup) -> None:
    text = "right\nwrong\nend"
    folder = project({**STAND_IN, "setup.py": setup_script(name="p", long_description=text)})
    environment = {"PYTHONPATH": f"{folder}:{sys_path()}"}
    done = run_setup(folder, "check", "-r", env=environment)
    assert "warning: check: This is wrong. (line 2)\n" in done.stderr
    assert "warning: check: This is the end.\n" in done.stderr
    done = run_setup(folder, "check", "-r", "-s", env=environment, status=1)
    assert done.stderr.splitlines()[-1] == "error: Please correct your package."
    (folder / "setup.py").write_text(setup_script(name="p", long_description="attribute"))
    done = run_setup(folder, "check", "-r", env=environment)
    assert "warning: check: Could not finish the parsing: no such thing.\n" in done.stderr


def sys_path() -> str:
    """Where this Python found what is tested, for a process with another PYTHONPATH."""
    from pathlib import Path

    import oxidist

    assert sys.path
    return str(Path(oxidist.__file__).parents[1])
