"""The server of the live page: its addresses, who may come in, and what each visitor gets."""

from __future__ import annotations

import gc
import hmac
import logging
import math
import secrets
import signal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

import panel as pn
import segno
from panel.io.application import build_applications
from tornado.ioloop import PeriodicCallback

from wijksim.live.brief_part import BRIEF_FILES
from wijksim.live.desk import desk_page
from wijksim.live.group_panel import GroupPart
from wijksim.live.hand import Hand
from wijksim.live.lobby import Full, Lobby
from wijksim.live.noise import leave_out_visitors_who_go
from wijksim.live.page import message_page, session_page
from wijksim.live.places import EVERYWHERE, LOOPBACK, own_address
from wijksim.live.turns import OneAtATime, Turns
from wijksim.live.wall import wall_page
from wijksim.live.words import Words
from wijksim.live.workshop import Group, Workshop
from wijksim.report.numbers import LANGUAGES, Language
from wijksim.scenario import Scenario

__all__ = ["Live", "terminal_code"]

logger = logging.getLogger(__name__)

_CODE_BYTES = 9
_MILLISECONDS_BETWEEN_SWEEPS = 10_000
_LARGEST_MESSAGE = 2**20  # bytes from a browser; a page sends some hundreds


@dataclass(frozen=True)
class Shared:
    """What is shared: the code that opens the page, and token and addresses of the session of all."""

    code: str
    token: str
    facilitator: str
    viewers: str


