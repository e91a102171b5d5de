"""Runs everything: the checks, the Rust tests, and the Python tests under every CPython of this machine.

Of two Pythons of one version, a distributor's runs only the tests in which its changes can show. `--whole`
runs everything there, too.

    python tests/run.py [--only PART ...] [--with PART ...] [--python 3.14] [pytest arguments]

One wheel is built and installed into one environment for each interpreter (`.venvs/`, kept from run to
run). Needs only the standard library and the tools of `.venv`, where `make` puts them.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import interpreters
from interpreters import Interpreter

ROOT = Path(__file__).resolve().parent.parent
TOOLS = Path(sys.executable).parent
WHEELS = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "test-wheel"
ENVIRONMENTS = ROOT / ".venvs"
REQUIREMENTS = ROOT / "tests" / "requirements.txt"
PARTS = ("lint", "rust", "python", "slow", "demo", "ecosystem")

# What runs where no part is named: others have a command of their own.
USUAL = PARTS[:-1]

# Which tests a round runs, as pytest's `-m` takes it, and what it is called.
INNER_LOOP, SLOW = "not slow and not ecosystem", "slow and not ecosystem"
ROUNDS = {INNER_LOOP: "tests", SLOW: "real packages", "ecosystem": "ecosystem"}

# What a distributor's changes to distutils and to Python's configuration can show in.
DISTRIBUTORS = (
    "activation bdist bdist_wheel build_clib build_ext build_py byte_compile ccompiler command_line "
    "config_command config_files cpython_suite dry_run editable install install_root later_names looked_up "
    "namespaces normal_forms origins sdist setuptools_compilers surface sysconfig sysconfig_files"
)

# What pytest and cargo's test runner say last.
CLOSING_LINE = re.compile(r"(=+ .*\b(passed|failed|error|no tests ran)\b.* in .*=+|test result: .*)$")


@dataclass
class Report:
    """What was run, how long it took, and the test runners' own closing lines."""

    steps: list[tuple[str, float, bool]] = field(default_factory=list)
    closing_lines: list[str] = field(default_factory=list)

    def run(self, name: str, command: Sequence[str | Path], env: Mapping[str, str] | None = None) -> bool:
        """Run one step, its output passed on as it comes; whether it succeeded."""
        print(f"\n--- {name}: {' '.join(map(str, command))}", flush=True)
        begin = time.monotonic()
        with subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        ) as process:
            assert process.stdout is not None
            for line in process.stdout:
                print(line, end="", flush=True)
                if CLOSING_LINE.match(line.rstrip()):
                    self.closing_lines.append(line.rstrip())
        self.steps.append((name, time.monotonic() - begin, process.returncode == 0))
        return process.returncode == 0

    def close(self) -> bool:
        """Print times and closing lines; whether every step succeeded."""
        print("\n--- steps")
        for name, seconds, succeeded in self.steps:
            print(f"{'ok    ' if succeeded else 'FAILED'} {seconds:7.1f} s  {name}")
        print(f"       {sum(seconds for _, seconds, _ in self.steps):7.1f} s  in all\n")
        for line in self.closing_lines:
            print(line)
        return all(succeeded for _, _, succeeded in self.steps)


def lint(report: Report) -> None:
    missing = [
        tool
        for tool in ("rustfmt", "clippy")
        if subprocess.run(
            ["cargo", {"rustfmt": "fmt"}.get(tool, tool), "--version"], capture_output=True
        ).returncode
    ]
    for tool in missing:
        print(f"{tool} is missing: `rustup component add {tool}`, then run this again", flush=True)
        report.steps.append((f"{tool} (missing)", 0.0, False))
    if "rustfmt" not in missing:
        report.run("Rust format", ["cargo", "fmt", "--all", "--check"])
    if "clippy" not in missing:
        report.run("Rust lint", ["cargo", "clippy", "-q", "--all-targets", "--", "-D", "warnings"])
    report.run("Python lint", [TOOLS / "ruff", "check", "--quiet"])
    report.run("Python format", [TOOLS / "ruff", "format", "--check", "--quiet"])
    # The stubs among them; `stubs` below holds them against the built module.
    report.run("types", [TOOLS / "mypy"])


def rust(report: Report, oracle: Interpreter) -> None:
    environment = {"OXIDIST_ORACLE_PYTHON": str(oracle.path), "OXIDIST_TEST_PYTHON": sys.executable}
    report.run("Rust tests", ["cargo", "test", "-q", "--workspace", "--no-fail-fast"], environment)


def build_wheel(report: Report) -> Path | None:
    """The one wheel for all of them; None where it could not be built."""
    shutil.rmtree(WHEELS, ignore_errors=True)
    if not report.run("wheel", [TOOLS / "maturin", "build", "-q", "--release", "--out", WHEELS]):
        return None
    (wheel,) = WHEELS.glob("*.whl")
    return wheel


def environment_for(interpreter: Interpreter, wheel: Path) -> Path:
    """The Python of an environment that has the test requirements and `wheel`; made where it is not there."""
    folder = ENVIRONMENTS / interpreter.name
    python = folder / "bin" / "python"
    pip: list[str | Path] = [
        TOOLS / "python",
        "-m",
        "pip",
        "--disable-pip-version-check",
        "-q",
        "--python",
        python,
    ]
    needs = hashlib.sha256(REQUIREMENTS.read_bytes() + str(interpreter.path).encode()).hexdigest()
    if not python.exists() or stamp(folder / ".needs") != needs:
        # Without pip: 3.10's and 3.11's would bring a setuptools, whose distutils is not to be tested here.
        subprocess.run([interpreter.path, "-m", "venv", "--clear", "--without-pip", folder], check=True)
        subprocess.run([*pip, "install", "-r", REQUIREMENTS], check=True)
        (folder / ".needs").write_text(needs)
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    if stamp(folder / ".wheel") != digest:
        subprocess.run([*pip, "install", "--no-deps", "--force-reinstall", wheel], check=True)
        (folder / ".wheel").write_text(digest)
    return python


