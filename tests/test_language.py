"""Language: texts, documentation, docstrings and comments are plain technical English with one term for each thing."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Container, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

WORDS = {
    r"\b(?:heard|hears?|hearing)\b": "received",
    r"\b(?:told|tells)\b": "reported, shown, identified",
    r"\b(?:no|some|every)body\b": "no sender, a user, everyone",
    r"(?<!there )\b(?:is|are) no (?!longer|more)": "is not a",
    r"\b(?:the|a|its|his) hands?\b": "the user, the knob",
    r"\b(?:mend|mends|mended|heal|heals|healed|healer)\b": "correct, retry, restart",
    r"\brooms?\b": "package, space",
    r"\bway to us\b|\bon the way in\b": "reception",
    r"\b(?:a|the|this|that|each|every|one|next|last|running) pass(?:es)?\b": "recording",
    r"\b(?:a|the|each|every|its|newest) covers?\b(?! )": "clip",
    r"\b(?:proofs?|prove[sd]?|proving)\b": "check",
    r"\bdoors?\b": "form",
    r"\bfault[sy]?\b": "problem, error",
    r"\b(?:stands|stood)\b(?! in for)": "is",
    r"\b(?:lies|lay over|lay under)\b": "is",
    r"\b(?:speaks?|spoken)\b": "send",
    r"\bknock\w*\b": "request",
    r"\bthrow(?:n|s)? away\b": "delete, discard",
    r"\banew\b": "again",
    r"\b(?:let|lets|letting) in\b": "accept, allow",
    r"\bput aside\b": "set aside",
}
"""Pattern -> the terms to use instead. CONTRIBUTING names the terms."""

ALLOWED = {
    "core/curve/smoothing.py": r"the backward pass",
    "tests/engines/webkit.py": r"\(fault\)",
    "tests/looks/states.py": r"'proof\.choose'",
}
"""Ending of a path -> texts in it that are meant in their usual sense."""

OLD_NAMES = re.compile(
    r"heard|hears|hearing|un_?told|told|tells|nobody|somebody|stands|stood|lies|proofs?|prove[sdn]?|proving|healer"
    r"|heal(?:s|ed)|mend(?:s|ed|ing)?|faults?|faulty|knock(?:s|ed|ing)?|speaks?|spoken|doors?|covers?|pass|passes"
)
"""Words that no name has as a part: a variable, function, test, key, action or class of a style sheet."""

NAMES_KEPT = {
    "pass_id": "saved in the headers of journals",
    "mended": "saved in songs, with the reception problems of takes",
    "pass": "Python's statement",
    "pass_fds": "an argument of subprocess.Popen",
}
"""Name -> why it stays."""

_ANY = re.compile("|".join(f"(?:{pattern})" for pattern in WORDS), re.IGNORECASE)
_TICKS = re.compile(r"[\w.#\[\]=-]*perform-[\w -]+|``[^`]*``|`[^`]*`|\[[^\]]*\]\([^)]*\)|https?://\S+|\{[^{}]*\}")
_JS = re.compile(r"/\*.*?\*/|(?<![:\"'`\\])//[^\n]*|\"(?:[^\"\\\n]|\\.)*\"|`(?:[^`\\]|\\.)*`", re.DOTALL)
_JS_TYPES = re.compile(r"@(?:param|returns|type|template|typedef)\s*(?:\{[^\n]*?\}(?=\s|\*))?\s*\[?[\w.]*\]?")
_CLASSES = re.compile(r"[\w-]*perform-[\w -]+|[a-z]+[.:_][\w.:]+")


def _python(text: str) -> Iterator[tuple[int, str]]:
    """(Line, text) of each docstring, comment and message with more than one word."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value.strip():
            yield node.lineno, node.value
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def _javascript(text: str) -> Iterator[tuple[int, str]]:
    """(Line, text) of each comment and text with more than one word; types are left out."""
    for found in _JS.finditer(text):
        words = _CLASSES.sub(" ", _JS_TYPES.sub(" ", re.sub(r"\$\{[^}]*\}", " ", found[0])))
        if " " in words.strip():
            yield text[: found.start()].count("\n") + 1, words


def _markdown(text: str) -> Iterator[tuple[int, str]]:
    """(Line, text) of each line outside of code blocks."""
    prose = re.sub(r"^```.*?^```", lambda block: "\n" * block[0].count("\n"), text, flags=re.MULTILINE | re.DOTALL)
    yield from enumerate(prose.splitlines(), 1)


def _python_names(text: str) -> Iterator[tuple[int, str]]:
    """(Line, name) of everything that has a name, and of each text of one word, such as a key."""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.NAME:
            yield token.start[0], token.string
        elif token.type == tokenize.STRING and re.fullmatch(r"""[rbf]?["'][\w.:-]+["']""", token.string):
            yield token.start[0], token.string.strip("rbf\"'")


