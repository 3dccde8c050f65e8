"""The documents: links that lead somewhere, tables that are the code's own, commands and names that exist."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from deforum_perform.app.deforum.exports import KINDS
from deforum_perform.core.deforum.fields import FIELDS
from deforum_perform.core.deforum.motion import FORMS
from deforum_perform.core.deforum.selection import PICKS
from deforum_perform.core.deforum.underlay import BLENDS
from deforum_perform.core.records import field_types
from deforum_perform.core.song.clip import Clip
from deforum_perform.core.song.edit import Edit
from deforum_perform.core.song.info import SongInfo
from deforum_perform.core.song.lane import PARTS, Lane
from deforum_perform.core.song.shaping import CURVES, POOLS
from deforum_perform.core.song.song import Song
from deforum_perform.core.song.take_info import TakeInfo, TakeProblem
from deforum_perform.core.song.workspace import LaneState, Workspace
from deforum_perform.core.time.time_map import TimeMap
from deforum_perform.osc.decode.control import CONTROLS
from deforum_perform.standalone.arguments import DEMO_FOLDER
from deforum_perform.store.songs.folder import BACKUP, BASE, DAMAGED_WORKSPACE, SONG, WORKSPACE
from dev import COMMANDS
from docs.tables import GENERATED, filled

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
IDS = {"ids": lambda path: path.relative_to(ROOT).as_posix()}
LINK = re.compile(r"(?<!`)\[[^\]\n]*\]\(([^)\s]+)\)")


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def anchors(text: str) -> set[str]:
    """The anchors of a document's headings, as code hosts make them."""
    prose = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    titles = re.findall(r"^#+ (.+)$", prose, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("path", DOCUMENTS, **IDS)
def test_links_lead_somewhere(path: Path) -> None:
    """Every link inside the project names a file that is there and a heading that is in it."""
    broken = []
    for target in LINK.findall(path.read_text(encoding="utf-8")):
        if target.startswith(("http://", "https://")):
            continue
        name, _, anchor = target.partition("#")
        file = (path.parent / name).resolve() if name else path
        if not file.exists() or (anchor and anchor not in anchors(file.read_text(encoding="utf-8"))):
            broken.append(target)
    assert broken == []


@pytest.mark.parametrize("path", DOCUMENTS, **IDS)
def test_documents_read_well_as_text(path: Path) -> None:
    """Lines of prose keep to 120 characters; nothing is announced that is not there."""
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if len(line) > 120 and not line.startswith(("|", "!["))] == []
    assert not re.search(r"\b(?:TODO|TBD|coming soon|work in progress)\b", "\n".join(lines), re.IGNORECASE)


@pytest.mark.parametrize("path", GENERATED, ids=lambda path: path.name)
def test_generated_parts_are_up_to_date(path: Path) -> None:
    """docs/lanes.md and docs/api.md hold what docs/tables.py writes from the tables of the code."""
    assert filled(path) == path.read_text(encoding="utf-8"), "run python3 docs/tables.py"


def test_every_runner_command_named_exists() -> None:
    """`dev.py WORD` in any document is a command, and every command is in CONTRIBUTING."""
    texts = [path.read_text(encoding="utf-8") for path in DOCUMENTS]
    named = {word for text in texts for word in re.findall(r"dev\.py ([a-z]\w*)", text)}
    assert named - set(COMMANDS) == set()
    assert set(COMMANDS) - named == set()


def test_control_addresses_are_all_there() -> None:
    """docs/senders.md lists exactly the addresses Perform obeys."""
    named = set(re.findall(r"^\| `/perform/(\w+)` \|", read("docs/senders.md"), re.MULTILINE))
    assert named == set(CONTROLS)


def test_the_formats_name_what_is_written() -> None:
    """docs/formats.md names the store's files, every value of song.json, and the words a lane knows."""
    text = read("docs/formats.md")
    assert [name for name in (SONG, BACKUP, BASE, WORKSPACE, DAMAGED_WORKSPACE) if name not in text] == []
    kinds = (SongInfo, Song, TakeInfo, TakeProblem, Lane, *PARTS.values(), Clip, Edit, TimeMap, Workspace, LaneState)
    names = {name for kind in kinds for name in field_types(kind)}
    words = {*CURVES, *POOLS, *FORMS, *BLENDS, *PICKS}
    assert sorted(name for name in names | words if f"`{name}`" not in text) == []


def test_the_exports_are_all_there() -> None:
    """docs/exports.md lists exactly the forms a song can be written in."""
    assert set(re.findall(r"^\| `(\w+)` \|", read("docs/exports.md"), re.MULTILINE)) == set(KINDS)


def test_the_two_commands_stand_in_the_readme() -> None:
    """The README gives the demo and the tests as one command each, for Windows too; CI runs the second."""
    readme = read("README.md")
    for command in ("demo", "test"):
        assert f"\npython3 dev.py {command}\n" in readme
        assert f"`py -3 dev.py {command}`" in readme
    assert read(".ci/run").rstrip().endswith("\npython3 dev.py test")


def test_documented_commands_leave_no_untracked_files() -> None:
    """What a command of the documents writes is outside of the clone or ignored by git, the demo's folder too."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("this is not a clone, or there is no git")
    texts = [path.read_text(encoding="utf-8") for path in DOCUMENTS]
    named = {name for text in texts for name in re.findall(r"--out ([^\s`]+)", text)}
    inside = [name for name in named if not name.isupper() and not name.startswith(("../", "/"))]
    for name in [f"{DEMO_FOLDER}/settings.txt", *inside]:
        asked = subprocess.run([git, "check-ignore", "-q", name], cwd=ROOT, check=False)
        assert asked.returncode == 0, name


OTHER_WORDS = {r"\b[Pp]roof|\b[Pp]rove[ds]?\b": "Check", r"\b[Pp]eak\b": "strongest", r"\bSources\b": "Monitor"}
"""Words that were used beside the one for the same thing."""


def said() -> Iterator[tuple[str, str]]:
    """(Where, text) of everything people read: documents, and the texts of the page and of messages."""
    for path in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]:
        yield path.name, path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "page").rglob("*.js")):
        for text in re.findall(r'"([^"\n]+)"|`([^`\n]+)`', path.read_text(encoding="utf-8")):
            yield path.name, re.sub(r"\$\{[^}]*\}", "", "".join(text))
    for path in sorted((ROOT / "deforum_perform").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        statements = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in statements:
                yield path.name, node.value


def test_one_thing_has_one_word() -> None:
    """Documents, page and messages say Check, strongest and Monitor, and no other word for these."""
    names = re.compile(r"[a-z_.#\[\]>: -]*perform-[\w -]+|[a-z_]+(?:[.A-Z]\w*)*|part=\w+")
    found = [
        (where, text, word)
        for where, text in said()
        for pattern, word in OTHER_WORDS.items()
        if re.search(pattern, text) and not names.fullmatch(text)
    ]
    assert found == []


def test_the_first_schedule_acts_in_every_host() -> None:
    """The field of the first example acts at every frame, in 2D and in 3D mode, with no box to tick."""
    label = re.findall(r"type what it plays: \*([^*]+)\*", read("docs/getting-started.md"))
    (field,) = [field for field in FIELDS.values() if [field.label] == label]
    assert [mode for mode in ("2D", "3D") if not field.acts_in(mode)] == []
    assert (field.reads, field.gate) == ("frame", None)
