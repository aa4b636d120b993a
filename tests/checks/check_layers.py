#!/usr/bin/env python3
"""check_layers - every #include "..." follows the arrows of docs/architecture.md.

usage: check_layers.py SOURCE_ROOT
"""
import pathlib
import re
import sys

# What each folder of src may include of the other folders of src.
ALLOWED = {
    "base": set(),
    "models": {"base"},
    "coding": {"base"},
    "schedule": {"base"},
    "experiment": {"base", "models", "coding"},
    "network": {"base", "models", "experiment"},
    "checkpoint": {"base"},
    "record": {"base", "models", "experiment", "network", "checkpoint"},
    "engine": {"base", "models", "schedule", "experiment", "network", "checkpoint", "record"},
    "measure": {"base", "models", "experiment", "network", "record", "engine"},
    "report": {"base", "models", "experiment", "network", "record", "engine", "measure"},
    "formats": {"base", "experiment", "record"},
}
# Folders that see nothing but the public headers (and their own files).
PUBLIC_ONLY = ("tools", "benchmarks", "examples")
INCLUDE = re.compile(r'^\s*#\s*include\s+(?:"([^"]+)"|<(saltus/[^>]+)>)')


def includes(path):
    """Yield (line number, included name)."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        match = INCLUDE.match(line)
        if match:
            yield number, match.group(1) or match.group(2)


def check_source(root, problems):
    """Every file of src/FOLDER includes its own folder and what the table allows."""
    for path in sorted((root / "src").rglob("*.[ch]")):
        folder = path.relative_to(root / "src").parts[0]
        if folder not in ALLOWED:
            problems.append(f"{path.relative_to(root)}: src/{folder} is not in the table")
            continue
        for number, name in includes(path):
            parts = pathlib.PurePosixPath(name).parts
            target = folder if len(parts) == 1 else parts[0]
            if target in ("saltus", folder) or target in ALLOWED[folder]:
                continue
            problems.append(f"{path.relative_to(root)}:{number}: {folder} may not include {name}")


def check_public_only(root, problems):
    for folder in PUBLIC_ONLY:
        for path in sorted((root / folder).rglob("*.[ch]")):
            for number, name in includes(path):
                if name.startswith("saltus/") or (path.parent / name).is_file():
                    continue
                if folder == "tools" and (root / "tools/command" / name).is_file():
                    continue
                problems.append(f"{path.relative_to(root)}:{number}: {folder} may include only "
                                f"public headers, not {name}")


def check_headers(root, problems):
    """Public headers include public headers only."""
    for path in sorted((root / "include").rglob("*.h")):
        for number, name in includes(path):
            if not name.startswith("saltus/"):
                problems.append(f"{path.relative_to(root)}:{number}: a public header may include "
                                f"only public headers, not {name}")


def main():
    root = pathlib.Path(sys.argv[1])
    problems = []
    check_source(root, problems)
    check_public_only(root, problems)
    check_headers(root, problems)
    print("\n".join(problems) or "layers: all arrows point the right way")
    return 1 if problems else 0


sys.exit(main())
