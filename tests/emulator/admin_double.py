"""The admin endpoint as its description has it, with a state and events that a test decides."""

import asyncio
import copy
import json

from aiohttp import web

from aiosm.emulator.admin.page import content_security_policy, page

SUBSCRIPTION = "cd072cd8-be6f-9f62-ac4c-09c28206e7e3"
NOTHING = {
    "hosted_services": [], "storage_accounts": [], "affinity_groups": [], "reserved_ips": [],
    "disks": [], "images": [], "operations": [],
}  # fmt: skip


def role(name, status="ReadyRole", power="Started"):
    return {
        "name": name, "instance": name, "size": "Small", "instance_status": status,
        "power_state": power,
    }  # fmt: skip


def operation(name, status="InProgress", **more):
    return {
        "id": name, "name": name, "target": "shop/vms", "status": status, "progress": 0.25,
        "started": "2016-04-26T18:15:00Z", "ends": "2016-04-26T18:18:00Z", "code": None,
        "message": None, **more,
    }  # fmt: skip


def service(name):
    deployment = {
        "name": "vms", "slot": "Production", "status": "Running", "virtual_ip": "104.40.12.7",
        "url": f"http://{name}.cloudapp.net/", "busy": True,
        "roles": [role("web0"), role("web1", "StoppedDeallocated", "Stopped")],
    }  # fmt: skip
    return {
        "name": name, "label": "the shop", "location": "West US", "affinity_group": None,
        "status": "Created", "deployments": [deployment],
    }  # fmt: skip


def request(number, method="GET", path="services/hostedservices", status=200, **more):
    return {
        "number": number, "time": "2016-04-26T18:15:32Z", "method": method,
        "path": f"/{SUBSCRIPTION}/{path}", "operation": "list_hosted_services", "status": status,
        "ms": 1.5, "subscription": SUBSCRIPTION, "fault": None,
        "request_headers": {"x-ms-version": "2015-04-01"}, "request_body": "",
        "response_headers": {"x-ms-request-id": "0" * 32}, "response_body": "", **more,
    }  # fmt: skip


STATE = {
    "clock": {"now": "2016-04-26T18:15:32Z", "mode": "stepped", "factor": None},
    "subscriptions": [
        {
            "id": SUBSCRIPTION,
            "hosted_services": [service("shop")],
            "storage_accounts": [
                {
                    "name": "shopdata", "location": "West US", "affinity_group": None,
                    "status": "Creating", "account_type": "Standard_GRS",
                }
            ],
            "affinity_groups": [{"name": "near", "location": "West US"}],
            "reserved_ips": [
                {
                    "name": "front", "location": "West US", "address": "191.98.111.130",
                    "state": "Created", "deployment": "shop/vms",
                }
            ],
            "disks": [
                {
                    "name": "shop-web0-0-201604261815320000", "os": "Linux", "size_gb": 30,
                    "location": "West US", "attached_to": "shop/vms/web0",
                }
            ],
            "images": [{"name": "golden", "kind": "vm", "os": "Linux", "location": "West US"}],
            "operations": [
                operation("CreateDeployment"),
                operation("RestartRole", ends=None),
                operation("AddRole", "Failed", code="BadRequest", message="Port 22 is taken."),
            ],
        },
        {"id": "11111111-2222-3333-4444-555555555555", **NOTHING},
    ],
}  # fmt: skip


class AdminDouble:
    """Serves the page, and tells it what the test says."""

    def __init__(self):
        self.state = copy.deepcopy(STATE)
        self.requests = [
            request(2, "POST", status=409, response_body="<Error><Code>Taken</Code></Error>"),
            request(1),
        ]
        self.posted = []
        self.refusal = None
        self.full = 0
        self.url = ""
        self._listeners = set()
        self._runner = None

    async def __aenter__(self):
        app = web.Application()
        app.add_routes([
            web.get("/", self._page),
            web.get("/api/state", self._state),
            web.get("/api/requests", self._requests),
            web.get("/api/events", self._events),
            web.post("/api/clock/advance", self._advance),
        ])  # fmt: skip
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/"
        return self

    async def __aexit__(self, *_):
        self.hang_up()
        await self._runner.cleanup()

    async def tell(self, kind, data):
        """Send an event to whoever listens."""
        for queue in self._listeners:
            queue.put_nowait(f"event: {kind}\ndata: {json.dumps(data)}\n\n")

    def hang_up(self):
        """End the streams of events; the page comes back."""
        for queue in self._listeners:
            queue.put_nowait(None)

    async def _page(self, _):
        headers = {"Content-Security-Policy": content_security_policy()}
        return web.Response(body=page(), content_type="text/html", charset="utf-8", headers=headers)

    async def _state(self, _):
        return web.json_response(self.state)

    async def _requests(self, _):
        return web.json_response(self.requests)

    async def _advance(self, request):
        self.posted.append((request.content_type, await request.json()))
        if self.refusal:
            return web.json_response({"error": self.refusal}, status=400)
        return web.json_response(self.state["clock"])

    async def _events(self, request):
        if self.full:
            self.full -= 1
            raise web.HTTPServiceUnavailable
        stream = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await stream.prepare(request)
        await stream.write(b"retry: 50\n\n")
        queue = asyncio.Queue()
        self._listeners.add(queue)
        try:
            while (event := await queue.get()) is not None:
                await stream.write(event.encode())
        finally:
            self._listeners.discard(queue)
        return stream
