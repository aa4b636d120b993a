#!/usr/bin/env python3
"""check_sizes - C files of at most 600 lines, functions of at most 70, names of files unique.

usage: check_sizes.py SOURCE_ROOT

A function is what stands between a '{' and a '}' in the first column: the brace style
(.clang-format) puts exactly function bodies there.
"""
import collections
import pathlib
import sys

MAX_FILE_LINES = 600
MAX_FUNCTION_LINES = 70
FOLDERS = ("include", "src", "tools", "tests", "benchmarks", "examples")


def functions(lines):
    """Yield (first line, length) of every function body."""
    start = None
    for number, line in enumerate(lines, 1):
        if line.startswith("{"):
            start = number
        elif line.startswith("}") and start is not None:
            yield start, number - start + 1
            start = None


def main():
    root = pathlib.Path(sys.argv[1])
    problems = []
    names = collections.defaultdict(list)
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*.[ch]")):
            where = path.relative_to(root)
            lines = path.read_text(encoding="utf-8").splitlines()
            if len(lines) > MAX_FILE_LINES:
                problems.append(f"{where}: {len(lines)} lines, at most {MAX_FILE_LINES}")
            for start, length in functions(lines):
                if length > MAX_FUNCTION_LINES:
                    problems.append(f"{where}:{start}: function of {length} lines, "
                                    f"at most {MAX_FUNCTION_LINES}")
            # A public header and the internal one of the same subject may share their name.
            names[("include" if folder == "include" else "rest", path.name)].append(str(where))
    for (_, name), paths in names.items():
        if len(paths) > 1:
            problems.append(f"{name}: several files of this name: {', '.join(paths)}")
    print("\n".join(problems) or "sizes: all within bounds")
    return 1 if problems else 0


sys.exit(main())
