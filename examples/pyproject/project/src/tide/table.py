"""Tables of heights, of the harbours that are here as package data."""

import sys
from importlib.resources import files

from tide import _curve

# How many heights make a day.
PER_DAY = _curve.PER_DAY


def harbours() -> list[str]:
    folder = files("tide") / "harbours"
    return sorted(
        entry.name.removesuffix(".txt") for entry in folder.iterdir() if entry.name.endswith(".txt")
    )


def waves(harbour: str) -> list[tuple[float, float, float]]:
    """Amplitude in metres, period and phase in hours."""
    text = (files("tide") / "harbours" / f"{harbour}.txt").read_text(encoding="utf-8")
    lines = (line.partition("#")[0].split() for line in text.splitlines())
    return [
        (float(amplitude), float(period), float(phase)) for amplitude, period, phase in filter(None, lines)
    ]


def day(harbour: str) -> list[float]:
    """The heights of one day, in metres."""
    return _curve.heights(waves(harbour))


def main() -> None:
    if len(sys.argv) != 2 or sys.argv[1] not in harbours():
        sys.exit(f"usage: tide {' | '.join(harbours())}")
    for number, height in enumerate(day(sys.argv[1])):
        print(f"{number * 24 / PER_DAY:5.2f} {height:+.2f} m")
