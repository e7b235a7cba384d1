"""What can go wrong on the way: what was never sent, what was lost, and what will never work."""

from __future__ import annotations

import ssl
import sys
from types import TracebackType

from aiosm.errors import ServiceRequestError, ServiceResponseError
from aiosm.transport.unpacking import UnpackingError

__all__ = ["decoding_errors", "transport_error", "transport_errors"]

# By name, because httpx2 has exceptions of its own, named alike, and aiohttp may not be loaded.
_NEVER_SENT = frozenset(
    {
        "ConnectError",
        "ConnectTimeout",
        "LocalProtocolError",
        "PoolTimeout",
        "ProxyError",
        "UnsupportedProtocol",
    }
)
_NEVER_SENT_AIOHTTP = frozenset(
    {"ClientConnectorError", "ClientHttpProxyError", "ConnectionTimeoutError", "InvalidURL"}
)


def transport_errors() -> tuple[type[Exception], ...]:
    """What a sender may raise when the way to the service fails."""
    # aiohttp's own also come through httpx-aiohttp, where that knows no name for them.
    return (
        UnpackingError,
        *_loaded("RequestError", "httpx", "httpx2"),
        *_loaded("ClientError", "aiohttp"),
    )


def decoding_errors() -> tuple[type[Exception], ...]:
    """What a sender may raise when a body is not compressed as its headers say."""
    return UnpackingError, *_loaded("DecodingError", "httpx", "httpx2")


def _loaded(name: str, *modules: str) -> tuple[type[Exception], ...]:
    # A module that another thread is just loading has not got all its names yet.
    found = (getattr(sys.modules.get(module), name, None) for module in modules)
    return tuple(kind for kind in found if kind is not None)


class transport_error:  # noqa: N801 - used as a function
    """Turn a sender's failures into ours, telling "never sent" from "answer lost".

    A class, because each request comes by here and a generator costs a microsecond more.
    """

    __slots__ = ("_method", "_path")

    def __init__(self, method: str, path: str) -> None:
        self._method = method
        self._path = path

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        if isinstance(error, Exception):
            found = self._ours(error)
            if found is not None:
                raise found from error

    def _ours(self, error: Exception) -> ServiceRequestError | ServiceResponseError | None:
        if isinstance(error, _loaded("InvalidURL", "httpx", "httpx2")):
            return self._never_sent(f"not a URL that can be reached: {error}", retriable=False)
        if not isinstance(error, transport_errors()):
            return None
        text = str(error) or type(error).__name__
        if _was_never_sent(error):
            untrusted = _is_tls_refusal(error)
            cure = "; for a private CA pass ca_file=" if untrusted else ""
            return self._never_sent(
                f"no connection to the service: {text}{cure}", retriable=not untrusted
            )
        return ServiceResponseError(
            f"the answer was lost: {text}", method=self._method, path=self._path
        )

    def _never_sent(self, says: str, *, retriable: bool) -> ServiceRequestError:
        return ServiceRequestError(says, method=self._method, path=self._path, retriable=retriable)


def _was_never_sent(error: Exception) -> bool:
    cause = error if _is_aiohttp(error) else error.__cause__
    if isinstance(cause, TimeoutError) or _is_aiohttp(cause):
        # httpx-aiohttp calls every broken connection a ConnectTimeout, also one that broke after
        # the request was sent; repeating that request could do the work twice.
        return not _NEVER_SENT_AIOHTTP.isdisjoint(kind.__name__ for kind in type(cause).__mro__)
    return not _NEVER_SENT.isdisjoint(kind.__name__ for kind in type(error).__mro__)


def _is_aiohttp(error: BaseException | None) -> bool:
    return isinstance(error, _loaded("ClientError", "aiohttp"))


def _is_tls_refusal(error: BaseException) -> bool:
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLCertVerificationError):
            return True
        if type(seen).__name__ == "ClientConnectorCertificateError":
            return True
        seen = seen.__cause__ or seen.__context__
    return False
