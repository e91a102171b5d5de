"""Answers generated cases by the distutils that the interpreter finds: each side of a comparison runs this.

A case is a line of JSON on standard input: the subject's name and its keywords. The answer is a line, too:
the `repr` of what came back, or the exception's type and text, and what was printed meanwhile.
"""

import io
import json
import operator
import os
import re
import sys
from distutils import debug, fancy_getopt, filelist, log, text_file, util, version, versionpredicate
from distutils.command import sdist as sdist_module
from distutils.dist import Distribution

COMPARISONS = {name: getattr(operator, name) for name in ("eq", "ne", "lt", "le", "gt", "ge")}


class OwnStrict(version.StrictVersion):
    pass


class OwnLoose(version.LooseVersion):
    pass


class Text(str):
    pass


KINDS = {
    "strict": version.StrictVersion,
    "loose": version.LooseVersion,
    "own strict": OwnStrict,
    "own loose": OwnLoose,
    "text": Text,
    "as it is": lambda value: value,
}


def versions(left, comparison, right):
    left, right = (KINDS[kind](value) for kind, value in (left, right))
    return COMPARISONS[comparison](left, right)


def version_parts(kind, text):
    made = KINDS[kind]()
    before = vars(made).copy()
    made.parse(text)
    return before, vars(made), str(made), repr(made), made == made, made.__eq__(3)


def version_order(kind, texts):
    return sorted(map(KINDS[kind], texts))


def predicate(text, versions):
    made = versionpredicate.VersionPredicate(text)
    satisfied = [outcome(made.satisfied_by, each) for each in versions]
    return made.name, made.pred, str(made), satisfied


def comparison(text):
    return versionpredicate.splitUp(text)


def provision(text):
    return versionpredicate.split_provision(text)


def split_quoted(text):
    return util.split_quoted(text)


def strtobool(text):
    return util.strtobool(text)


def rfc822_escape(text):
    return util.rfc822_escape(text)


def subst_vars(text, local_vars, environment, checked):
    util._environ_checked = checked
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(environment)
    try:
        return outcome(util.subst_vars, text, local_vars), sorted(os.environ.items())
    finally:
        os.environ.clear()
        os.environ.update(before)


def convert_path(text, separator):
    own, os.sep = os.sep, separator
    try:
        return util.convert_path(text)
    finally:
        os.sep = own


def change_root(root, text, platform):
    own, os.name = os.name, platform
    try:
        return util.change_root(root, text)
    finally:
        os.name = own


def renumbered(text):
    """Python 3.10's fnmatch numbers its groups through all patterns that it has seen."""
    numbers = {}
    for found in re.finditer(r"\?P[<=]g(\d+)", text):
        numbers.setdefault(found[1], f"g{len(numbers)}")
    return re.sub(r"(?<=\?P[<=])g(\d+)", lambda found: numbers[found[1]], text)


def translate(pattern, anchor, prefix, names):
    compiled = filelist.translate_pattern(pattern, anchor=anchor, prefix=prefix)
    return (renumbered(compiled.pattern) if SPELLED else None), [
        bool(compiled.search(name)) for name in names
    ]


def glob_to_re(pattern):
    return renumbered(filelist.glob_to_re(pattern)) if SPELLED else None


def patterns(steps, names, debugging):
    """A life of a FileList. Steps are the method, the pattern (a list: compiled, with flags) and keywords."""
    chosen = LISTS["ours"]()
    chosen.set_allfiles(names)
    debug.DEBUG = debugging
    results = []
    try:
        for method, pattern, keywords in steps:
            if isinstance(pattern, list):
                pattern = re.compile(*pattern)
            before = list(chosen.files)
            result = outcome(getattr(chosen, method), pattern, **keywords)
            results.append((result, chosen.files[:] if chosen.files != before else "unchanged"))
    finally:
        debug.DEBUG = None
    chosen.sort()
    chosen.remove_duplicates()
    return results, chosen.files


class Listening(filelist.FileList):
    def debug_print(self, msg):
        pass


class Including(filelist.FileList):
    def include_pattern(self, *args, **keywords):
        return super().include_pattern(*args, **keywords)

    exclude_pattern = lambda self, *args, **keywords: super().exclude_pattern(*args, **keywords)  # noqa: E731


def plain(path):
    """Without `./`, doubled slashes, and a slash at the end."""
    root = "/" if path.startswith("/") else ""
    return root + "/".join(part for part in path.split("/") if part not in ("", "."))


def plain_rule(pattern, anchor, prefix, excludes):
    """What a rule also stands for; None where there is nothing else."""
    names_no_file = pattern and pattern.rpartition("/")[2] in ("", ".")
    if names_no_file or (prefix == "." and not excludes):
        return None
    own = (pattern or None, prefix)
    pattern, prefix = (each and plain(each) for each in own)
    if (pattern, prefix) == own or (prefix == "" and not pattern and excludes):
        return None
    return (pattern or "*", 0, None) if prefix == "" else (pattern, anchor, prefix)


