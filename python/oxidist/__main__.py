"""`python -m oxidist`: a project's `setup.py`, run with this distutils whatever else is installed."""

import os
import sys

import oxidist.activate  # (and distutils is imported only in functions: it must be ours)
from oxidist import setup_script

USAGE = """\
usage: python -m oxidist [-C PROJECT] [options] command ...
   or: python -m oxidist [-C PROJECT] --show-origins [options] [command ...]
   or: python -m oxidist [-C PROJECT] --help | --help-commands | command --help | --version
   or: python -m oxidist --print-schema

Does what 'python setup.py [options] command ...' does, with Oxidist as its distutils.

Options of Oxidist's own, before all others:
  -C PROJECT      the folder that has the setup.py or pyproject.toml (default: this one), or a source
                  archive: that is unpacked into a temporary folder, and the files it makes in dist/ are
                  copied to dist/ here
  --show-origins  run nothing; show what the options of these commands are set to, and where each value
                  comes from
  --print-schema  print the JSON schema of [tool.oxidist] in pyproject.toml, for editors and validators
"""


def main() -> None:
    if sys.argv[1:] == ["--print-schema"]:
        from oxidist import _core

        say(_core.tool_schema())
        return
    project, show_origins, args = own_options(sys.argv[1:])
    if not args and not show_origins:
        sys.exit(USAGE)
    if not os.path.exists(project):
        sys.exit(f"error: '{project}' does not exist")
    here = os.getcwd()
    try:
        if os.path.isdir(project):
            os.chdir(project)
            run(args, show_origins)
        else:
            # Only here: what it needs takes longer to import than all else to build nothing.
            from oxidist import source_archive

            with source_archive.unpacked(project):
                run(args, show_origins)
                source_archive.bring_home(here)
    finally:
        os.chdir(here)


def own_options(args: list[str]) -> tuple[str, bool, list[str]]:
    """Options of this program stand before all others: the rest is the setup script's, `--help` included."""
    project, show_origins = ".", False
    while args:
        if args[0] == "--show-origins":
            show_origins = True
        elif args[0] == "-C" and len(args) == 1:
            sys.exit(f"{USAGE}\nerror: option -C requires argument")
        elif args[0] == "-C":
            project = args[1]
            args = args[1:]
        elif args[0].startswith("-C"):
            project = args[0].removeprefix("-C")
        else:
            break
        args = args[1:]
    return project, show_origins, args


def run(args: list[str], show_origins: bool) -> None:
    """What was asked for, with the project in the current folder."""
    reason = setup_script.nothing_to_build()
    if reason is not None:
        if show_origins or not run_without_project(args):
            from oxidist import _core

            sys.exit(f"error: {_core.shown(reason)}")
    elif show_origins:
        print_origins(args)
    else:
        if args[0] in ("--help", "-h"):
            say(f"{USAGE}\n")
        run_script(args)


def run_without_project(args: list[str]) -> bool:
    """Answer a question that needs no project: help, or this library's version. Whether `args` were one."""
    if args == ["--version"]:
        say(f"oxidist {oxidist.__version__}\n")
        return True
    if not any(arg == "-h" or arg.startswith("--help") for arg in args):
        return False
    if args[0] in ("--help", "-h"):
        say(f"{USAGE}\n")
    setup_script.run_without_script(args, shown_as="python -m oxidist")
    return True


def run_script(args: list[str]) -> None:
    """As `python setup.py ARGS` in the current folder does it."""
    if not (sys.flags.isolated or getattr(sys.flags, "safe_path", False)):
        # In the place where `-m` put the folder that this program was started in.
        sys.path[0] = os.getcwd()
    setup_script.run(args)


def print_origins(args: list[str]) -> None:
    from distutils import core
    from distutils.errors import DistutilsError

    from oxidist import _core, origins

    has_commands = any(not arg.startswith("-") for arg in args)
    core._setup_stop_after = "commandline" if has_commands else "config"
    run_script(args)
    if core._setup_distribution is None:
        sys.exit("error: setup.py did not call setup()")
    try:
        for line in origins.lines(core._setup_distribution):
            say(f"{line}\n")
    except DistutilsError as error:
        sys.exit(f"error: {_core.shown(error)}")


def say(text: str) -> None:
    """To the standard output, which may be full, a pipe that nobody reads, or closed (then it is None)."""
    try:
        if sys.stdout is not None:
            sys.stdout.write(text)
    except UnicodeEncodeError as error:
        say(text.encode(error.encoding, "backslashreplace").decode(error.encoding))
    except OSError as error:
        sys.exit(lost(error))


def lost(error: OSError) -> "str | int":
    """What to end with when the standard output takes no more: without a word where its reader has gone."""
    # What Python still keeps for it would be one more error at the very end.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    if isinstance(error, BrokenPipeError):
        return 1
    return f"error: cannot write to the standard output: {error.strerror}"


def main_with_output() -> None:
    """`main`, and the end of its output: what is in the way of that is told here, not as Python ends."""
    status: object = None
    try:
        main()
    except SystemExit as end:
        status = end.code
    try:
        if sys.stdout is not None and not sys.stdout.closed:
            sys.stdout.flush()
    except OSError as error:
        told = lost(error)
        status = status or told
    if status is not None:
        sys.exit(status)  # type: ignore[arg-type]


if __name__ == "__main__":
    try:
        main_with_output()
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        sys.exit(130)
