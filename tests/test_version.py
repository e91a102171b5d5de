"""distutils.version and distutils.versionpredicate, as CPython has them."""

import random

import pytest


def test_strict_versions_order_as_numbers_with_their_prereleases_before_them(distutils) -> None:
    from distutils.version import StrictVersion

    ordered = ["0.4", "0.4.1", "0.5a1", "0.5b3", "0.5", "0.9.6", "1.0", "1.0.4a3", "1.0.4b1", "1.0.4", "1.10"]
    shuffled = random.Random(1).sample(ordered, len(ordered))
    assert [str(version) for version in sorted(map(StrictVersion, shuffled))] == ordered
    assert StrictVersion("1.2") == StrictVersion("1.2.0") == "1.2" != "1.2a1"
    assert StrictVersion("1.2") <= "1.2" and not StrictVersion("1.2") > "1.2"
    assert (StrictVersion("1.2b3").version, StrictVersion("1.2b3").prerelease) == ((1, 2, 0), ("b", 3))
    assert repr(StrictVersion("1.2.0a4")) == "StrictVersion ('1.2a4')"
    assert StrictVersion("1.2") != 12 and StrictVersion("1.2").__lt__(12) is NotImplemented
    for text in ("1", "2.7.2.2", "1.3.a4", "1.3pl1", "1.3c4"):
        with pytest.raises(ValueError, match=f"^invalid version number '{text}'$"):
            StrictVersion(text)


def test_loose_versions_take_anything_apart(distutils) -> None:
    from distutils.version import LooseVersion

    assert LooseVersion("1.13++").version == [1, 13, "++"]
    assert LooseVersion("3.10a").version == [3, 10, "a"]
    assert LooseVersion("1.5.1") < LooseVersion("1.5.2b2") < "161"
    assert LooseVersion("1.5.2b2") > "1.5.2"
    assert repr(LooseVersion("8.02")) == "LooseVersion ('8.02')" and str(LooseVersion("8.02")) == "8.02"
    assert LooseVersion("1" * 40).version == [int("1" * 40)]
    with pytest.raises(TypeError, match="not supported between instances of 'str' and 'int'"):
        LooseVersion("1.a") < LooseVersion("1.1")  # noqa: B015
    with pytest.raises(TypeError, match="unhashable"):
        hash(LooseVersion("1"))
    assert vars(LooseVersion()) == {}


def test_a_subclass_parses_and_compares_its_own_way(distutils) -> None:
    from distutils.version import Version

    class Backwards(Version):
        def parse(self, vstring):
            self.number = -int(vstring)

        def __str__(self):
            return str(-self.number)

        def _cmp(self, other):
            return (self.number > other.number) - (self.number < other.number)

    assert Backwards("3") < Backwards("2") <= Backwards("2")
    assert repr(Backwards("3")) == "Backwards ('3')"


def test_predicates_say_which_versions_will_do(distutils) -> None:
    from distutils.version import StrictVersion
    from distutils.versionpredicate import VersionPredicate, split_provision, splitUp

    predicate = VersionPredicate("pyepat.abc (>1.0, <3333.3a1, !=1555.1b3)")
    assert str(predicate) == "pyepat.abc (> 1.0, < 3333.3a1, != 1555.1b3)"
    assert predicate.name == "pyepat.abc"
    assert [predicate.satisfied_by(version) for version in ("1.1", "1.0", "4444.4", "1555.1b3")] == [
        True,
        False,
        False,
        False,
    ]
    assert str(VersionPredicate(" pat ")) == "pat" and VersionPredicate("pat").satisfied_by("anything")
    assert splitUp(">= 1.0") == (">=", StrictVersion("1.0"))
    assert split_provision(" mypkg ( 1.2 ) ") == ("mypkg", StrictVersion("1.2"))
    assert split_provision("a.b") == ("a.b", None)
    for text, message in [
        ("", "empty package restriction"),
        ("foo-bar", "expected parenthesized list: '-bar'"),
        ("foo bar (12.21)", "expected parenthesized list: 'bar (12.21)'"),
        ("p (>=1.0, !=1.2zb3)", "invalid version number '1.2zb3'"),
        ("p (1.0)", "bad package restriction syntax: '1.0'"),
        ("1p", "bad package name in '1p'"),
    ]:
        with pytest.raises(ValueError) as caught:
            VersionPredicate(text)
        assert str(caught.value) == message


def test_the_public_expressions_and_comparisons_are_there(distutils) -> None:
    import operator
    from distutils.version import LooseVersion, StrictVersion
    from distutils.versionpredicate import compmap, re_paren, re_splitComparison, re_validPackage

    assert compmap["<="] is operator.le and len(compmap) == 6
    assert re_validPackage.match(" a.b_1 (x)").groups() == ("a.b_1", " (x)")
    assert re_paren.match(" (a, b) ").group(1) == "a, b"
    assert re_splitComparison.match(" != 1.0 ").groups() == ("!=", "1.0")
    assert StrictVersion.version_re.match("1.2.3b4").group(1, 2, 4, 5, 6) == ("1", "2", "3", "b4", "4")
    assert LooseVersion.component_re.split("1.2a") == ["", "1", "", ".", "", "2", "", "a", ""]
