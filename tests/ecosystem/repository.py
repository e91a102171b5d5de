"""Command lines that make a git repository of a project: the same commits wherever and whenever they run."""

from __future__ import annotations

IDENTITY = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "Ann"), ("EMAIL", "ann@example.org"), ("DATE", "2024-05-06T07:08:09+00:00"))
}

# Of no settings but those of the repository itself.
ENVIRONMENT = {**IDENTITY, "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}


RUN = """
import subprocess, sys
for command in sys.argv[1:]:
    subprocess.run(["git", *command.split("|")], check=True)
"""


def git(*commands: str) -> list[str]:
    """`python` arguments that run these git commands, one after the other; `|` stands between words."""
    return ["-c", RUN, *commands]


# All files of the project in one commit, which has the tag 1.2.
TAGGED = git("init|-q", "add|-A", "commit|-q|-m|first words", "tag|-a|1.2|-m|first release")

# One more commit behind the tag.
ONE_MORE = git("commit|-q|--allow-empty|-m|more words")
