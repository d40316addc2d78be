"""The pattern grammar, read from text."""

import pytest

from detectors.text.patterns import GAP, Item, parse


@pytest.mark.parametrize(
    ("expected", "pattern"),
    [
        ([Item(("scam",), ())], "scam"),
        ([Item((), ("scam",))], "scam*"),
        ([Item(("never",), ()), Item(("again",), ())], "never again"),
        ([Item(("take", "took"), ()), GAP, Item(("to",), ())], "take|took _ to"),
        ([Item(("na",), ("umow",))], "na|umow*"),
        ([Item(("rip",), ()), Item(("off",), ())], "rip-off"),
        ([Item(("fact",), ()), Item((), ("check",))], "fact-check*"),
        ([Item(("e",), ()), Item(("coli",), ())], "e. coli"),
        ([Item(("deleteapp", "#deleteapp"), ())], "#deleteapp"),
        ([Item((), ("хуе",))], "хуё*"),
    ],
)
def test_each_form_has_its_items(expected, pattern):
    """Words, stems, phrases, alternatives, one gap; spelled as the normaliser spells the texts."""
    assert tuple(expected) == parse(pattern)


@pytest.mark.parametrize(
    "pattern", ["", "*", "a**b", "_ again", "never _", "never _ _ again", "a  b", "rip-off|scam", "l* x", "!"]
)
def test_a_malformed_pattern_names_itself(pattern):
    """No pattern is silently ignored."""
    with pytest.raises(ValueError, match=r"pattern .*"):
        parse(pattern)
