"""PyTorch's own `torch.utils.cpp_extension`: its `BuildExtension`, with ninja and without.

Its library is too large to install, and nothing is run by it: what `cpp_extension` asks of the package
`torch` is answered by a few lines, and the libraries that modules are linked with are empty ones.
`test_replaced_compiler_methods` does the same with distutils alone, and watches the calls.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from conftest import write_files
from interpreters import versions
from outputs import assert_same

from ecosystem.both import both
from ecosystem.wheel_parts import parts

pytestmark = pytest.mark.skipif(shutil.which("g++") is None, reason="needs a C++ compiler")

CPP_EXTENSION = {
    "requirement": "torch==2.9.1",
    "sha256": "570c8b7149efaf45c321196a28cee4a166b7be13d721232757c0bd0460b17adc",
    "wanted": r"torch/(_appdirs|torch_version|version|_vendor/.*"
    r"|utils/(cpp_extension|_cpp_extension_versioner|file_baton|hipify/.*))\.py",
}

TORCH = """
from types import SimpleNamespace

from torch import version

def answering(**answers):
    return SimpleNamespace(**{name: lambda *, answer=answer: answer for name, answer in answers.items()})

__version__ = version.__version__
backends = SimpleNamespace(mps=answering(is_built=False))
cuda = answering(_is_compiled=True, is_available=True, device_count=0, get_arch_list=["sm_80"])
xpu = answering(_is_compiled=False)
_C = answering(_cuda_getArchFlags="sm_80")
_C._GLIBCXX_USE_CXX11_ABI = True
"""

# Takes its sources for C++, and leaves out what only the real one knows.
NVCC = """\
#!/bin/sh
[ "$1" = --version ] && echo "Cuda compilation tools, release 12.8, V12.8.61" && exit
for word; do
    shift
    case $word in
        --generate-dependencies-with-compile) set -- "$@" -MD;;
        --dependency-output) set -- "$@" -MF;;
        --compiler-options|--expt-relaxed-constexpr|-gencode=*|--use_fast_math) ;;
        "'-fPIC'") set -- "$@" -fPIC;;
        *.cu) set -- "$@" -x c++ "$word";;
        *) set -- "$@" "$word";;
    esac
done
exec g++ "$@"
"""

LIBRARIES = ("c10", "torch", "torch_cpu", "torch_python", "c10_cuda", "torch_cuda")

SETUP = """
import os
from setuptools import setup
from torch.utils.cpp_extension import BuildExtension, CppExtension, CUDAExtension

flags = {"cxx": ["-O0"], "nvcc": ["-O0", "--use_fast_math"]}
setup(
    name="sonar",
    version="1.0",
    packages=["sonar"],
    ext_modules=[
        CppExtension("sonar.ping", ["ping.cpp", "echo.cpp"], extra_compile_args=["-O0"]),
        CUDAExtension("sonar.deep", ["deep.cpp", "bottom.cu"], extra_compile_args=flags),
    ],
    cmdclass={"build_ext": BuildExtension.with_options(use_ninja=bool(os.environ.get("NINJA")))},
)
"""

MODULE = """
#include <Python.h>
int FUNCTION();
#define JOINED(name) PyInit_##name
#define NAMED(name) JOINED(name)
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "module", NULL, -1, NULL};
PyMODINIT_FUNC NAMED(TORCH_EXTENSION_NAME)(void)
{
    PyObject *made = PyModule_Create(&module);
    PyModule_AddIntConstant(made, "answer", FUNCTION());
    return made;
}
"""

FILES = {
    "setup.py": SETUP,
    "sonar/__init__.py": "",
    "ping.cpp": MODULE.replace("FUNCTION", "heard"),
    "echo.cpp": "int heard() { return 1; }\n",
    "deep.cpp": MODULE.replace("FUNCTION", "fathoms"),
    "bottom.cu": "int fathoms() { return 40; }\n",
}


@pytest.fixture
def torch(tmp_path: Path) -> dict[str, str]:
    """The variables by which a Python finds the package, its libraries, and CUDA."""
    folder = shutil.copytree(parts(**CPP_EXTENSION), tmp_path / "library")
    write_files(folder, {"torch/__init__.py": TORCH, "torch/utils/__init__.py": "", "cuda/bin/nvcc": NVCC})
    (folder / "cuda/bin/nvcc").chmod(0o755)
    libraries = [folder / "torch/lib", folder / "cuda/lib64"]
    for library in libraries:
        library.mkdir()
    for name in [*LIBRARIES, "cudart"]:
        path = libraries[name == "cudart"] / f"lib{name}.so"
        subprocess.run(["gcc", "-shared", "-x", "c", "/dev/null", "-o", path], check=True)
    return {
        "PYTHONPATH": f"{folder}:.",
        "CUDA_HOME": str(folder / "cuda"),
        "LD_LIBRARY_PATH": ":".join(map(str, libraries)),
        "TORCH_CUDA_ARCH_LIST": "8.0",
    }


@pytest.mark.parametrize(
    ("interpreter", "ninja"), list(zip(versions((3, 11), (3, 13)), ["", "1"], strict=False)), ids=str
)
def test_modules_for_c_plus_plus_and_cuda_are_those_of_setuptools(
    environment, torch, tmp_path, interpreter, ninja: str
) -> None:
    there = environment(interpreter, "setuptools==84.2.1", "ninja==1.13.2", "typing_extensions==4.16.0")
    commands = [
        ["setup.py", "build_ext", "--inplace", "--build-temp=temp", "bdist_wheel"],
        ["-c", "from sonar import deep, ping; print('answers', ping.answer, deep.answer)"],
    ]
    ours, theirs = both(there, tmp_path, FILES, *commands, env={**torch, "NINJA": ninja, "MAX_JOBS": "2"})
    for side in (ours, theirs):
        assert "answers 1 40\n" in side.said
        assert ("[1/2] " in side.said) == bool(ninja)
    assert list(ours.tree("temp")) == list(theirs.tree("temp"))
    assert_same(ours.tree("sonar"), theirs.tree("sonar"))
    assert_same(ours.archive("dist/*.whl"), theirs.archive("dist/*.whl"))
