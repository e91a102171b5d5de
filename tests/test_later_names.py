"""Names that only later copies of distutils have: there, and doing what they do there."""

from __future__ import annotations

import dataclasses
import logging
import os
import subprocess
import sys
import tarfile
import warnings
from pathlib import Path

import pytest
from same_interpreter import answers, every_distutils


def test_pairs_are_compared_by_the_function_that_is_given(distutils, tmp_path) -> None:
    from distutils import _modified

    for name, time in (("old", 1000), ("new", 2000)):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (time, time))
    assert _modified.newer("new", "old") and not _modified.newer("old", "new")
    sources, targets = ["new", "old", "new"], ["old", "new", "missing"]
    assert _modified.newer_pairwise(sources, targets) == (["new", "new"], ["old", "missing"])
    assert _modified.newer_pairwise(sources, targets, newer=lambda *pair: pair == ("old", "new"))[0] == [
        "old"
    ]
    groups = [["old", "new"], ["old"]]
    assert _modified.newer_pairwise_group(groups, ["old", "new"]) == ([["old", "new"]], ["old"])
    with pytest.raises(ValueError):
        _modified.newer_pairwise(["new"], [])


def test_a_replaced_newer_is_the_one_that_counts(distutils, monkeypatch) -> None:
    from distutils import _modified

    monkeypatch.setattr(_modified, "newer", lambda source, target: True)
    assert _modified.newer_pairwise(["a"], ["b"]) == (["a"], ["b"])


def test_a_compilers_words_change_on_macs_only(distutils, monkeypatch) -> None:
    import _osx_support
    from distutils import _macos_compat

    monkeypatch.setattr(_osx_support, "compiler_fixup", lambda cmd, args: [*cmd, *args])
    words = ["cc"]
    assert _macos_compat.bypass_compiler_fixup(words, ["-x"]) is words
    monkeypatch.setattr(sys, "platform", "linux")
    assert _macos_compat.compiler_fixup(words, ["-x"]) is words
    monkeypatch.setattr(sys, "platform", "darwin")
    assert _macos_compat.compiler_fixup(words, ["-x"]) == ["cc", "-x"]


@pytest.mark.parametrize(
    ("variable", "configured", "target"),
    [("", None, None), ("", "10.9", "10.9"), ("11.0", "10.9", "11.0"), ("10.2", None, "10.2")],
)
def test_the_macos_to_build_for_is_the_environments_or_pythons(
    distutils, monkeypatch, variable, configured, target
) -> None:
    import sysconfig
    from distutils import util

    monkeypatch.setitem(sysconfig.get_config_vars(), util.MACOSX_VERSION_VAR, configured)
    monkeypatch.setenv(util.MACOSX_VERSION_VAR, variable)
    assert util.get_macosx_target_ver() == target
    assert util.split_version("10.9.3") == [10, 9, 3]


def test_a_macos_older_than_python_can_link_for_is_refused(distutils, monkeypatch) -> None:
    import sysconfig
    from distutils import util
    from distutils.errors import DistutilsPlatformError

    monkeypatch.setitem(sysconfig.get_config_vars(), util.MACOSX_VERSION_VAR, "10.9")
    monkeypatch.setenv(util.MACOSX_VERSION_VAR, "10.2")
    with pytest.raises(DistutilsPlatformError, match="10.3 or later"):
        util.get_macosx_target_ver()


def test_a_lenient_data_class_warns_of_what_it_does_not_know(distutils) -> None:
    from distutils.extension import lenient_dataclass

    @lenient_dataclass(frozen=True)
    class Point:
        x: int
        y: int = 2

        def total(self) -> int:
            return self.x + self.y

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        point = Point(1, z=3, x2=4)  # type: ignore[call-arg]
    assert point.total() == 3 and dataclasses.astuple(point) == (1, 2)
    assert [str(warning.message) for warning in caught] == ["Unknown Extension options: 'x2', 'z'"]
    assert Point(x=5, y=6) == Point(5, 6)
    with pytest.raises(TypeError):
        Point()  # type: ignore[call-arg]


def test_a_wrapped_function_is_called_once_for_each_path(distutils, monkeypatch, tmp_path) -> None:
    from distutils.dir_util import SkipRepeatAbsolutePaths, wrapper

    called = []
    once = wrapper(lambda path, **more: called.append((path, more)))
    for path in ("a", Path("a"), os.path.abspath("a"), "b"):
        once(path, mode=1)
    assert called == [("a", {"mode": 1}), ("b", {"mode": 1})]
    SkipRepeatAbsolutePaths.clear()
    once("a")
    assert len(called) == 3
    assert isinstance(SkipRepeatAbsolutePaths(), set)


