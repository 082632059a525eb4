"""What went wrong on the way to a server, in words."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator

import httpx2

from llmdesk.errors import NoSuchServer, ServerError
from llmdesk.words import say

_LOST = say("Check the network and the server, then ask again.")


def network_error(error: Exception, host: str, connect_s: float) -> ServerError:
    """The error of a client library as one that a user can act on."""
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return ServerError(
                say(
                    "The certificate of {host} is not trusted: {verify_message}.",
                    host=host,
                    verify_message=cause.verify_message,
                ),
                say("If the server is your own, set SSL_CERT_FILE to a file with the certificate of its authority."),
            )
        if isinstance(cause, ssl.SSLError):
            return ServerError(
                say("No secure connection to {host} could be made.", host=host),
                say("Does its address begin with http://?"),
            )
        if isinstance(cause, socket.gaierror):
            return ServerError(
                say("There is no {host} in the network.", host=host), say("Check the address and the network.")
            )
        if isinstance(cause, ConnectionRefusedError):
            return ServerError(
                say("Nothing answers at {host}.", host=host), say("Start the server, or check its address and port.")
            )
    return _by_kind(error, host, connect_s)


def _by_kind(error: Exception, host: str, connect_s: float) -> ServerError:
    match error:
        case httpx2.ConnectTimeout():
            return ServerError(
                say("{host} cannot be reached (tried for {connect_s:g} s).", host=host, connect_s=connect_s),
                say("Check the network."),
            )
        case TimeoutError() | httpx2.TimeoutException():
            return ServerError(
                say("{host} is silent.", host=host), say("It may be overloaded or gone; look at it, then ask again.")
            )
        case httpx2.ProxyError():
            return ServerError(
                say("The proxy on the way to {host} refuses: {error}.", host=host, error=error),
                say("Check HTTP_PROXY and NO_PROXY."),
            )
        case httpx2.ConnectError():
            return ServerError(say("{host} cannot be reached.", host=host), say("Check the network and the address."))
        case httpx2.SSEError() | httpx2.DecodingError() | httpx2.LocalProtocolError() | httpx2.InvalidURL():
            return NoSuchServer(say("What {host} sends is no stream of an OpenAI-compatible server.", host=host))
        case _:
            return ServerError(say("The connection to {host} was lost.", host=host), _LOST)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error and all that led to it, also where several attempts are grouped."""
    while error is not None:
        yield error
        if isinstance(error, BaseExceptionGroup):
            for one in error.exceptions:
                yield from _causes(one)
        error = error.__cause__ or error.__context__
