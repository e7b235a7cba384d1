"""What the client does, in the app's own log: through hooks, which know more than a log line."""

import logging

import aiosm

log = logging.getLogger("webapp.service")


def answered(response: aiosm.ResponseInfo) -> None:
    log.info(
        "%s %d in %.0f ms (request id %s)",
        response.operation,
        response.status,
        response.seconds * 1000,
        response.request_id,
    )


def tried(retry: aiosm.RetryInfo) -> None:
    log.warning("%s again in %.1f s: %s", retry.operation, retry.delay, retry.error)


def looked(poller: aiosm.OperationPoller) -> None:
    log.info("%r", poller)


HOOKS = aiosm.Hooks(after_response=answered, on_retry=tried, on_operation_status=looked)
