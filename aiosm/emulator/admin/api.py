"""The admin endpoint's JSON, all under ``/api/``; the page at ``/`` is ``page.html`` beside this.

Every answer is JSON (``Cache-Control: no-store``), an error ``{"error": "what and what to do"}``.
Times are UTC as ISO 8601 with a ``Z``. Requests that write must be ``application/json``.

GET /api/state
    {"clock": {"now", "mode": "instant" | "real" | "scaled" | "stepped", "factor"},
     "subscriptions": [{
        "id",
        "hosted_services": [{"name", "label", "location", "affinity_group", "status",
            "deployments": [{"name", "slot", "status", "url", "virtual_ip", "busy",
                "roles": [{"name", "size", "instance", "instance_status", "power_state"}]}]}],
        "storage_accounts": [{"name", "location", "affinity_group", "status", "account_type"}],
        "affinity_groups": [{"name", "location"}],
        "reserved_ips": [{"name", "location", "address", "state", "deployment"}],
        "disks": [{"name", "os", "size_gb", "location", "attached_to"}],
        "images": [{"name", "kind": "os" | "vm", "os", "location"}],
        "operations": [{"id", "name", "target", "status": "InProgress" | "Succeeded" | "Failed",
            "progress": 0.0 to 1.0, "started", "ends", "code", "message"}]}]}
    A role has one entry per instance. "operations" are the running ones and the latest 50, newest
    first; "ends" is null for one that never does. What is unknown is null.

GET /api/requests?limit=100&operation=NAME
    [{"number", "time", "method", "path", "operation", "status", "ms", "subscription", "fault",
      "request_headers": {}, "request_body", "response_headers": {}, "response_body"}]
    Newest first; secrets are masked. "status" is null where no answer was sent.

GET /api/operations
    {"counts": {"create_storage_account": 3}, "names": ["add_data_disk", ...]}

GET /api/faults, POST /api/faults, DELETE /api/faults, DELETE /api/faults/ID
    A list of rules, each as it was added with "id" and "fired" besides; POST takes one rule (see
    `aiosm.emulator.faults.Rule` for its fields) and answers it with 201; DELETE answers 204.

POST /api/clock/advance {"seconds": 30}
    The clock as in the state.

GET /api/snapshot, POST /api/snapshot
    The whole state as one document, and back again (204). It holds keys of storage accounts,
    settings and signatures, so both need ``Authorization: Bearer TOKEN`` (else 401) with the
    emulator's token, which is in ``admin.token`` beside its certificates.

GET /api/events
    Server-sent events. ``event: request`` has an entry of ``/api/requests`` as its data;
    ``event: change`` has ``{}``: the state is not as it was, get it again; ``event: cleared`` has
    ``{}`` too: the requests so far are forgotten. Changes are told at most ten times a second. A
    comment every 15 seconds keeps the connection.
"""

from __future__ import annotations
