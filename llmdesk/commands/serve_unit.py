"""``llmdesk serve install|uninstall``: the server as a service that starts by itself."""

from __future__ import annotations

import argparse
import os

_KEPT_VARIABLES = "LLMDESK_"
_SECRET = "LLMDESK_API_KEY"


def add_actions(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare both below ``serve``."""
    text = "have systemd start it when you log in; what stands before `install` holds: serve --port 9000 install"
    actions.add_parser("install", help="a service of systemd", description=text).set_defaults(run=run_install)
    text = "stop that service and delete it"
    actions.add_parser("uninstall", help=text, description=text).set_defaults(run=run_uninstall)


def run_install(args: argparse.Namespace) -> int:
    """Write the unit and say how it is started. Raises SetupError."""
    from llmdesk.errors import SetupError
    from llmdesk.services import systemd_unit
    from llmdesk.words import say

    if args.api_key:
        raise SetupError(
            say("A key does not belong into the file of a service, which programs can read."),
            say("`llmdesk serve key add NAME` makes one that the server knows."),
        )
    if args.model:
        from llmdesk.models.catalogue import Catalogue

        Catalogue.load().resolve(args.model)  # says at once what would make it fail later
    arguments = [
        *(("--host", args.host) if args.host else ()),
        *(("--port", str(args.port)) if args.port is not None else ()),
        *(("--model", args.model) if args.model else ()),
        *(("--json-logs",) if args.json_logs else ()),
    ]
    variables = {n: v for n, v in sorted(os.environ.items()) if n.startswith(_KEPT_VARIABLES) and n != _SECRET}
    file = systemd_unit.install(arguments, variables)
    print(f"Written: {file}")
    for name in variables:
        print(f"  with {name}, as it is set now")
    print(f"Start it now and at every login:  systemctl --user enable --now {systemd_unit.NAME}")
    print("Also while nobody is logged in:   loginctl enable-linger")
    print(f"What it says:                     journalctl --user -u {systemd_unit.NAME}")
    print("Take it away again:               llmdesk serve uninstall")
    return 0


def run_uninstall(args: argparse.Namespace) -> int:
    """Stop it and delete the unit. Raises SetupError."""
    from llmdesk.services import systemd_unit

    gone = systemd_unit.uninstall()
    print(f"Deleted: {gone}" if gone else "No service was installed.")
    return 0
