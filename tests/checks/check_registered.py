#!/usr/bin/env python3
"""check_registered - every C file of the project is built, so that no test is forgotten.

usage: check_registered.py SOURCE_ROOT BUILD_ROOT
"""
import json
import pathlib
import sys

FOLDERS = ("src", "tools", "tests", "benchmarks", "examples")
# Built only by parts of tools/test that ask for them.
ELSEWHERE = ("tests/fuzz/", "tests/threads/race_planted.c")


def main():
    root = pathlib.Path(sys.argv[1]).resolve()
    build = pathlib.Path(sys.argv[2]).resolve()
    commands = json.loads((build / "compile_commands.json").read_text())
    built = {(pathlib.Path(c["directory"]) / c["file"]).resolve() for c in commands}
    forgotten = [
        str(path.relative_to(root))
        for folder in FOLDERS
        for path in sorted((root / folder).rglob("*.c"))
        if path.resolve() not in built
        and not str(path.relative_to(root)).startswith(ELSEWHERE)
    ]
    for name in forgotten:
        print(f"{name}: is in no meson.build")
    if not forgotten:
        print(f"registered: all files are among the {len(built)} that are built")
    return 1 if forgotten else 0


sys.exit(main())
