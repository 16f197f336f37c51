"""Cards and forms as the local chat keeps them: plain JSON that the page puts in as text, never as markup."""

from __future__ import annotations

from typing import Any, assert_never

from adapters.local.store import carried
from bot.cards import Action, Actions, Block, Card, Facts, Heading, Note, Paragraph, Quote, Span, Style, Text
from bot.forms import Form


def card(card: Card) -> dict[str, Any]:
    """The card as JSON."""
    return {"language": card.language, "blocks": [_block(block) for block in card.blocks]}


def summary(card: Card) -> str:
    """The card in one line."""
    return carried(card.summary)


def form(form: Form) -> dict[str, Any]:
    """The form as JSON."""
    return {
        "id": form.id, "title": carried(form.title), "submit": carried(form.submit), "cancel": carried(form.cancel),
        "context": form.context, "language": form.language,
        "fields": [
            {
                "id": field.id, "label": carried(field.label), "kind": field.kind.value, "required": field.required,
                "hint": carried(field.hint), "initial": carried(field.initial), "max_length": field.max_length,
                "choices": [{"value": one.value, "label": carried(one.label)} for one in field.choices],
            }
            for field in form.fields
        ],
    }  # fmt: skip


def _block(block: Block) -> dict[str, Any]:
    match block:
        case Heading(text):
            return {"kind": "heading", "text": carried(text)}
        case Paragraph(text):
            return {"kind": "paragraph", "text": _text(text)}
        case Note(text):
            return {"kind": "note", "text": _text(text)}
        case Facts(rows):
            return {"kind": "facts", "rows": [{"name": carried(name), "text": _text(text)} for name, text in rows]}
        case Quote(text, by):
            return {"kind": "quote", "text": carried(text), "by": carried(by)}
        case Actions(actions):
            return {"kind": "actions", "actions": [_action(action) for action in actions]}
        case _:
            assert_never(block)


def _text(text: Text) -> list[dict[str, str]]:
    return [_span(span) for span in text]


def _span(span: Span) -> dict[str, str]:
    if span.style is Style.LINK and not _is_web_address(span.target):
        return {"text": carried(span.text), "style": Style.PLAIN.value, "target": ""}
    return {"text": carried(span.text), "style": span.style.value, "target": span.target}


def _action(action: Action) -> dict[str, str]:
    return {
        "id": action.id, "label": carried(action.label), "value": action.value, "words": carried(action.words),
        "tone": action.tone.value, "url": action.url if _is_web_address(action.url) else "",
    }  # fmt: skip


def _is_web_address(url: str) -> bool:
    return url.startswith(("https://", "http://", "/")) and not url.startswith("//")
