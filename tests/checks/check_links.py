#!/usr/bin/env python3
"""check_links - links on a page lead to a file, and to a heading in it; every experiment is listed.

Links to other sites are not looked at. Headings become anchors as on GitHub: lower case, blanks to
hyphens, everything but letters, digits, hyphens and underscores dropped.

usage: check_links.py SOURCE_ROOT
"""
import functools
import pathlib
import re
import sys

LINK = re.compile(r"\]\(([^)\s]+)\)")
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#+ +(.*)$", re.MULTILINE)
EXPERIMENTS = "data/experiments"


def prose(page):
    """A page without its code."""
    return FENCED.sub("", page.read_text(encoding="utf-8"))


@functools.lru_cache(maxsize=None)
def anchors(page):
    """The anchors of a page's headings."""
    return {
        re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")
        for heading in HEADING.findall(prose(page))
    }


def check_page(page, problems):
    """Follow the links of one page; return how many there are."""
    links = [link for link in LINK.findall(prose(page)) if "://" not in link]
    for link in links:
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        if not target.exists():
            problems.append(f"{page}: there is no {link}")
        elif anchor and target.suffix == ".md" and anchor not in anchors(target):
            problems.append(f"{page}: {name or 'the page'} has no heading #{anchor}")
    return len(links)


def check_experiments(root, problems):
    """Every experiment is linked from the list of its folder."""
    listed = set(LINK.findall(prose(root / EXPERIMENTS / "README.md")))
    for path in sorted((root / EXPERIMENTS).glob("*.yaml")):
        if path.name not in listed:
            problems.append(f"{EXPERIMENTS}/README.md: does not list {path.name}")


def main():
    root = pathlib.Path(sys.argv[1]).resolve()
    problems = []
    folders = ("docs", "data", "examples", "src", "tests", "tools")
    pages = [*sorted(root.glob("*.md"))]
    pages += [page for folder in folders for page in sorted((root / folder).rglob("*.md"))]
    count = sum(check_page(page, problems) for page in pages)
    check_experiments(root, problems)
    if count == 0:
        problems.append("no page has a link: the check sees nothing")
    print("\n".join(problems) or f"links: {count} on {len(pages)} pages lead somewhere")
    return 1 if problems else 0


sys.exit(main())
