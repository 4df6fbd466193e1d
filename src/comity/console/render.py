"""The console: one party's templates, languages and navigation, put together from its systems.

    console = Console(node, systems)           # the roof does this and hands it over as NodeApp.console
    console.render(request, "register/list.html", listing=…)

A system adds what the shell shows of it from inside its `routes(app)`:

    console = Console.of(app)
    console.kinds.describe({"register.instrument": KindView(…)}, labels)
    console.add_panel(Panel("register/panel.html", facts))
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from fastapi.responses import HTMLResponse
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader, StrictUndefined

from comity.console import formats, texts
from comity.console.drawings import icon
from comity.console.i18n import COOKIE, LANGUAGES, N_, NAMES, Language, Languages, gettext, ngettext, speaking
from comity.console.kinds import KindViews
from comity.console.listing import Query
from comity.console.security import HEADERS
from comity.node.system import NavItem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from fastapi import Request, Response

    from comity.console.sources import Source
    from comity.node.node import Node
    from comity.node.system import NodeApp, System

HERE: Final = Path(__file__).parent
STATIC: Final = HERE / "static"
YEAR: Final = 365 * 24 * 3600

BEFORE: Final = (NavItem(N_("Joint picture"), "/"), NavItem(N_("Record"), "/record"))
AFTER: Final = (
    NavItem(N_("Rounds"), "/rounds"),
    NavItem(N_("Releases"), "/releases"),
    NavItem(N_("Approvals"), "/approve"),
    NavItem(N_("Erasure"), "/erasure"),
    NavItem(N_("Exchange"), "/sync"),
    NavItem(N_("About"), "/about"),
)


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of the first page that a system contributes: a template and what it needs."""

    template: str
    facts: Callable[[], Mapping[str, Any]]
    order: int = 50


class Console:
    """Renders every page of one node.

    Args:
        node: The open node.
        systems: The systems in it: their templates stand under their names, their catalogues beside the
            console's, their items in the navigation.
    """

    def __init__(self, node: Node, systems: Iterable[System]) -> None:
        self.node = node
        self.systems = tuple(systems)
        self.kinds = KindViews()
        self.panels: list[Panel] = []
        self.nav = (*BEFORE, *(item for system in self.systems for item in system.nav), *AFTER)
        self.languages = Languages(
            [HERE / "locale", *(system.locales for system in self.systems if system.locales)]
        )
        self.methods: dict[str, str] = {}
        self._citing: list[Callable[[str], list[tuple[str, Any, str]]]] = []
        self.sources: Callable[[], Mapping[str, Source]] = dict
        self._templates = _environment(
            self.systems, {"kinds": self.kinds, "known_charters": lambda: node.charters}
        )

    @classmethod
    def of(cls, app: NodeApp) -> Self:
        """Return the console of an app that was given one."""
        if not isinstance(app.console, cls):
            raise TypeError("this app was put together without a console")
        return app.console

    def add_panel(self, panel: Panel) -> None:
        """Put a panel on the first page."""
        self.panels = sorted([*self.panels, panel], key=lambda item: item.order)

    def add_citing(self, citing: Callable[[str], list[tuple[str, Any, str]]]) -> None:
        """Add a question to ask of a work: what rests on it, as (kind's label, title, path)."""
        self._citing.append(citing)

    def citing(self, work: str) -> list[tuple[str, Any, str]]:
        """Return everything that rests on a work, from every system."""
        return [item for ask in self._citing for item in ask(work)]

    def add_method(self, label: str, version: str) -> None:
        """Name a method and its version on the page about this installation; `label` is a msgid."""
        self.methods[label] = version

    def language_of(self, request: Request) -> Language:
        """Return the language of a request."""
        return self.languages.choose(
            request.query_params.get("lang"),
            request.cookies.get(COOKIE),
            request.headers.get("accept-language"),
        )

    def render(self, request: Request, template: str, /, **context: object) -> Response:
        """Render one template in the reader's language; `status` sets the HTTP status."""
        language = self.language_of(request)
        status = context.pop("status", 200)
        assert isinstance(status, int)
        with speaking(language):
            page = self._templates.get_template(template).render(**self._shell(request, language), **context)
        response = HTMLResponse(page, status_code=status, headers=HEADERS)
        response.headers["Content-Language"] = language.code
        response.headers["Vary"] = "Cookie, Accept-Language"
        if request.query_params.get("lang") == language.code:
            response.set_cookie(COOKIE, language.code, max_age=YEAR, samesite="strict", httponly=True)
        return response

    def _shell(self, request: Request, language: Language) -> dict[str, Any]:
        query = Query.of(request)
        return {
            "lang": language.code,
            "languages": [(code, NAMES[code], query.link(lang=code)) for code in LANGUAGES],
            "node": self.node,
            "charter": self.node.charter,
            "charters": self.node.charters,
            "status": self.node.status(),
            "nav": [(item, _is_current(request.url.path, item.path)) for item in self.nav],
            "query": query,
            "sources": self.sources(),
        }


def _is_current(path: str, item: str) -> bool:
    return path == item if item == "/" else path == item or path.startswith(f"{item}/")


class Asked(StrictUndefined):
    """A name that is missing may be asked for (`{% if fields.note %}`), never shown, counted or called."""

    def __bool__(self) -> bool:  # type: ignore[override]
        return False


def _environment(systems: Iterable[System], names: Mapping[str, Any]) -> Environment:
    """Return the templates of the console and of every system; `names` are known in each of them."""
    own = FileSystemLoader(HERE / "templates")
    folders = {system.name: FileSystemLoader(system.templates) for system in systems if system.templates}
    environment = Environment(
        loader=ChoiceLoader([own, PrefixLoader(folders)]),
        autoescape=True,
        undefined=Asked,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    environment.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    environment.filters.update(
        text=texts.marked,
        plain=texts.plain,
        number=formats.number,
        fixed=formats.fixed,
        edtf=formats.edtf,
        moment=formats.moment,
        instant=formats.instant,
        iso=formats.iso,
        duration=formats.duration,
        size=formats.size,
        territory=formats.territory,
    )
    environment.tests["words"] = texts.is_text
    environment.globals.update(
        **names,
        language_names=NAMES,
        spoken=texts.spoken,
        static=_stamped,
        icon=icon,
        record_path=record_path,
    )
    environment.globals["ui"] = environment.get_template("components.html").module
    return environment


def record_path(origin: str, index: int) -> str:
    """Return the path of a record's page."""
    return f"/record/{origin}/{index}"


def _stamped(name: str) -> str:
    """Return the address of a static file with its time: a new build is fetched, an old one kept."""
    path = STATIC / name
    return f"/static/{name}?v={path.stat().st_mtime_ns // 10**6:x}" if path.is_file() else f"/static/{name}"