def test_the_dictionary_of_formats_takes_what_is_appended_and_warns(distutils) -> None:
    from distutils.command.bdist import ListCompat, bdist, deprecated

    formats = ListCompat({"zip": ("bdist_dumb", "ZIP file")})
    with pytest.warns(DeprecationWarning, match="append is deprecated"):
        formats.append("rpm")
    assert formats == {"zip": ("bdist_dumb", "ZIP file")}
    # distutils' own is a list.
    assert isinstance(bdist.format_commands, list)
    assert deprecated("do not")(bdist) is bdist


def test_warnings_of_version_classes_are_kept(distutils) -> None:
    from distutils.version import StrictVersion, suppress_known_deprecation

    with suppress_known_deprecation() as kept:
        warnings.warn("distutils Version classes are deprecated.", DeprecationWarning, stacklevel=1)
        assert StrictVersion("1.0a1") < StrictVersion("1.0")
    assert len(kept) == 1
    assert StrictVersion("1.0a1")._cmp_prerelease(StrictVersion("1.0a2")) == -1


def test_commands_are_run_as_setup_runs_them(distutils, capsys) -> None:
    from distutils.core import run_commands
    from distutils.dist import Distribution
    from distutils.errors import DistutilsError

    class Failing(Distribution):
        def run_commands(self) -> None:
            raise DistutilsError("no way")

    distribution = Distribution({"script_name": "setup.py", "script_args": ["clean"]})
    assert distribution.parse_command_line()
    assert run_commands(distribution) is distribution
    with pytest.raises(SystemExit, match="error: no way"):
        run_commands(Failing())


def test_the_log_is_a_logger(distutils, capsys) -> None:
    from distutils import log
    from distutils._log import log as logger

    assert logger is log._global_log
    logger.setLevel(logging.INFO)
    assert logger.getEffectiveLevel() == log.INFO and logger.isEnabledFor(logging.INFO)
    assert not logger.isEnabledFor(log.DEBUG)
    logger.debug("not told")
    logger.info("%s told", "this", stacklevel=2)
    logger.log(logging.WARNING, "a warning")
    logger.warning("another")
    logger.critical("the end")
    try:
        raise KeyError("lost")
    except KeyError:
        logger.exception("found")
    out, err = capsys.readouterr()
    assert out == "this told\n"
    assert err.startswith("a warning\nanother\nthe end\nfound\nTraceback (most recent call last):")
    assert err.endswith("KeyError: 'lost'\n")
    with pytest.raises(ValueError, match="wrong log level"):
        logger.log(7, "there is no such level")


def test_a_handler_gets_each_message_that_is_printed(distutils, capsys) -> None:
    from distutils import log
    from distutils.dir_util import copy_tree

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            told.append((record.levelno, record.getMessage()))

    told: list[tuple[int, str]] = []
    handler = Handler()
    Path("from/below").mkdir(parents=True)
    Path("from/below/file").touch()
    log.set_threshold(log.INFO)
    try:
        log._global_log.addHandler(handler)
        log.debug("not told")
        log.warn("100 %")
        copy_tree("from", "to")
        assert log._global_log.hasHandlers()
    finally:
        log._global_log.removeHandler(handler)
        del log._global_log._logger
    assert told[0] == (logging.WARNING, "100 %")
    assert (logging.INFO, "copying from/below/file -> to/below") in told
    assert [message for _, message in told[1:]] == capsys.readouterr().out.splitlines()


def test_an_override_of_the_logs_own_method_sees_cpythons_arguments(distutils) -> None:
    from distutils.log import Log

    class Recording(Log):
        def _log(self, level, msg, args):  # type: ignore[no-untyped-def, override]
            seen.append((level, msg, args))

    seen: list[object] = []
    Recording(1).info("%s", 1)
    Recording(1).warn("w")
    assert seen == [(2, "%s", (1,)), (3, "w", ())]


def test_one_script_is_copied_at_a_time_where_that_is_asked(distutils, tmp_path) -> None:
    from distutils.command.build_scripts import build_scripts, shebang_pattern
    from distutils.dist import Distribution

    (tmp_path / "run").write_text("#!/usr/bin/python\nprint(1)\n")
    (tmp_path / "out").mkdir()
    command = build_scripts(Distribution())
    command.build_dir, command.executable, command.force = "out", "/opt/python", 1
    outfiles: list[str] = []
    updated: list[str] = []
    command._copy_script("run", outfiles, updated)
    command._change_modes(outfiles)
    assert outfiles == updated == ["out/run"]
    assert Path("out/run").read_text() == "#!/opt/python\nprint(1)\n" and os.access("out/run", os.X_OK)
    assert shebang_pattern.match("#!/usr/bin/python3 -u").group(1) == " -u"
    command._validate_shebang("#!/usr/bin/python\n", "utf-8")
    with pytest.raises(ValueError, match="not decodable"):
        command._validate_shebang("#!/opt/gr\u00fc\u00dfe\n", "ascii")


