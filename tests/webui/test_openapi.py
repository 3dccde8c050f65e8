"""The API's description is made by the fastapi that the host brings, which may be an older one."""

from __future__ import annotations

import json
from typing import Any

from deforum_perform.app.commands.catalog import COMMANDS
from deforum_perform.web.route_table import PREFIX
from tests.web.audit import ask


def test_the_hosts_own_fastapi_describes_every_command(host: Any) -> None:
    """All commands are in the description that a WebUI serves, with the names of their arguments."""
    answer = ask(f"127.0.0.1:{host.port}", "GET", f"{PREFIX}/openapi.json")
    assert answer.status == 200
    paths = json.loads(answer.body)["paths"]
    for name, command in COMMANDS.items():
        body = paths[f"{PREFIX}/commands/{name}"]["post"]["requestBody"]["content"]["application/json"]["schema"]
        assert set(body.get("properties", {})) == {argument.name for argument in command.arguments}, name
