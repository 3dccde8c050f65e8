"""Node.js and TypeScript: what is new enough, and when it is installed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.runner import programs


@pytest.mark.parametrize(("said", "new"), [("v20.1.0", True), ("v24.0.0", True), ("v18.19.1", False), ("", False)])
def test_an_old_node_is_not_taken(tmp_path: Path, said: str, new: bool) -> None:
    """Node.js counts from version 20 on; a program that says nothing of its version is none."""
    if os.name == "nt":
        pytest.skip("a stand-in for node is a shell script here")
    node = tmp_path / "node"
    node.write_text(f"#!/bin/sh\necho {said}\n", encoding="utf-8")
    node.chmod(0o755)
    assert programs.node_is_new(node) is new


def test_typescript_is_installed_once_for_each_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """npm runs when package-lock.json has changed, and not again."""
    (tmp_path / "package-lock.json").write_text("{}", encoding="utf-8")
    compiler = tmp_path / "node_modules" / "typescript" / "bin" / "tsc"
    compiler.parent.mkdir(parents=True)
    compiler.touch()
    asked: list[object] = []
    monkeypatch.setattr(programs, "ROOT", tmp_path)
    monkeypatch.setattr(programs, "MODULES", tmp_path / "node_modules")
    monkeypatch.setattr(programs, "npm", lambda _node, _python: ["npm"])
    monkeypatch.setattr(programs, "run", lambda command: asked.append(command) or 0)
    for text in ("{}", "{}", '{"a": 1}'):
        (tmp_path / "package-lock.json").write_text(text, encoding="utf-8")
        assert programs.prepare_tsc("node", tmp_path / "bin" / "python") == compiler
    assert len(asked) == 2
