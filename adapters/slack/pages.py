"""The pages that people see in their browser while they install the app. Pure."""

from __future__ import annotations

import html

from bot.texts import Voice

CHARSET = {"Content-Type": "text/html; charset=utf-8"}


def install(voice: Voice, address: str) -> str:
    """The page with the button that leads to Slack."""
    return _page(
        voice, voice.line("Add Swarmbridge to Slack"),
        voice.line("Slack asks you what Swarmbridge may do in your workspace, and brings you back here."),
        (address, voice.line("Add to Slack")),
    )  # fmt: skip


def installed(voice: Voice, where: str, address: str) -> str:
    """It is done; ``address`` opens the workspace."""
    return _page(
        voice, voice.line("Swarmbridge is installed in {workspace}", workspace=where),
        voice.line("In each channel it shall hear, write: /invite @Swarmbridge"),
        (address, voice.line("Open Slack")),
    )  # fmt: skip


def denied(voice: Voice, again: str) -> str:
    """Somebody thought better of it."""
    return _not_installed(voice, voice.line("You did not allow it, so nothing has changed."), again)


def stale(voice: Voice, again: str) -> str:
    """What came back was not begun here, or too long ago, or came before."""
    sentence = voice.line(
        "This page belongs to no installation that was begun in this browser within the last ten minutes, or it was "
        "used already. Please begin again."
    )
    return _not_installed(voice, sentence, again)


def refused(voice: Voice, code: str, again: str) -> str:
    """Slack refused, in its own word."""
    return _not_installed(voice, voice.line("Slack does not allow it ({code}).", code=code), again)


def not_invited(voice: Voice, workspace: str, again: str) -> str:
    """The workspace is not among those that may install the app."""
    sentence = voice.line(
        "The workspace {workspace} is not among those that may use this Swarmbridge. Ask those who run it.",
        workspace=workspace,
    )
    return _not_installed(voice, sentence, again)


def unavailable(voice: Voice, again: str) -> str:
    """Slack or the database does not answer."""
    sentence = voice.line("Something does not answer just now. Please begin again in a minute.")
    return _not_installed(voice, sentence, again)


def _not_installed(voice: Voice, sentence: str, again: str) -> str:
    return _page(
        voice, voice.line("Swarmbridge was not installed"), sentence, (again, voice.line("Begin again"))
    )  # fmt: skip


def _page(voice: Voice, title: str, sentence: str, link: tuple[str, str]) -> str:
    address, label = (html.escape(one) for one in link)
    return f"""<!doctype html>
<html lang="{html.escape(voice.language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>{html.escape(title)}</title>
<link rel="icon" href="/static/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/static/web.css">
</head>
<body>
<main>
<h1>{html.escape(title)}</h1>
<p>{html.escape(sentence)}</p>
<p><a class="report" href="{address}">{label}</a></p>
</main>
</body>
</html>
"""
