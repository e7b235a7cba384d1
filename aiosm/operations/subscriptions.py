"""Subscriptions and what was done in them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from urllib.parse import urlsplit

from aiosm import checks, models
from aiosm.clock import SYSTEM_CLOCK
from aiosm.operations.base import Operations
from aiosm.xml import ListReader

__all__ = ["SubscriptionOperations"]


class SubscriptionOperations(Operations):
    """The subscription itself, its limits, and what was done in it."""

    async def get_subscription(self) -> models.Subscription:
        """Get the subscription: its status, its limits, and how much of them is used.

        REST operation: Get Subscription.

        Raises:
            HttpResponseError: The service refused.
        """
        return await self._session.get(models.Subscription)

    async def list_subscriptions(self) -> list[models.Subscription]:
        """List the subscriptions that the caller may use.

        REST operation: List Subscriptions.

        The one operation outside of any subscription. The service wants a bearer token for it
        (``token`` of the client); a management certificate is not accepted.

        Raises:
            ClientAuthenticationError: There was no token, or it is not valid.
        """
        answer = await self._session.send_raw(
            "GET",
            "/subscriptions",
            "",
            body=None,
            reader=lambda: ListReader(models.Subscription, "Subscriptions"),
        )
        return answer.value

    async def list_subscription_operations(
        self,
        start_time: str | datetime | None = None,
        end_time: str | datetime | None = None,
        object_id_filter: str | None = None,
        operation_result_filter: str | None = None,
        continuation_token: str | None = None,
    ) -> models.SubscriptionOperationCollection:
        """List one page of the create, update and delete operations of the subscription.

        REST operation: List Subscription Operations. `iter_subscription_operations` follows the
        pages by itself.

        Args:
            start_time: Beginning of the time to look at, at most 90 days ago; a ``datetime``
                (UTC if it is naive) or a text such as ``2016-05-01`` or ``2016-05-01T12:00:00Z``.
                The service's documentation requires it. Of Azure itself, more than 90 days and
                one of grace are refused here.
            end_time: End of that time; required likewise.
            object_id_filter: Only operations on this object or kind of objects: its path, such as
                ``/<subscription id>/services/hostedservices/<name>``.
            operation_result_filter: Only ``Succeeded``, ``Failed`` or ``InProgress`` ones.
            continuation_token: Token of the page before.

        Returns:
            The page; its ``continuation_token`` is None or empty on the last one.

        Raises:
            BadRequestError: The service does not accept the times or the token.
            ValueError: An argument is not allowed; nothing was sent.
        """
        # Only the first page: going through the pages must not end as time goes on.
        first = not continuation_token
        recent = checks.recent_moment if first and self._lives_today() else checks.moment
        query = {
            "StartTime": recent("start_time", start_time),
            "EndTime": checks.moment("end_time", end_time),
            "ObjectIdFilter": checks.optional(checks.text, "object_id_filter", object_id_filter),
            "OperationResultFilter": checks.optional(
                checks.operation_status, "operation_result_filter", operation_result_filter
            ),
            "ContinuationToken": checks.optional(
                checks.text, "continuation_token", continuation_token
            ),
        }
        return await self._session.get(
            models.SubscriptionOperationCollection,
            "operations",
            query={name: value for name, value in query.items() if value},
        )

    def _lives_today(self) -> bool:
        """Whether the service has the day of this machine: an emulator or a test may have not."""
        options = self._session.options
        host = urlsplit(options.base_url).hostname or ""
        return options.clock is SYSTEM_CLOCK and options.cloud.owns(host)

    async def iter_subscription_operations(
        self,
        start_time: str | datetime | None = None,
        end_time: str | datetime | None = None,
        object_id_filter: str | None = None,
        operation_result_filter: str | None = None,
    ) -> AsyncIterator[models.SubscriptionOperation]:
        """Go through all operations of `list_subscription_operations`, page after page.

        A page is asked for when the one before is used up.

        Args:
            start_time: As for `list_subscription_operations`, like the others.
            end_time: End of the time to look at.
            object_id_filter: Only operations on this object or kind of objects.
            operation_result_filter: Only ``Succeeded``, ``Failed`` or ``InProgress`` ones.

        Yields:
            The operations, in the order of the service.

        Raises:
            BadRequestError: The service does not accept the times.
            ValueError: An argument is not allowed; nothing was sent.
        """
        token: str | None = None
        while True:
            page = await self.list_subscription_operations(
                start_time, end_time, object_id_filter, operation_result_filter, token
            )
            for operation in page.subscription_operations:
                yield operation
            # A service that repeats its token would be asked for ever.
            if not page.continuation_token or page.continuation_token == token:
                return
            token = page.continuation_token
