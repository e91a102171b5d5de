"""Sounding's setup script: it needs distutils and nothing else."""

from distutils.command.build_ext import build_ext as _build_ext
from distutils.command.config import config as _config
from distutils.core import Extension, setup

# Functions that not every C library has: the header, the library, and the macro that says it is there.
FEATURES = {
    "fma": ("math.h", "m", "HAVE_FMA"),
    "sincospi": ("math.h", "m", "HAVE_SINCOSPI"),
}

# Flags for one language alone, by the ending of the file.
FLAGS = {
    ".c": ["-std=c11"],
    ".cpp": ["-std=c++17", "-fvisibility=hidden"],
}


class config(_config):
    """Finds out which of the functions in FEATURES there are."""

    found = None

    def run(self):
        for macro in self.features():
            self.announce(f"found: {macro}", level=2)

    def features(self):
        """The macros to define. The compiler is asked once in a run."""
        if self.found is None:
            self.found = [
                macro
                for function, (header, library, macro) in FEATURES.items()
                if self.check_func(function, headers=[header], libraries=[library])
            ]
        return self.found


class build_ext(_build_ext):
    """Compiles with the macros that `config` found, and with the flags of each source's language."""

    def build_extensions(self):
        for macro in self.get_finalized_command("config").features():
            self.compiler.define_macro(macro, "1")
        if self.compiler.compiler_type == "unix":
            self.choose_flags(self.compiler)
        super().build_extensions()

    def choose_flags(self, compiler):
        compile_one = compiler._compile

        def compile_with_flags(obj, src, ext, cc_args, extra_postargs, pp_opts):
            compile_one(obj, src, ext, cc_args, extra_postargs + FLAGS.get(ext, []), pp_opts)

        compiler._compile = compile_with_flags


if __name__ == "__main__":
    setup(
        name="sounding",
        version="0.3",
        description="Depths from the echoes of a sounder",
        author="The Sounding crew",
        author_email="crew@sounding.example",
        url="https://sounding.example/",
        license="MIT",
        packages=["sounding"],
        libraries=[("water", {"sources": ["water/speed.c"], "macros": [("SALT", "35.0")]})],
        ext_modules=[
            Extension(
                "sounding._echo",
                sources=["src/echo.c"],
                include_dirs=["water"],
                depends=["src/echo.h", "water/water.h"],
                libraries=["m"],
            ),
            Extension("sounding._chart", sources=["src/chart.cpp"], language="c++"),
        ],
        cmdclass={"config": config, "build_ext": build_ext},
    )
