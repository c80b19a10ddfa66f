"""Packs built programs into a folder that `sam deploy` takes: pack.py ARCHITECTURE PROGRAMS FOLDER

PROGRAMS has a folder for each function with its `bootstrap`, as cargo-lambda leaves them. The same programs give the same
bytes, whenever and wherever they are packed.
"""

import pathlib
import re
import shutil
import sys
import zipfile

ROOT = pathlib.Path(__file__).parents[1]
FUNCTIONS = sorted(path.parent.name for path in ROOT.glob("functions/*/Cargo.toml"))
BESIDE_THE_TEMPLATE = ["samconfig.toml", "LICENSE-APACHE", "LICENSE-MIT"]
# The earliest that a zip can name.
NO_TIME = (1980, 1, 1, 0, 0, 0)
REGULAR, EXECUTABLE, READABLE = 0o100000, 0o755, 0o644


def main(architecture, programs, folder):
    programs, folder = pathlib.Path(programs), pathlib.Path(folder)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "template.yaml").write_text(template(architecture))
    for name in BESIDE_THE_TEMPLATE:
        shutil.copyfile(ROOT / name, folder / name)
    for function in FUNCTIONS:
        program = (programs / function / "bootstrap").read_bytes()
        pack(folder / f"{function}.zip", [("bootstrap", program, EXECUTABLE)])
    inside = sorted(path for path in folder.iterdir())
    whole = [(f"{folder.name}/{path.name}", path.read_bytes(), READABLE) for path in inside]
    pack(folder.with_name(f"{folder.name}.zip"), whole)


def template(architecture):
    """template.yaml with the zips in place of how SAM builds them, for one architecture."""
    text = (ROOT / "template.yaml").read_text()
    text = once(r"^    CodeUri: \.\n", "", text)
    for function in FUNCTIONS:
        built = rf"^    Metadata: \{{ BuildMethod: rust-cargolambda, BuildProperties: \{{ Binary: {function} \}} \}}\n    Properties:\n"
        text = once(built, f"    Properties:\n      CodeUri: {function}.zip\n", text)
    choice = r"(^  Architecture:\n    Type: String\n    Default: )\w+\n    AllowedValues: \[.*\]\n"
    return once(choice, rf"\g<1>{architecture}\n    AllowedValues: [{architecture}]\n", text)


def once(pattern, replacement, text):
    text, times = re.subn(pattern, replacement, text, flags=re.MULTILINE)
    if times != 1:
        sys.exit(f"template.yaml has {times} places like {pattern}, not one: change release/pack.py with it")
    return text


def pack(path, files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content, mode in files:
            entry = zipfile.ZipInfo(name, NO_TIME)
            # As if packed on Unix, wherever it is: Lambda needs the right to execute.
            entry.create_system, entry.external_attr = 3, (REGULAR | mode) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