def _javascript_names(text: str) -> Iterator[tuple[int, str]]:
    """(Line, name) outside of comments, and of each text of one word."""
    comments = re.compile(r"/\*.*?\*/|(?<![:\"'`\\])//[^\n]*", re.DOTALL)
    code = comments.sub(lambda found: "\n" * found[0].count("\n"), text)
    code = re.sub(r"([\"'])(?:(?!\1)[^\\\n]|\\.)* (?:(?!\1)[^\\\n]|\\.)*\1", _classes_in, code)
    for line, content in enumerate(code.splitlines(), 1):
        yield from ((line, found[0]) for found in re.finditer(r"[A-Za-z_][\w.-]*", content))


def _classes_in(found: re.Match[str]) -> str:
    """A text of several words without the words, but with the classes that it names."""
    return " ".join(re.findall(r"perform-[\w-]+", found[0]))


def _style_names(text: str) -> Iterator[tuple[int, str]]:
    """(Line, class) of a style sheet."""
    for line, content in enumerate(text.splitlines(), 1):
        yield from ((line, found[0]) for found in re.finditer(r"perform-[\w-]+", content))


NAMES = {".py": _python_names, ".js": _javascript_names, ".ts": _javascript_names, ".css": _style_names}
READERS = {".py": _python, ".js": _javascript, ".ts": _javascript, ".md": _markdown}
FOLDERS = ("deforum_perform", "page", "javascript", "docs", "tests", "bench", "scripts", "")
"""The last one is the root, without its folders."""


def files(folder: str, kinds: Container[str] = READERS) -> list[Path]:
    """The files of a folder that are read. The changelog names what was renamed by its old name."""
    paths = (ROOT / folder).rglob("*") if folder else ROOT.glob("*")
    left_out = (Path(__file__).name, "CHANGELOG.md")
    return sorted(
        path
        for path in paths
        if path.suffix in kinds and path.name not in left_out and "data" not in path.relative_to(ROOT).parts
    )


def found_in(path: Path) -> list[str]:
    """``line: words (use ...)`` for each word of a file that has a better term."""
    name = path.relative_to(ROOT).as_posix()
    allowed = [pattern for ending, pattern in ALLOWED.items() if name.endswith(ending)]
    found = []
    for line, text in READERS[path.suffix](path.read_text(encoding="utf-8")):
        if not _ANY.search(text):
            continue
        prose = " ".join(_TICKS.sub(" ", text).split())
        for pattern in allowed:
            prose = re.sub(pattern, " ", prose)
        for pattern, term in WORDS.items():
            match = re.search(pattern, prose, re.IGNORECASE)
            if match:
                found.append(f"{line}: '{prose[max(0, match.start() - 30) : match.end() + 30]}' (use: {term})")
    return found


@pytest.mark.parametrize("folder", FOLDERS)
def test_texts_use_the_terms_of_the_documentation(folder: str) -> None:
    """No text, document, docstring or comment uses a word that has a better term."""
    assert {path.relative_to(ROOT).as_posix(): found for path in files(folder) if (found := found_in(path))} == {}


def old_names_in(path: Path) -> list[str]:
    """``line: name`` for each name of a file that has an old word as a part."""
    found = dict.fromkeys(NAMES[path.suffix](path.read_text(encoding="utf-8")))
    return [f"{line}: {name}" for line, name in found if name not in NAMES_KEPT and is_old(name)]


def is_old(name: str) -> bool:
    """Whether an old word is a part of the name."""
    return any(OLD_NAMES.fullmatch(part.lower()) for part in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name))


@pytest.mark.parametrize("folder", FOLDERS)
def test_names_use_the_terms_of_the_documentation(folder: str) -> None:
    """No variable, function, test, key, action or class has an old word as a part of its name."""
    found = {path.relative_to(ROOT).as_posix(): old_names_in(path) for path in files(folder, NAMES)}
    assert {name: names for name, names in found.items() if names} == {}


def test_old_names_are_found() -> None:
    """Names are split at underscores, dashes, dots and capitals, in each kind of file; sentences are not names."""
    assert all(map(is_old, ("toldEnd", "proof.check", "LAST_FAULT", "perform-pass")))
    assert not any(map(is_old, ("compass", "passed", "default", "recovered")))
    assert [name for _, name in _python_names('def a(heard):  # told\n    return f["marks"], "a pass"\n')] == [
        "def", "a", "heard", "return", "f", "marks",
    ]  # fmt: skip
    assert [name for _, name in _javascript_names('/* told */ ui.proofOpen = "the pass perform-pass"')] == [
        "ui.proofOpen", "perform-pass",
    ]  # fmt: skip
    assert list(_style_names("a {}\n.perform-pass {}")) == [(2, "perform-pass")]


def test_the_words_are_found() -> None:
    """The patterns find the words in each kind of file, and leave code in backticks alone."""
    assert [line for line, _ in _python('"""One two."""\nx = 1  # three\n')] == [1, 2]
    assert any(re.search(pattern, "the pass", re.IGNORECASE) for pattern in WORDS)
    assert [text for _, text in _javascript('/** Heard. @param {string} a */\nlet b = "one two";')]
    assert list(_markdown("a\n```\ncode\n```\nb"))[-1] == (5, "b")
