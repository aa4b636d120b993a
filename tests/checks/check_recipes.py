#!/usr/bin/env python3
"""check_recipes - code shown on a page is the file that the tests build, byte for byte.

A fenced block that follows a line `<!-- file: PATH -->` must be PATH's text.

usage: check_recipes.py SOURCE_ROOT
"""
import pathlib
import re
import sys

BLOCK = re.compile(r"^<!-- file: (\S+) -->\n+```\w*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MARK = re.compile(r"^<!-- file: ", re.MULTILINE)


def check_page(root, page, problems):
    """Compare the blocks of one page with their files; return how many there are."""
    text = page.read_text(encoding="utf-8")
    blocks = BLOCK.findall(text)
    if len(blocks) != len(MARK.findall(text)):
        problems.append(f"{page.relative_to(root)}: a `file:` mark without a fenced block")
    for name, shown in blocks:
        path = root / name
        if not path.is_file():
            problems.append(f"{page.relative_to(root)}: there is no file {name}")
        elif path.read_text(encoding="utf-8") != shown:
            problems.append(f"{page.relative_to(root)}: shows something else than {name}")
    return len(blocks)


def main():
    root = pathlib.Path(sys.argv[1]).resolve()
    problems = []
    pages = [*sorted(root.glob("*.md")), *sorted((root / "docs").rglob("*.md"))]
    count = sum(check_page(root, page, problems) for page in pages)
    if count == 0:
        problems.append("no page shows a file: the check sees nothing")
    print("\n".join(problems) or f"recipes: {count} shown as built")
    return 1 if problems else 0


sys.exit(main())