class Lenient(filelist.FileList):
    """CPython's, and what docs/compatibility.md says of rules with dots and doubled slashes."""

    def include_pattern(self, pattern, anchor=1, prefix=None, is_regex=0):
        if super().include_pattern(pattern, anchor, prefix, is_regex):
            return True
        rule = None if is_regex else plain_rule(pattern, anchor, prefix, False)
        return super().include_pattern(*rule) if rule else False

    def exclude_pattern(self, pattern, anchor=1, prefix=None, is_regex=0):
        search = other = filelist.translate_pattern(pattern, anchor, prefix, is_regex)
        self.debug_print(f"exclude_pattern: applying regex r'{search.pattern}'")
        rule = None if is_regex else plain_rule(pattern, anchor, prefix, True)
        if rule:
            other = filelist.translate_pattern(*rule)
            self.debug_print(f"exclude_pattern: applying regex r'{other.pattern}'")
        before = len(self.files)
        for index in range(before - 1, -1, -1):
            name = self.files[index]
            if search.search(name) or other.search(name if is_regex else plain(name)):
                self.debug_print(" removing " + name)
                del self.files[index]
        return len(self.files) < before


LENIENT = "lenient" in sys.argv
LISTS = {
    "ours": Lenient if LENIENT else filelist.FileList,
    "listening": Lenient if LENIENT else Listening,
    "including": Lenient if LENIENT else Including,
}


def manifest(tree, template, way, prune):
    """A whole MANIFEST.in over a folder, as `sdist` reads it."""
    os.chdir(os.path.join(FOLDER, tree))
    with open("../MANIFEST.in", "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
        file.write(template)
    command = sdist_module.sdist(Distribution({"name": "p", "version": "1"}))
    command.template = "../MANIFEST.in"
    command.filelist = LISTS[way]()
    command.read_template()
    if prune:
        command.prune_file_list()
    found = sorted(command.filelist.files)
    command.filelist.sort()
    command.filelist.remove_duplicates()
    return found, command.filelist.files


def manifest_file(contents):
    """A MANIFEST that was there before."""
    with open("MANIFEST", "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
        file.write(contents)
    command = sdist_module.sdist(Distribution())
    command.manifest = "MANIFEST"
    command.filelist = filelist.FileList()
    by_hand = command._manifest_is_not_generated()
    command.read_manifest()
    return bool(by_hand), command.filelist.files


def parse(parser, rows, aliases, opposites, args, target):
    parser.set_option_table([tuple(row) for row in rows])
    parser.set_negative_aliases(opposites)
    parser.set_aliases(aliases)
    if target is None:
        rest, made = parser.getopt(args)
        return rest, vars(made)
    return parser.getopt(args, target), vars(target)


def options(steps):
    """A life of a parser: each step has a table, aliases, opposites, arguments and attributes set before."""
    parser = fancy_getopt.FancyGetopt()
    results = []
    for rows, aliases, opposites, args, given in steps:
        parser.option_order = []
        target = fancy_getopt.OptionDummy()
        vars(target).update(given or {})

        result = outcome(parse, parser, rows, aliases, opposites, args, None if given is None else target)
        results.append((result, vars(target), parser.get_option_order()))
        if isinstance(result, str):
            # How far it had read the table then is nobody's concern.
            break
        tables = parser.short2long, parser.takes_arg, parser.attr_name, parser.repeat
        results.append((parser.short_opts, parser.long_opts, *(sorted(table.items()) for table in tables)))
    return results


def help_text(rows, header):
    return fancy_getopt.FancyGetopt([tuple(row) for row in rows]).generate_help(header)


def wrap_text(text, width):
    return fancy_getopt.wrap_text(text, width)


def text_lines(text, options, put_back, from_disk):
    if from_disk:
        with open("text", "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
            file.write(text)
        file = text_file.TextFile("text", **options)
    else:
        file = text_file.TextFile("text", io.StringIO(text), **options)
    results = []
    while not results or results[-1][0] is not None:
        results.append((file.readline(), file.current_line))
        if len(results) == put_back:
            file.unreadline("put back")
            file.warn("here")
    return results


def logged(threshold, calls):
    own = log.set_threshold(threshold)
    results = []
    try:
        for function, args in calls:
            results.append(outcome(getattr(log, function), *args))
        return results
    finally:
        log.set_threshold(own)


def outcome(function, *args, **keywords):
    """What the call gives; an exception as its type and text."""
    try:
        return function(*args, **keywords)
    except (Exception, SystemExit) as error:
        return f"{type(error).__name__}: {error}"


def represented(subject, case):
    return repr(globals()[subject](**case))


def main():
    log.set_threshold(log.WARN)
    stdin, stdout = sys.stdin, sys.stdout
    for line in stdin:
        subject, case = json.loads(line)
        sys.stdout = sys.stderr = said = io.StringIO()
        try:
            answer = outcome(represented, subject, case)
        finally:
            sys.stdout, sys.stderr = stdout, sys.__stderr__
        print(json.dumps([answer, renumbered(said.getvalue()) if SPELLED else ""]))


# Where the process was started, with the folders that templates are applied to.
FOLDER = os.getcwd()

# Whether regular expressions are to be spelled as this very Python spells them.
SPELLED = "spelled" in sys.argv

if __name__ == "__main__":
    main()
