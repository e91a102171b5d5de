"""The project's own build_py: a harbour whose file is wrong ends the build, and not a journey."""

from distutils.command.build_py import build_py as _build_py
from distutils.errors import DistutilsFileError


class build_py(_build_py):
    """Looks into the files of harbours before it takes them along."""

    def find_data_files(self, package, src_dir):
        files = super().find_data_files(package, src_dir)
        for file in files:
            if file.endswith(".txt"):
                check(file)
        return files


def check(file):
    """A line is `amplitude period phase`: metres, hours, hours."""
    with open(file, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            words = line.partition("#")[0].split()
            try:
                amplitude, period, _ = [float(word) for word in words] if words else (0, 1, 0)
            except ValueError:
                raise DistutilsFileError(f"{file}:{number}: not 'amplitude period phase'") from None
            if amplitude < 0 or period <= 0:
                raise DistutilsFileError(f"{file}:{number}: no such tide")
