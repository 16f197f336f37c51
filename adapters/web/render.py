"""Puts pages together in the reader's language. What people wrote is always a value, never a template."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from starlette.requests import Request

from adapters.web import languages
from bot.cards import as_plain
from bot.texts import LANGUAGES, Voices

FOLDER = Path(__file__).parent

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Renderer:
    """Knows the templates and the voices."""

    def __init__(self, voices: Voices, settings: Mapping[str, Any]) -> None:
        self._voices = voices
        self._environment = ImmutableSandboxedEnvironment(
            loader=FileSystemLoader(FOLDER / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals.update(settings)
        self._environment.filters["xml"] = lambda text: _NOT_XML.sub("", text)

    def page(self, request: Request, template: str, **values: Any) -> str:
        """The page in the reader's language. ``href`` keeps a language chosen in the address."""
        language, chosen = languages.of(request), languages.chosen(request)
        voice = self._voices.voice(language)

        def plural(one: str, many: str, n: int) -> str:
            return as_plain(voice.plural(one, many, n))

        return self._environment.get_template(template).render(
            lang=language,
            languages=LANGUAGES,
            path=request.url.path,
            say=voice.line,
            plural=plural,
            time=voice.time,
            href=lambda path: f"{path}?lang={chosen}" if chosen else path,
            **values,
        )