class Live:
    """A server of the live page.

    Parameters
    ----------
    scenario : Scenario
        With which each session begins.
    port : int
        On which it listens.
    language : str
        Of pages whose address has none.
    share : bool
        Whether others on the network can come in, with a code.
    presets : mapping of str to callable
        Other plans by name, and what reads each.
    seed : int
        Of each session.
    groups : int
        Groups to open at once, eight at most; with any, the facilitator begins at the page of groups.
    lobby : Lobby, optional
        Sessions with this scenario and seed, where their first was begun before this module was imported.
    """

    def __init__(
        self,
        scenario: Scenario,
        *,
        port: int,
        language: Language = "nl",
        share: bool = False,
        presets: Mapping[str, Callable[[], Scenario]] | None = None,
        seed: int = 1,
        groups: int = 0,
        lobby: Lobby | None = None,
    ) -> None:
        self.port, self._language, self._presets = port, language, presets or {}
        self._host = own_address() if share else "localhost"
        self._place = scenario.profile.name
        self.lobby = Lobby(scenario, seed) if lobby is None else lobby  # one without visitors is false
        self.shared = self._share() if share else None
        self.workshop = Workshop(self.lobby)
        for _ in range(groups):
            self.workshop.open()
        self._turns = Turns()
        self._server: Any = None
        pn.extension()
        leave_out_visitors_who_go()

    @property
    def address(self) -> str:
        """Where the facilitator begins: at the page of groups where there are any, else at a plan."""
        return f"http://localhost:{self.port}{self._desk()}" if len(self.workshop) else self._own_plan()

    def address_of(self, group: Group) -> str:
        """Where a group opens its page."""
        return f"http://{self._host}:{self.port}/?{urlencode({'s': group.code})}"

    def _desk(self, path: str = "/groups", language: Language | None = None) -> str:
        query = {"w": self.workshop.code, **({"lang": language} if language else {})}
        return f"{path}?{urlencode(query)}"

    def _own_plan(self) -> str:
        return self.shared.facilitator if self.shared else f"http://{self._host}:{self.port}/"

    def _share(self) -> Shared:
        session = self.lobby.open(keep=math.inf)
        there = f"http://{self._host}:{self.port}/"
        return Shared(
            secrets.token_urlsafe(_CODE_BYTES),
            session.facilitator,
            f"http://localhost:{self.port}/?{urlencode({'s': session.facilitator})}",
            f"{there}?{urlencode({'s': session.viewer})}",
        )

    def start(self) -> None:
        """Listen; what is asked is answered once the loop runs (:meth:`serve`)."""
        names = ["localhost", LOOPBACK, *([self._host] if self.shared else [])]
        pages = build_applications({"/": self._page, "/groups": self._groups, "/wall": self._wall}, title="wijksim")
        door = OneAtATime()
        for page in pages.values():
            page.add(door)
        self._server = pn.serve(
            pages,
            port=self.port,
            address=EVERYWHERE if self.shared else LOOPBACK,
            websocket_origin=[f"{name}:{self.port}" for name in dict.fromkeys(names)],
            show=False,
            start=False,
            verbose=False,
            websocket_max_message_size=_LARGEST_MESSAGE,
            extra_patterns=[BRIEF_FILES],
        )
        self._sweeper = PeriodicCallback(self._keep_house, _MILLISECONDS_BETWEEN_SWEEPS)
        for start in (self._sweeper.start, self._turns.start):
            self._server.io_loop.add_callback(start)

    def _keep_house(self) -> None:
        """End sessions that were left, and have one ready for who comes next."""
        self.lobby.sweep()
        self.lobby.prepare()

    def serve(self, begun: Callable[[], None] | None = None) -> None:
        """Answer until Ctrl-C or SIGTERM, which are heard when `begun` is called; sessions end with it.

        Bokeh's own way of waiting writes to the terminal when it is told to stop, and goes on if that is gone.
        """
        if self._server is None:
            self.start()
        loop = self._server.io_loop
        before = signal.signal(signal.SIGTERM, lambda *_: loop.add_callback_from_signal(loop.stop))
        self._server.start()
        gc.freeze()  # what is there by now stays: looking through it for what is left over would make clicks wait
        try:
            if begun is not None:
                begun()
            loop.start()
        except KeyboardInterrupt:
            logger.info("Stopped by Ctrl-C")
        finally:
            signal.signal(signal.SIGTERM, before)
            self._server.stop()
            self.lobby.close()

    # ------------------------------------------------------------------ a visitor
    def _page(self) -> pn.Template:
        asked, language = self._asked()
        words = Words(language)
        token = asked.get("s", "")
        session = self.lobby.find(token) if token else None
        code = {"lang": language, **({"code": self.shared.code} if self.shared else {})}
        anew = f"?{urlencode(code)}"
        if session is None:
            if token and not self._may_open(asked):
                anew = ""
            if token:
                return message_page(language, words("page.gone"), words("page.begin_anew") if anew else "", anew)
            if not self._may_open(asked):
                return message_page(language, words("page.no_access"))
            try:
                session = self.lobby.open()
            except Full:
                return message_page(language, words("page.full", n=len(self.lobby)))
            token = session.facilitator
            pn.state.onload(partial(_remember, token))  # who reloads the page finds this session again
        self.lobby.enter(session)
        pn.state.on_session_destroyed(partial(self._left, session))
        hand = Hand(session, token)
        group = self.workshop.group_of(session)
        if group is not None:
            return session_page(
                hand, language, self._presets, self._turns, group=GroupPart(self.workshop, group, words)
            )
        address = self.shared.viewers if self.shared else ""
        picture = segno.make(address).svg_inline(scale=4, border=2) if address else ""
        own = "" if hand.may_move else anew
        desk = self._desk(language=language) if self._leads(token) else ""
        return session_page(hand, language, self._presets, self._turns, address, picture, own, desk=desk)

    def _asked(self) -> tuple[dict[str, str], Language]:
        """Give what stands in the address of a visitor, and the language of the page."""
        asked = {name: values[0].decode(errors="replace") for name, values in pn.state.session_args.items() if values}
        return asked, next((one for one in LANGUAGES if one == asked.get("lang")), self._language)

    def _leads(self, token: str) -> bool:
        """Whether a visitor leads groups: anybody on this machine, or who leads the session that is shared."""
        return self.shared is None or hmac.compare_digest(token.encode(), self.shared.token.encode())

    def _groups(self) -> pn.Template:
        asked, language = self._asked()
        if not self.workshop.lets_in(asked.get("w", "")):
            return message_page(language, Words(language)("page.no_access"))
        links = {
            "wall": self._desk("/wall", language),
            "page": self._own_plan(),
            "other": self._desk(language=_other(language)),
        }
        words = Words(language)
        return desk_page(self.workshop, words, self._place, self.address_of, links, shared=self.shared is not None)

    def _wall(self) -> pn.Template:
        asked, language = self._asked()
        if not self.workshop.lets_in(asked.get("w", "")):
            return message_page(language, Words(language)("page.no_access"))
        links = {"desk": self._desk(language=language), "other": self._desk("/wall", _other(language))}
        return wall_page(self.workshop, Words(language), self._place, links)

    def _left(self, session: Any, _: Any) -> None:
        self.lobby.leave(session)

    def _may_open(self, asked: Mapping[str, str]) -> bool:
        """Whether a visitor may begin a session: anybody on this machine; with the code where it is shared."""
        if self.shared is None:
            return True
        return hmac.compare_digest(asked.get("code", "").encode(), self.shared.code.encode())


def _other(language: Language) -> Language:
    return next(one for one in LANGUAGES if one != language)


def _remember(token: str) -> None:
    pn.state.location.update_query(s=token)


def terminal_code(address: str) -> Sequence[str]:
    """Lines that show an address as a code to scan, for a terminal."""
    rows = [list(row) for row in segno.make(address).matrix_iter(border=2)]
    rows += [[0] * len(rows[0])] * (len(rows) % 2)
    signs = {(0, 0): "█", (1, 1): " ", (0, 1): "▀", (1, 0): "▄"}  # light on dark, two rows a line
    return [
        "".join(signs[int(upper > 0), int(lower > 0)] for upper, lower in zip(above, below, strict=True))
        for above, below in zip(rows[::2], rows[1::2], strict=True)
    ]
