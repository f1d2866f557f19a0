"""A browser that draws nothing: it speaks Bokeh's protocol, tells what it got, and presses buttons.

Tens of them fit beside a server on two cores, where Chromium would be what is measured. It knows the page by what
stands in it: buttons by their label, the counter of frames by the two fields that aren't visible.
"""

from __future__ import annotations

import asyncio
import html
import json
import re
import time
from typing import Any

from bokeh.protocol import Protocol
from bokeh.protocol.receiver import Receiver
from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

SECONDS = 120.0
_LARGEST = 64 * 2**20
_DRAWS_IN = 0.02  # seconds
AsyncHTTPClient.configure(None, max_clients=200, max_body_size=_LARGEST)


class LightBrowser:
    """One page that is open.

    Attributes
    ----------
    models : dict of str to dict
        Attributes of each model of the page that has them, by its id, as the browser would know them now.
    frames : list of (float, int)
        When each frame came, and its number.
    received : int
        Bytes that the server sent since it was opened, the document too.
    page : str
        What came before the document.
    messages : int
        Changes that the server sent.
    changed : list of str
        Name of each attribute that was changed since, of all models.
    """

    def __init__(self, address: str, *, acknowledges: bool = True, patience: float = SECONDS) -> None:
        self._address, self._acknowledges, self._patience = address, acknowledges, patience
        self._protocol = Protocol()
        self._socket: WebSocketClientConnection | None = None
        self._reader: asyncio.Task[None] | None = None
        self._news, self._speaks, self._closed = asyncio.Event(), asyncio.Lock(), False
        self.models: dict[str, dict[str, Any]] = {}
        self.frames: list[tuple[float, int]] = []
        self.received = self.messages = 0
        self.changed: list[str] = []
        self.page = ""
        self._sent = self._drawn = ""
        self._number = 0

    # ------------------------------------------------------------------ coming in and leaving
    async def open(self, origin: str | None = None) -> LightBrowser:
        """Ask for the page, connect, and take the whole document; `origin` is what the browser says it comes from."""
        waits = {"connect_timeout": self._patience, "request_timeout": self._patience}
        answer = await AsyncHTTPClient().fetch(self._address, **waits)
        self.page = answer.body.decode()
        token = re.search(r'"token":\s*"([^"]+)"', self.page)
        assert token, self.page
        root = re.match(r"http(://[^/]+)", self._address)
        assert root
        said = {"Origin": origin or f"http{root[1]}"}
        request = HTTPRequest(f"ws{root[1]}/ws", headers=said, **waits)
        self._socket = await websocket_connect(
            request, subprotocols=["bokeh", token[1]], max_message_size=_LARGEST, ping_interval=None
        )
        assert (await self._message()).msgtype == "ACK"
        await self._say("PULL-DOC-REQ", {})
        while (reply := await self._message()).msgtype != "PULL-DOC-REPLY":
            pass
        self._learn(reply.content["doc"])
        self._name_fields()
        self._reader = asyncio.create_task(self._read())
        await self.tell({"kind": "MessageSent", "msg_type": "bokeh_event", "msg_data": _event("document_ready")})
        return self

    async def close(self) -> None:
        """Leave, as who closes the tab does."""
        if self._reader is not None:
            self._reader.cancel()
        if self._socket is not None:
            self._socket.close()

    def _learn(self, told: Any) -> None:
        """Keep the attributes of each model in a piece of a document."""
        if isinstance(told, dict):
            if told.get("type") == "object" and "id" in told:
                self.models.setdefault(told["id"], {"": told["name"]}).update(told.get("attributes", {}))
            for value in told.values():
                self._learn(value)
        elif isinstance(told, list):
            for value in told:
                self._learn(value)

    def _name_fields(self) -> None:
        hidden = [
            name for name, model in self.models.items() if "Spinner" in model[""] and model.get("visible") is False
        ]
        if len(hidden) == 2:
            self._sent, self._drawn = hidden

    # ------------------------------------------------------------------ messages
    async def _message(self) -> Any:
        receiver = Receiver(self._protocol)
        assert self._socket is not None
        while True:
            fragment = await self._socket.read_message()
            if fragment is None:
                raise ConnectionError("the server closed the line")
            self.received += len(fragment)
            if message := await receiver.consume(fragment):
                return message

    async def _read(self) -> None:
        try:
            while True:
                message = await self._message()
                if message.msgtype == "PATCH-DOC":
                    self._take(message.content["events"])
        except ConnectionError:
            pass
        finally:
            self._closed = True
            self._news.set()

    def _take(self, events: list[dict[str, Any]]) -> None:
        self.messages += 1
        for event in events:
            if event["kind"] == "ModelChanged":
                self.changed.append(event["attr"])
                self.models.setdefault(event["model"]["id"], {"": ""})[event["attr"]] = event["new"]
                if event["model"]["id"] == self._sent:
                    self.frames.append((time.monotonic(), event["new"]))
                    if self._acknowledges:
                        asyncio.get_running_loop().call_later(_DRAWS_IN, self._acknowledge, event["new"])
            self._learn(event.get("new"))
        self._news.set()

    def _acknowledge(self, number: int) -> None:
        asyncio.get_running_loop().create_task(self.set(self._drawn, "value", number))

    async def _say(self, kind: str, content: dict[str, Any]) -> None:
        if self._socket is None or self._socket.protocol is None:  # it has left
            return
        async with self._speaks:  # a message has three parts, and the server takes those of two for one
            self._number += 1
            for part in ({"msgid": f"{self._number:08d}", "msgtype": kind}, {}, content):
                await self._socket.write_message(json.dumps(part))

    async def tell(self, *events: dict[str, Any]) -> None:
        """Send changes of the document, whatever they are."""
        await self._say("PATCH-DOC", {"events": list(events)})

    async def set(self, model: str, attribute: str, value: Any) -> None:
        """Set an attribute of a model."""
        await self.tell({"kind": "ModelChanged", "model": {"id": model}, "attr": attribute, "new": value})

    # ------------------------------------------------------------------ what somebody does and sees
    def named(self, label: str) -> str:
        """Give the id of the button with a label."""
        found = [name for name, model in self.models.items() if model.get("label") == label]
        assert found, f"there is no button {label!r}"
        return found[0]

    async def press(self, model: str) -> None:
        """Press a button."""
        await self.tell(
            {
                "kind": "MessageSent",
                "msg_type": "bokeh_event",
                "msg_data": _event("button_click", ["model", {"id": model}]),
            }
        )

    async def slide(self, model: str, value: float) -> None:
        """Move a slider and let it go."""
        await self._happens(model, "range", "change", {"type": "map", "entries": [["value", str(value)]]})

    async def unfold(self, part: str) -> None:
        """Open what is folded away under a summary that has something in it."""
        told = {name: html.unescape(str(model.get("html", ""))) for name, model in self.models.items()}
        (model,) = [name for name, text in told.items() if "<details" in text and part in text]
        await self._happens(model, "fold", "toggle", {"type": "map", "entries": []})

    async def _happens(self, model: str, node: str, kind: str, target: dict[str, Any]) -> None:
        data = {"type": "map", "entries": [["type", kind], ["target", target]]}
        entries = [["model", {"id": model}], ["node", node], ["data", data]]
        await self.tell({"kind": "MessageSent", "msg_type": "bokeh_event", "msg_data": _event("dom_event", *entries)})

    def sliders(self, part: str = "") -> list[str]:
        """Give the ids of the sliders whose name has something in it."""
        told = {name: html.unescape(str(model.get("html", ""))) for name, model in self.models.items()}
        return [name for name, text in told.items() if 'type="range"' in text and part in text]

    @property
    def last(self) -> int:
        """Number of the frame that is shown."""
        return int(self.models[self._sent]["value"])

    def texts(self, part: str) -> list[str]:
        """All texts of the page that have something in them, in their order."""
        values = [value for _, model in sorted(self.models.items()) for value in model.values()]
        return [html.unescape(value) for value in values if isinstance(value, str) and html.escape(part) in value]

    def shows(self, text: str) -> bool:
        """Whether a text stands somewhere on the page."""
        return bool(self.texts(text))

    async def until(self, met: Any, seconds: float = SECONDS) -> float:
        """Wait until something is so, and give the seconds that it took.

        Raises
        ------
        TimeoutError
            It wasn't in time.
        ConnectionError
            The server closed the line before.
        """
        began = time.monotonic()
        while not met():
            if self._closed:
                raise ConnectionError("the server closed the line while this was waited for")
            self._news.clear()
            left = seconds - (time.monotonic() - began)
            if left <= 0:
                raise TimeoutError(f"not so in {seconds:g} s")
            try:
                await asyncio.wait_for(self._news.wait(), left)
            except TimeoutError:
                continue
        return time.monotonic() - began


def _event(name: str, *entries: list[Any]) -> dict[str, Any]:
    return {"type": "event", "name": name, "values": {"type": "map", "entries": list(entries)}}
