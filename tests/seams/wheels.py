"""`recorder.py` for commands that CPython's distutils does not have: those that make wheels.

Started by `test_wheel_seams.py`, with the same plans.
"""

from __future__ import annotations

import recorder

recorder.COMMANDS[:] = "bdist_wheel dist_info egg_info editable_wheel develop build install".split()
recorder.MODULES[:] = [f"command.{name}" for name in recorder.COMMANDS]


def asked_for_by_name(original):
    """`get_command_obj`, as if `egg_info` had been named: ours is not there for everybody."""

    def get_command_obj(self, command, create=1):
        if command != "egg_info" or command in self.commands:
            return original(self, command, create)
        self.commands.append(command)
        try:
            return original(self, command, create)
        finally:
            self.commands.remove(command)

    return get_command_obj


if __name__ == "__main__":
    import distutils.dist

    distribution = distutils.dist.Distribution
    distribution.get_command_obj = asked_for_by_name(distribution.get_command_obj)
    recorder.main()
