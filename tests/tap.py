# SPDX-License-Identifier: MIT
"""TAP for tests of programs: every function of the caller that is named test_... is one point."""

import sys
import traceback


class Skip(Exception):
    """Raised with the reason by a test that cannot be had here."""


def report(text):
    """Lines for whoever looks into a failure."""
    print("# " + text.rstrip().replace("\n", "\n# "))


def point(number, name, test):
    """Runs one test; whether it passed."""
    try:
        test()
    except Skip as reason:
        print(f"ok {number} - {name} # SKIP {reason}")
        return True
    except Exception:  # pylint: disable=broad-except
        report(traceback.format_exc())
        print(f"not ok {number} - {name}")
        return False
    print(f"ok {number} - {name}")
    return True


def run(names):
    """Runs the tests among these names, and exits."""
    tests = {name[5:]: test for name, test in names.items() if name.startswith("test_")}
    results = [point(number, name, test) for number, (name, test) in enumerate(tests.items(), 1)]
    print(f"1..{len(tests)}")
    sys.exit(not (results and all(results)))


def equal(found, expected):
    """Fails the test when they differ."""
    assert found == expected, f"found {found!r}, expected {expected!r}"


def has(text, *parts):
    """Fails the test when a part is missing."""
    for part in parts:
        assert part in text, f"no {part!r} in {text!r}"
