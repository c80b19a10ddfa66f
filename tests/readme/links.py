"""Follows every relative link of the documents in the repository, to its file and its heading. A page under docs/ that code and
templates name must exist, and docs/README.md must list every page.

Prints each link that leads nowhere, and ends with 1 if there is one."""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
CODE = re.compile(r"^( *)```.*?^\1```$|`[^`\n]+`", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^()\s]+)\)")
OTHER_SITE = re.compile(r"[a-z]+:")


def tracked(*patterns):
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", *patterns], cwd=ROOT, check=True, capture_output=True, text=True)
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


def anchors(page):
    """The anchors of a page's headings, as GitHub makes them."""
    text = re.sub(r"^( *)```.*?^\1```$", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    found = []
    for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE):
        words = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
        anchor = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        found.append(f"{anchor}-{found.count(anchor)}" if anchor in found else anchor)
    return found


def broken_links(page):
    """The links of a page that lead nowhere."""
    for link in LINK.findall(CODE.sub("", page.read_text())):
        if OTHER_SITE.match(link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists():
            yield link, "there is no such file"
        elif anchor and anchor not in anchors(target):
            yield link, "there is no such heading"


def main():
    problems = [f"{page.relative_to(ROOT)}: {link}: {why}" for page in tracked("*.md") for link, why in broken_links(page)]
    for file in tracked("*.rs", "*.yaml", "*.toml", "*.py", "*.js", "*.ts", "*.html"):
        for named in re.findall(r"(?<![\w/.-])docs/[\w-]+\.\w+", file.read_text()):
            if not (ROOT / named).exists():
                problems.append(f"{file.relative_to(ROOT)}: {named}: there is no such file")
    contents = (ROOT / "docs/README.md").read_text()
    for page in tracked("docs"):
        if page.name != "README.md" and f"]({page.name})" not in contents:
            problems.append(f"docs/README.md: it does not list {page.name}")
    print("\n".join(problems) or "passed every link leads somewhere")
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
