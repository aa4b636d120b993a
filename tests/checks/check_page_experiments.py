#!/usr/bin/env python3
"""check_page_experiments - experiments shown whole on a page are experiments.

A fenced block of YAML with a line `saltus: 1` must pass `saltus check`. Parts of experiments are
not looked at.

usage: check_page_experiments.py SOURCE_ROOT SALTUS
"""
import pathlib
import re
import subprocess
import sys
import tempfile

BLOCK = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
WHOLE = re.compile(r"^saltus: 1\b", re.MULTILINE)


def check_page(root, page, saltus, folder, problems):
    """Check the experiments of one page; return how many there are."""
    blocks = [b for b in BLOCK.findall(page.read_text(encoding="utf-8")) if WHOLE.search(b)]
    for number, block in enumerate(blocks, 1):
        path = folder / f"{page.stem}_{number}.yaml"
        path.write_text(block, encoding="utf-8")
        done = subprocess.run(
            [saltus, "check", str(path)], capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            problems.append(f"{page.relative_to(root)}: experiment {number}: {done.stderr.strip()}")
    return len(blocks)


def main():
    root = pathlib.Path(sys.argv[1]).resolve()
    saltus = pathlib.Path(sys.argv[2]).resolve()
    problems = []
    pages = [*sorted(root.glob("*.md")), *sorted((root / "docs").rglob("*.md"))]
    with tempfile.TemporaryDirectory() as folder:
        count = sum(
            check_page(root, page, saltus, pathlib.Path(folder), problems) for page in pages
        )
    if count == 0:
        problems.append("no page shows an experiment: the check sees nothing")
    print("\n".join(problems) or f"page experiments: {count} are right")
    return 1 if problems else 0


sys.exit(main())
