"""Generated cases for each subject: a function takes a `random.Random` and gives the keywords of a question.

No combining characters: names and patterns are compared in one normal form here, which CPython does not do
(`tests/test_normal_forms.py`).
"""

from __future__ import annotations

import random
from collections.abc import Callable

from generated.inputs import lines, options, patterns, texts, versions
from generated.inputs.patterns import TREES as TREES, tree as tree
from generated.inputs.pieces import Case

# Those of which most cases are asked, and others.
FOREMOST = [
    versions.versions,
    versions.predicate,
    texts.split_quoted,
    texts.strtobool,
    texts.subst_vars,
    patterns.translate,
    patterns.patterns,
    patterns.manifest,
    options.options,
]
OTHERS = [
    versions.version_parts,
    versions.version_order,
    versions.comparison,
    versions.provision,
    texts.rfc822_escape,
    texts.convert_path,
    texts.change_root,
    patterns.glob_to_re,
]
OTHERS += [patterns.manifest_file, options.help_text, options.wrap_text, lines.text_lines, lines.logged]

SUBJECTS: dict[str, Callable[[random.Random], Case]] = {each.__name__: each for each in FOREMOST + OTHERS}
