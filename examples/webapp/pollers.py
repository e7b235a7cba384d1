"""The operations that are followed: users of the same one share its poller, and its requests."""

from weakref import WeakValueDictionary

import aiosm


class Pollers:
    """The pollers of this app, by request id, as long as somebody follows."""

    def __init__(self, client: aiosm.AsyncServiceManagementClient) -> None:
        self._client = client
        self._followed: WeakValueDictionary[str, aiosm.OperationPoller] = WeakValueDictionary()

    def of(self, request_id: str) -> aiosm.OperationPoller:
        """Return the one poller of an operation.

        Raises:
            ValueError: That cannot be a request id.
        """
        poller = self._followed.get(request_id) or self._client.resume_operation(request_id)
        self._followed[request_id] = poller
        return poller
