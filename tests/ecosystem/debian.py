"""Which of Debian's packages this machine has."""

from __future__ import annotations

import subprocess


def not_installed(*packages: str) -> list[str]:
    """Those of the packages that are missing: all of them where the machine is not a Debian."""
    asked = ["dpkg-query", "--show", "--showformat", "${Package} ${db:Status-Abbrev}\\n", *packages]
    try:
        told = subprocess.run(asked, capture_output=True, text=True).stdout
    except FileNotFoundError:
        return list(packages)
    installed = {line.split()[0] for line in told.splitlines() if line.split()[1:] == ["ii"]}
    return [package for package in packages if package not in installed]
