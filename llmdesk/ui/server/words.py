"""What the server's panel says, and the addresses that it shows (pure but for ``tr``)."""

from __future__ import annotations

from urllib.parse import quote

from llmdesk.datatypes.serving import ServerLoad, ServerStatus
from llmdesk.services.network import is_loopback
from llmdesk.ui.kit.wording import tps_text
from llmdesk.ui.kit.words import tr


def state_text(status: ServerStatus) -> str:
    """Beside the switch."""
    match status.state:
        case "off":
            return tr("Off. While it is on, other programs can use the models that llmdesk has.")
        case "starting":
            return tr("Starting…")
        case "stopping":
            return tr("Ending…")
        case "failed":
            return tr("It did not start.")
        case _ if status.is_open:
            return tr("On, and open to the network: whoever has a key can use it.")
        case _:
            return tr("On, for programs on this machine.")


def place_text(is_open: bool) -> str:
    """Under the choice of where it listens."""
    if is_open:
        return tr(
            "Everything needs a key. What is sent is not encrypted: others in a network that you do not trust could "
            "read it."
        )
    return tr("No other machine can reach it. All networks lets phones in this room use it, too, with a key.")


def keys_text(is_open: bool, names: int, has_own: bool) -> str:
    """Above the list of keys."""
    if names or has_own:
        return tr("Every program needs one of them. A key that is revoked stops working at once.")
    if is_open:
        return tr("There is no key, so nobody gets in.")
    return tr("No key is needed as long as there is none; make one to keep other users of this machine out.")


def load_text(status: ServerStatus, load: ServerLoad) -> str:
    """What goes on."""
    if status.state != "on":
        return tr("The server is off.")
    if not load.running and not load.waiting:
        return tr("Nothing is being answered.")
    parts = [tr("{count} running", count=load.running), tr("{count} waiting", count=load.waiting)]
    if load.decode_tps is not None:
        parts.append(tr("{speed} tok/s", speed=tps_text(load.decode_tps)))
    return ", ".join(parts)


def phone_urls(status: ServerStatus) -> tuple[str, ...]:
    """The addresses that other machines reach."""
    if status.state != "on" or not status.is_open:
        return ()
    return tuple(url for url in status.urls if not is_loopback(url.partition("//")[2].rpartition(":")[0].strip("[]")))


def page_url(url: str, key: str) -> str:
    """The server's page with the key behind #, which no browser sends and no log sees; empty without both."""
    return f"{url}/#key={quote(key, safe='')}" if url and key else ""