COPY_AND_FIX = """
from distutils.util import copydir_run_2to3
target = sys.argv[1]
copied = copydir_run_2to3("src", target, "exclude c.txt\\n\\nprune nowhere\\n", ["lib2to3.fixes.fix_print"])
texts = {name: open(name).read() for name in copied}
told([sorted(name.split("/", 1)[1] for name in copied), sorted(texts.values()),
      copydir_run_2to3("src", target, "exclude c.txt", ["lib2to3.fixes.fix_print"])])
"""


@every_distutils
def test_a_folder_is_copied_and_its_python_translated_as_by_cpython(python, tmp_path) -> None:
    if not (python.distutils.parent / "lib2to3").is_dir():
        pytest.skip("its vendor keeps lib2to3 in a package of its own")
    (tmp_path / "src/sub").mkdir(parents=True)
    for name in ("a.py", "sub/b.PY", "c.txt", "sub/d.py"):
        (tmp_path / "src" / name).write_text("print 1\n")
    ours, theirs = answers(python, COPY_AND_FIX, [], tmp_path)
    assert ours == theirs


@pytest.mark.parametrize("name", ["", ".numpy", ".py310"])
def test_the_modules_for_older_packages_are_there(distutils, name) -> None:
    import importlib

    assert importlib.import_module(f"distutils.compat{name}")


def test_framework_builds_of_an_older_python_are_not_ours(distutils) -> None:
    from distutils.command import _framework_compat

    assert not _framework_compat.enabled()
    assert _framework_compat.scheme("posix_prefix") == "posix_prefix"
    assert _framework_compat.vars() == {}


def test_the_configuration_files_that_are_looked_for_can_be_listed(distutils, monkeypatch) -> None:
    from distutils.dist import Distribution, DistributionMetadata

    monkeypatch.delenv("DIST_EXTRA_CONFIG", raising=False)
    names = [os.path.basename(path) for path in Distribution()._gen_paths()]
    assert names == ["distutils.cfg", ".pydistutils.cfg", "setup.cfg"]
    assert DistributionMetadata._fullname("name", "1.0") == "name-1.0"


def test_paths_that_are_no_strings_are_taken_where_later_copies_take_them(project, run_setup) -> None:
    text = """
        from pathlib import Path
        from distutils.core import Command, setup
        from distutils.dir_util import mkpath
        class make(Command):
            user_options = []
            initialize_options = finalize_options = lambda self: None
            def run(self):
                self.mkpath(Path("made/by/command"))
                print(mkpath(Path("made/by/function")))
        setup(name="p", version="1", cmdclass={"make": make},
              data_files=[Path("a.txt"), (Path("share"), [Path("b.txt")])])
        """
    folder = project({"setup.py": text, "a.txt": "", "b.txt": ""})
    done = run_setup(folder, "-q", "make", "install", "--root=root", "--prefix=/usr", "sdist")
    assert done.stdout == "['made/by/function']\n"
    assert (folder / "made/by/command").is_dir()
    assert (folder / "root/usr/a.txt").is_file()
    assert (folder / "root/usr/share/b.txt").is_file()
    with tarfile.open(folder / "dist/p-1.tar.gz") as archive:
        assert {"p-1/a.txt", "p-1/b.txt"} <= set(archive.getnames())


def test_a_compilers_platform_error_is_distutils() -> None:
    from distutils.compilers.errors import PlatformError
    from distutils.errors import DistutilsPlatformError

    assert PlatformError is DistutilsPlatformError


def test_a_compiler_calls_programs_with_the_errors_of_subprocess(distutils, capfd) -> None:
    from distutils.ccompiler import new_compiler

    compiler = new_compiler()
    script = "import os; print(os.environ.get('WHO'), os.getcwd(), flush=True)"
    compiler.call([sys.executable, "-c", script], env={**os.environ, "WHO": "me"}, cwd="/")
    assert capfd.readouterr().out.splitlines()[-1] == "me /"
    with pytest.raises(subprocess.CalledProcessError):
        compiler.call([sys.executable, "-c", "raise SystemExit(3)"])
    with pytest.raises(FileNotFoundError):
        compiler.call(["/nowhere/cc"])
    compiler.dry_run = True
    compiler.call(["/nowhere/cc"])


def test_a_compiler_configures_itself_as_the_function_does(distutils, monkeypatch) -> None:
    from distutils.ccompiler import new_compiler
    from distutils.sysconfig import customize_compiler

    monkeypatch.setenv("CC", "other-cc")
    one, other = new_compiler(), new_compiler()
    one.configure_system()
    customize_compiler(other)
    assert one.compiler_so == other.compiler_so
    assert one.compiler_so[0] == "other-cc"