def stamp(path: Path) -> str:
    return path.read_text() if path.exists() else ""


def stubs(report: Report, chosen: Sequence[Interpreter], wheel: Path) -> None:
    """The wheel's stubs held against its module; a setup script with types, against the installed package."""
    contents = WHEELS / "contents"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(contents)
    allowlist = ROOT / "tests" / "stubtest_allowlist.txt"
    command: list[str | Path] = [TOOLS / "python", "-m", "mypy.stubtest", "oxidist._core"]
    report.run("stubs", [*command, "--allowlist", allowlist], {"PYTHONPATH": str(contents)})
    for interpreter in dict.fromkeys((chosen[0], chosen[-1])):
        version = ".".join(map(str, interpreter.version[:2]))
        command = [TOOLS / "mypy", "--config-file=", "--strict", "--python-version", version]
        if interpreter.distutils:
            # There mypy reads its own stub of the standard library's, which leaves some functions untyped.
            command.append("--allow-untyped-calls")
        command += ["--python-executable", environment_for(interpreter, wheel)]
        environment = {"MYPYPATH": "", "PYTHONPATH": ""}
        report.run(f"types, Python {version}", [*command, "tests/typing_example.py"], environment)


def choose(version: str | None) -> tuple[list[Interpreter], Interpreter]:
    """The interpreters to test under, all or those of a version, and the oracle.

    Ends the run where there is nothing to test, or nothing to compare with.
    """
    chosen = [
        each for each in interpreters.found() if version in (None, ".".join(map(str, each.version[:2])))
    ]
    if not chosen:
        sys.exit(f"no CPython {version or ''} was found: there is nothing to test under")
    print("Tests run under:")
    for interpreter in chosen:
        print(f"  {interpreter}")
    oracle = interpreters.oracle()
    if oracle is None:
        sys.exit(
            "no CPython 3.10 or 3.11 with a distutils of its own was found: there is nothing to compare with"
        )
    if version is None and all(interpreter.distutils for interpreter in chosen):
        sys.exit("no CPython without a distutils (3.12 to 3.14) was found: the main case cannot be tested")
    print(f"Right is what this one does: {oracle}", flush=True)
    return chosen, oracle


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", action="append", choices=PARTS, help="only this part (repeatable)")
    parser.add_argument(
        "--with", dest="more", action="append", choices=PARTS, default=[], help="this part, too (repeatable)"
    )
    parser.add_argument("--python", help="only under this version, as 3.14")
    parser.add_argument("--whole", action="store_true", help="everything under a distributor's Python, too")
    arguments, pytest_arguments = parser.parse_known_args()
    parts = [*(arguments.only or USUAL), *arguments.more]
    report = Report()
    if "lint" in parts:
        lint(report)
    if set(parts) - {"lint"}:
        chosen, oracle = choose(arguments.python)
        if "rust" in parts:
            rust(report, oracle)
        wheel = build_wheel(report) if {"python", "slow", "ecosystem"} & set(parts) else None
        if wheel is not None and "python" in parts:
            stubs(report, chosen, wheel)
        if wheel is not None:
            python_tests(report, parts, chosen, oracle, wheel, pytest_arguments, arguments.whole)
        if "demo" in parts:
            # What the README begins with. It builds the same wheel, of which everything is compiled already.
            report.run("demo", [sys.executable, ROOT / "tests" / "demo.py"])
    return 0 if report.close() else 1


def python_tests(
    report: Report,
    parts: Sequence[str],
    chosen: Sequence[Interpreter],
    oracle: Interpreter,
    wheel: Path,
    arguments: Sequence[str],
    whole: bool,
) -> None:
    """The inner loop under each interpreter, then real packages under the oldest and the newest.

    What is in `tests/ecosystem` chooses interpreters itself.
    """
    environment = {"OXIDIST_ORACLE_PYTHON": str(oracle.path), "OXIDIST_TEST_WHEEL": str(wheel)}
    # The environment of a shell that has the package elsewhere would hide the installed one.
    environment["PYTHONPATH"] = ""
    rounds = [(each, INNER_LOOP) for each in chosen] if "python" in parts else []
    if "slow" in parts:
        rounds += [(oracle, SLOW), (chosen[-1], SLOW)]
    if "ecosystem" in parts:
        rounds.append((chosen[-1], "ecosystem"))
    for interpreter, marks in rounds:
        python = environment_for(interpreter, wheel)
        command: list[str | Path] = [python, "-m", "pytest", "-n", "2", "-m", marks, *arguments]
        name = ROUNDS[marks]
        if marks == INNER_LOOP and not whole and has_a_twin(interpreter, chosen):
            command += [ROOT / "tests" / f"test_{each}.py" for each in DISTRIBUTORS.split()]
            name = "tests of what a distributor changes"
        version = ".".join(map(str, interpreter.version))
        report.run(f"{name}, Python {version} ({interpreter.path})", command, environment)


def has_a_twin(interpreter: Interpreter, chosen: Sequence[Interpreter]) -> bool:
    """Whether a distributor changed its distutils, and an unchanged one of the version is tested as well."""
    return interpreter.patched and any(
        each.version[:2] == interpreter.version[:2] and not each.patched for each in chosen
    )


if __name__ == "__main__":
    sys.exit(main())
