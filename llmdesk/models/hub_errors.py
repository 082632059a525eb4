"""What the hub's library raises, in words that a user can act on."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from llmdesk.errors import DownloadError, LlmdeskError
from llmdesk.models import hub_access
from llmdesk.words import joined, say

_AGAIN = say("Fetch it again: it goes on where it stopped.")


@contextmanager
def explained(repository: str) -> Iterator[None]:
    """Turn what the hub's library raises into DownloadError. Imports that library."""
    from huggingface_hub import errors

    try:
        yield
    except LlmdeskError:
        raise
    except errors.HFValidationError as error:
        raise DownloadError(
            say("“{repository}” is no name of a repository.", repository=repository), say("Give it as OWNER/NAME.")
        ) from error
    except errors.GatedRepoError as error:
        raise _gated(repository) from error
    except errors.RevisionNotFoundError as error:
        raise DownloadError(
            say("{repository} has no such revision.", repository=repository), say("Correct `revision` in models.toml.")
        ) from error
    except errors.RepositoryNotFoundError as error:
        raise DownloadError(
            say("The hub has no repository {repository}, or you may not see it.", repository=repository),
            say(
                "Check the name; for a private repository give llmdesk a token of yours with `llmdesk models login`, "
                "or set HF_TOKEN."
            ),
        ) from error
    except errors.OfflineModeIsEnabled as error:
        raise DownloadError(
            say("Fetching is switched off: HF_HUB_OFFLINE is set."), say("Start llmdesk without HF_HUB_OFFLINE.")
        ) from error
    except errors.HfHubHTTPError as error:
        raise _status(repository, error) from error
    except errors.HTTPError as error:  # the transport's own: no connection, broken off, proxy, certificate
        raise _transport(error) from error
    except OSError as error:
        if error.errno is not None:  # the disk, not the network
            raise
        raise DownloadError(say("The transfer was cut short."), _AGAIN) from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:  # it speaks something else than the hub
        raise DownloadError(
            say("What answers at {address} is no hub.", address=hub_access.endpoint()),
            say("Check hub.endpoint in the settings. Some networks ask for a login in the browser first."),
        ) from error


def _gated(repository: str) -> DownloadError:
    return DownloadError(
        say("{repository} asks for consent to its licence first.", repository=repository),
        say(
            "Accept the licence on https://huggingface.co/{repository}, then give llmdesk a token of yours with "
            "`llmdesk models login` (or set HF_TOKEN) and fetch it again.",
            repository=repository,
        ),
    )


def _status(repository: str, error: Exception) -> DownloadError:
    status = getattr(getattr(error, "response", None), "status_code", 0)
    if status in (401, 403):
        return DownloadError(
            say("The hub refused access to {repository} ({status}).", repository=repository, status=status),
            say("Give llmdesk a token that may read this repository, with `llmdesk models login` or in HF_TOKEN."),
        )
    if status == 429:
        return DownloadError(
            say("The hub takes no more requests from here for now (429)."), joined((say("Wait a while."), _AGAIN))
        )
    return DownloadError(
        say("The hub answered with an error ({status}).", status=status), joined((say("Try again later."), _AGAIN))
    )


def _transport(error: Exception) -> DownloadError:
    if type(error).__name__ == "ProxyError":
        return DownloadError(say("The proxy refused: {error}.", error=error), say("Check HTTPS_PROXY and HTTP_PROXY."))
    if "CERTIFICATE_VERIFY_FAILED" in str(error) or isinstance(error.__cause__, ssl.SSLError):
        return DownloadError(
            say("The hub's certificate was not accepted."),
            say("If your network has a certificate of its own, set SSL_CERT_FILE to its file."),
        )
    if "Connect" in type(error).__name__:
        return DownloadError(
            say("The hub cannot be reached."),
            say("Check the network, and HTTPS_PROXY (or hub.proxy in the settings) if you need a proxy."),
        )
    return DownloadError(say("The transfer broke off."), _AGAIN)
