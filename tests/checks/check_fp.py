#!/usr/bin/env python3
"""check_fp - every C file is compiled with contraction off and without fast-math.

usage: check_fp.py BUILD_ROOT

Reads compile_commands.json: the flags that are really used, whoever set them.
"""
import json
import pathlib
import re
import sys

REQUIRED = "-ffp-contract=off"
FORBIDDEN = re.compile(r"^(-ffast-math|-Ofast|-funsafe-math-optimizations|-fassociative-math|"
                       r"-freciprocal-math|-ffinite-math-only|-march=native|"
                       r"-ffp-contract=(?!off).*)$")


def main():
    commands = json.loads((pathlib.Path(sys.argv[1]) / "compile_commands.json").read_text())
    problems = []
    for entry in commands:
        if not entry["file"].endswith(".c"):
            continue
        flags = entry["command"].split()
        if REQUIRED not in flags:
            problems.append(f"{entry['file']}: compiled without {REQUIRED}")
        problems += [f"{entry['file']}: compiled with {f}" for f in flags if FORBIDDEN.match(f)]
    print("\n".join(problems) or f"floating point: {len(commands)} commands in order")
    return 1 if problems or not commands else 0


sys.exit(main())
