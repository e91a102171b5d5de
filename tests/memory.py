"""How much memory a process that a test starts has used at most."""

from __future__ import annotations

# Not `ru_maxrss`, in which what has started the process counts as well.
PRINT_PEAK = """
print("peak", *[line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM:")])
"""


def peak(printed: str) -> int:
    """KiB, as `PRINT_PEAK` told them."""
    return int(printed.split("peak ")[1].split()[0])
