"""The phrases that mean each verb. Small letters; accents, hyphens and apostrophes do not matter when they are matched.

``…`` parts a phrase whose verb stands at the end, as German and Dutch like it: "wer kann bei … helfen".
"""

from enum import StrEnum

LANGUAGES = ("en", "de", "nl")


class Verb(StrEnum):
    """What a person can ask the bot to do by typing."""

    REPORT = "report"
    ME_TOO = "me_too"
    STATUS = "status"
    OUTAGE = "outage"
    UPDATE = "update"
    RESOLVE = "resolve"
    REOPEN = "reopen"
    WORKS_AGAIN = "works_again"
    STILL_BROKEN = "still_broken"
    NOT_A_REQUEST = "not_a_request"
    WHO_CAN_HELP = "who_can_help"
    JOIN = "join"
    ACCEPT = "accept"
    DECLINE = "decline"
    LEAVE = "leave"
    HAND_OVER = "hand_over"
    SEARCH = "search"
    ARTICLE = "article"
    PUBLISH = "publish"
    DISCARD = "discard"
    SOLVED_IT = "solved_it"
    FOLLOW = "follow"
    UNFOLLOW = "unfollow"
    HELP = "help"
    RATE = "rate"
    CHOOSE = "choose"
    UNDO = "undo"
    CANCEL = "cancel"
    STOP_UPDATE = "stop_update"
    LINK = "link"
    UNLINK = "unlink"


# Comma-separated; the first is the usual one.
_SAID: dict[Verb, dict[str, str]] = {
    Verb.REPORT: {
        "en": "report, report a problem, new report, new ticket, create ticket, open a ticket",
        "de": (
            "melden, melde, meldung, neue meldung, problem melden, ich melde, störung, störung melden, neues "
            "ticket, ticket erstellen"
        ),
        "nl": (
            "melden, meld, melding, nieuwe melding, probleem melden, ik meld, storing melden, nieuw ticket, "
            "ticket maken"
        ),
    },
    Verb.ME_TOO: {
        "en": (
            "me too, metoo, same here, same problem here, same for me, for me too, us too, here too, i have this "
            "too, i have the same problem, affects me too"
        ),
        "de": (
            "ich auch, mir auch, bei mir auch, wir auch, bei uns auch, hier auch, geht mir auch so, mich auch, "
            "betrifft mich auch, gleiches problem, dasselbe problem, das gleiche problem, dito"
        ),
        "nl": (
            "ook ik, ik ook, bij mij ook, wij ook, bij ons ook, hier ook, mij ook, hetzelfde probleem, zelfde "
            "probleem, heb ik ook, ik heb dit ook, hetzelfde hier"
        ),
    },
    Verb.STATUS: {
        "en": "status, status of, what is the status, whats the status, any news, how is it going",
        "de": "status, status von, stand, wie ist der stand, wie steht es, gibt es neues, was ist der stand",
        "nl": "status, status van, wat is de status, hoe staat het ervoor, is er nieuws, stand van zaken",
    },
    Verb.OUTAGE: {
        "en": "outage, declare outage, declare an outage, major incident, declare",
        "de": "ausfall, großstörung, ausfall melden, ausfall erklären, störung ausrufen",
        "nl": "storing, uitval, grote storing, storing afkondigen, uitval melden",
    },
    Verb.UPDATE: {
        "en": "update, post update, post an update, send update",
        "de": "update, neuigkeit, neuer stand, aktualisiere, aktualisieren, zwischenstand",
        "nl": "update, nieuws, nieuwe stand, bijwerken, werk bij, tussenstand",
    },
    Verb.STOP_UPDATE: {
        "en": "stop update, stop the update, stop sending, stop telling",
        "de": "update stoppen, stoppe update, stoppe das update, stopp update, update anhalten, versand stoppen",
        "nl": "update stoppen, stop de update, update stopzetten, versturen stoppen, stop versturen",
    },
    Verb.RESOLVE: {
        "en": (
            "resolve, resolved, solved, fixed, close, mark as resolved, mark … as resolved, is solved, is "
            "resolved, is fixed"
        ),
        "de": "gelöst, lösen, löse, behoben, beheben, erledigt, schließen, schließe, ist gelöst",
        "nl": "opgelost, oplossen, los op, verholpen, afgerond, sluiten, sluit, is opgelost",
    },
    Verb.REOPEN: {
        "en": "reopen, re-open, open again",
        "de": "wieder öffnen, wiedereröffnen, neu öffnen, öffne wieder, wieder aufmachen",
        "nl": "heropen, heropenen, opnieuw openen, weer openen, open opnieuw",
    },
    Verb.WORKS_AGAIN: {
        "en": (
            "works again, working again, it works again, works now, it works now, is working again, works fine "
            "now, back to normal, up again"
        ),
        "de": (
            "geht wieder, es geht wieder, funktioniert wieder, es funktioniert wieder, läuft wieder, es läuft "
            "wieder, klappt wieder, geht jetzt, funktioniert jetzt, jetzt geht es"
        ),
        "nl": (
            "werkt weer, het werkt weer, doet het weer, het doet het weer, werkt nu, het werkt nu, nu werkt het, "
            "draait weer"
        ),
    },
    Verb.STILL_BROKEN: {
        "en": (
            "still broken, its still broken, still not working, still doesnt work, still does not work, still "
            "down, still failing, not fixed, not solved, not resolved, broken again, did not help, didnt help, "
            "that did not help, that didnt help, doesnt help, not working again, down again"
        ),
        "de": (
            "weiterhin kaputt, immer noch kaputt, noch kaputt, noch immer kaputt, geht immer noch nicht, geht "
            "noch nicht, geht weiterhin nicht, funktioniert immer noch nicht, funktioniert noch nicht, "
            "funktioniert weiterhin nicht, geht wieder nicht, funktioniert wieder nicht, wieder kaputt, nicht "
            "gelöst, nicht behoben, hat nicht geholfen, das hat nicht geholfen, hilft nicht, läuft immer noch "
            "nicht, läuft wieder nicht, klappt wieder nicht"
        ),
        "nl": (
            "nog steeds kapot, nog kapot, nog altijd kapot, werkt nog steeds niet, werkt nog niet, doet het nog "
            "steeds niet, doet het nog niet, werkt weer niet, doet het weer niet, weer kapot, niet opgelost, niet "
            "verholpen, heeft niet geholpen, dat heeft niet geholpen, dat hielp niet, helpt niet"
        ),
    },
    Verb.NOT_A_REQUEST: {
        "en": "not a request, no request, not a report, not a problem, false alarm, just chatting",
        "de": "keine anfrage, keine meldung, fehlalarm, war keine meldung, ist keine meldung, nur geplauder",
        "nl": "geen melding, geen verzoek, geen aanvraag, vals alarm, was geen melding, gewoon gepraat",
    },
    Verb.WHO_CAN_HELP: {
        "en": (
            "who can help with, who can help, who can help me with, who knows, who knows about, who do i ask "
            "about, find expert, expert for"
        ),
        "de": (
            "wer kann helfen bei, wer kann helfen mit, wer kann helfen, wer kann mir helfen bei, wer hilft bei, "
            "wer kann bei … helfen, wer kann mir bei … helfen, wer kann mit … helfen, wer hilft mit, wer kennt "
            "sich aus mit, wer kennt sich mit … aus, wer weiß, wer kennt"
        ),
        "nl": (
            "wie kan helpen met, wie kan helpen bij, wie kan helpen, wie kan me helpen met, wie helpt met, wie "
            "kan mij helpen met, wie kan met … helpen, wie kan bij … helpen, wie helpt bij, wie heeft verstand "
            "van, wie weet, wie kent"
        ),
    },
    Verb.JOIN: {
        "en": "join, join swarm, join the swarm, ill join, count me in",
        "de": "beitreten, mitmachen, ich mache mit, ich helfe, ich komme dazu, dem schwarm beitreten",
        "nl": "meedoen, deelnemen, ik doe mee, doe mee, ik help, ik help mee",
    },
    Verb.ACCEPT: {
        "en": "accept, i accept, accept the invitation, ill help, on my way, im in",
        "de": "annehmen, ich nehme an, zusagen, ich sage zu, bin dabei, ich bin dabei, angenommen",
        "nl": "accepteren, accepteer, ik accepteer, aannemen, ik neem aan, ik ben erbij, aanvaarden",
    },
    Verb.DECLINE: {
        "en": "decline, i decline, cannot help, i cant help, i cannot help, not now, not this time",
        "de": (
            "ablehnen, ich lehne ab, lehne ab, absagen, ich sage ab, ich kann nicht helfen, jetzt nicht, diesmal nicht"
        ),
        "nl": "weigeren, weiger, ik weiger, afwijzen, ik wijs af, afslaan, ik kan niet helpen, nu niet, deze keer niet",
    },
    Verb.LEAVE: {
        "en": "leave, leave swarm, leave the swarm, im out, i leave",
        "de": "verlassen, ich gehe, schwarm verlassen, den schwarm verlassen, aussteigen, ich bin raus",
        "nl": "verlaten, ik ga weg, zwerm verlaten, de zwerm verlaten, uitstappen, ik stap eruit",
    },
    Verb.HAND_OVER: {
        "en": (
            "hand over, handover, hand off, hand it over, hand … over to, assign to, assign … to, ill take care of, "
            "ill take care of it, i take care of it, i take care of, ill take it, i take over, take, i take, ill take, "
            "take over, ill take over"
        ),
        "de": (
            "übergeben, übergib, übergabe, gib weiter, weitergeben, abgeben an, ich kümmere mich, ich kümmere mich um, "
            "ich kümmere mich darum, ich übernehme, ich übernehme das, übernehme, übernehmen, ich nehme, nehme"
        ),
        "nl": (
            "overdragen, overdracht, draag over, draag … over, geef door, doorgeven, ik pak het op, ik pak … op, "
            "ik neem het over, ik neem … over, ik neem, ik pak, neem … over, neem, pak … op, pak, overnemen, oppakken, "
            "ik zorg voor"
        ),
    },
    Verb.SEARCH: {
        "en": "search, search for, find, look up, look for",
        "de": "suche, suchen, suche nach, finde, nachschlagen",
        "nl": "zoek, zoeken, zoek naar, vind, opzoeken",
    },
    Verb.ARTICLE: {
        "en": "article, show article, write article, draft article, write an article, write up",
        "de": "artikel, artikel schreiben, artikel zeigen, zeige artikel, schreib artikel, wissensartikel",
        "nl": "artikel, artikel schrijven, artikel tonen, toon artikel, schrijf artikel, kennisartikel",
    },
    Verb.PUBLISH: {
        "en": "publish, publish article, release article",
        "de": "veröffentlichen, veröffentliche, artikel veröffentlichen, publizieren, freigeben",
        "nl": "publiceren, publiceer, artikel publiceren, vrijgeven",
    },
    Verb.DISCARD: {
        "en": "discard, discard article, delete article, throw away",
        "de": "verwerfen, verwirf, artikel verwerfen, artikel löschen, wegwerfen",
        "nl": "weggooien, gooi weg, artikel weggooien, artikel verwijderen",
    },
    Verb.SOLVED_IT: {
        "en": (
            "solved it, that solved it, this solved it, that helped, this helped, that fixed it, this fixed it, "
            "that worked, this worked"
        ),
        "de": (
            "hat geholfen, das hat geholfen, das wars, das war es, damit gelöst, das hat es gelöst, das hat "
            "funktioniert, hat geklappt, das hat geklappt"
        ),
        "nl": (
            "heeft geholpen, dat heeft geholpen, dit heeft geholpen, dat was het, daarmee opgelost, dat heeft het "
            "opgelost, dit heeft het opgelost, dat hielp, dat werkte, is gelukt"
        ),
    },
    Verb.FOLLOW: {
        "en": "follow, subscribe, subscribe to",
        "de": "folgen, folge, abonnieren, abonniere",
        "nl": "volgen, volg, abonneren, abonneer, abonneren op",
    },
    Verb.UNFOLLOW: {
        "en": "unfollow, unsubscribe, unsubscribe from, stop following",
        "de": "entfolgen, nicht mehr folgen, entfolge, folge nicht mehr, abbestellen",
        "nl": "ontvolgen, ontvolg, niet meer volgen, volg niet meer, stop met volgen, opzeggen",
    },
    Verb.HELP: {
        "en": "help, help me, what can you do, what can i say, commands, how does this work",
        "de": "hilfe, hilf mir, was kannst du, was kann ich sagen, befehle, wie funktioniert das",
        "nl": "hulp, help me, wat kun je, wat kan je, wat kan ik zeggen, opdrachten, hoe werkt dit",
    },
    Verb.RATE: {
        "en": "rate, rating, my rating",
        "de": "bewerten, bewerte, bewertung, meine bewertung",
        "nl": "beoordelen, beoordeel, beoordeling, mijn beoordeling",
    },
    Verb.CHOOSE: {
        "en": "choose, option, number, pick",
        "de": "wähle, wählen, auswahl, nummer, nr",
        "nl": "kies, kiezen, keuze, optie, nummer, nr",
    },
    Verb.UNDO: {
        "en": "undo, undo that, take back, take that back",
        "de": "rückgängig, rückgängig machen, mach das rückgängig, zurücknehmen, nimm das zurück",
        "nl": "ongedaan maken, ongedaan, maak dat ongedaan, terugdraaien, draai dat terug",
    },
    Verb.CANCEL: {
        "en": "cancel, never mind, nevermind, abort, stop",
        "de": "abbrechen, abbruch, vergiss es, doch nicht, stopp, stop",
        "nl": "annuleren, annuleer, laat maar, afbreken, toch niet, stop",
    },
    Verb.LINK: {
        "en": "link accounts, link account, link my accounts, link my account",
        "de": "konten verknüpfen, konto verknüpfen, verknüpfe meine konten, verknüpfe mein konto, verknüpfe konten",
        "nl": "accounts koppelen, account koppelen, koppel mijn accounts, koppel mijn account, koppel accounts",
    },
    Verb.UNLINK: {
        "en": "unlink accounts, unlink account, unlink my accounts, unlink my account",
        "de": "konten trennen, konto trennen, trenne meine konten, trenne konten",
        "nl": "accounts ontkoppelen, account ontkoppelen, ontkoppel mijn accounts, ontkoppel accounts",
    },
}
PHRASES: dict[Verb, dict[str, tuple[str, ...]]] = {
    verb: {language: tuple(phrases.split(", ")) for language, phrases in said.items()} for verb, said in _SAID.items()
}

OF_AN_INCIDENT = frozenset(
    "take, i take, ill take, take over, ill take over, übernehme, übernehmen, ich nehme, nehme, ik neem, neem, ik pak, "
    "pak, overnemen, oppakken, ik zorg voor".split(", ")
)
"""Commands only where a reference is named: "take INC-4", but "take a look at the printer"."""

_EXAMPLES: dict[Verb, tuple[str, str, str]] = {
    Verb.REPORT: (
        "report the VPN drops every few minutes",
        "melde das VPN bricht ständig ab",
        "meld de VPN valt steeds weg",
    ),
    Verb.ME_TOO: ("me too INC-42", "ich auch INC-42", "ik ook INC-42"),
    Verb.STATUS: ("status INC-42", "status INC-42", "status INC-42"),
    Verb.OUTAGE: ("outage nobody can send mail", "ausfall niemand kann Mails senden", "storing niemand kan mailen"),
    Verb.UPDATE: (
        "update INC-42 we found the cause, next in 30 min",
        "update INC-42 Ursache gefunden, nächstes in 30 Minuten",
        "update INC-42 oorzaak gevonden, volgende over 30 minuten",
    ),
    Verb.STOP_UPDATE: ("stop update INC-42", "Update stoppen INC-42", "update stoppen INC-42"),
    Verb.RESOLVE: (
        "resolve INC-42 restarted the gateway",
        "gelöst INC-42 Gateway neu gestartet",
        "opgelost INC-42 gateway herstart",
    ),
    Verb.REOPEN: ("reopen INC-42", "wieder öffnen INC-42", "heropen INC-42"),
    Verb.WORKS_AGAIN: ("works again", "geht wieder", "werkt weer"),
    Verb.STILL_BROKEN: ("still broken", "weiterhin kaputt", "nog steeds kapot"),
    Verb.NOT_A_REQUEST: ("not a request", "keine Anfrage", "geen melding"),
    Verb.WHO_CAN_HELP: (
        "who can help with SAP exports",
        "wer kann bei SAP-Exporten helfen",
        "wie kan helpen met SAP-exports",
    ),
    Verb.JOIN: ("join INC-42", "beitreten INC-42", "meedoen INC-42"),
    Verb.ACCEPT: ("accept INC-42", "annehmen INC-42", "accepteren INC-42"),
    Verb.DECLINE: ("decline INC-42", "ablehnen INC-42", "weigeren INC-42"),
    Verb.LEAVE: ("leave INC-42", "verlassen INC-42", "verlaten INC-42"),
    Verb.HAND_OVER: ("hand over INC-42 @anna", "übergeben INC-42 @anna", "overdragen INC-42 @anna"),
    Verb.SEARCH: ("search reset password", "suche Passwort zurücksetzen", "zoek wachtwoord herstellen"),
    Verb.ARTICLE: ("article KB-7", "Artikel KB-7", "artikel KB-7"),
    Verb.PUBLISH: ("publish KB-7", "veröffentlichen KB-7", "publiceren KB-7"),
    Verb.DISCARD: ("discard KB-7", "verwerfen KB-7", "weggooien KB-7"),
    Verb.SOLVED_IT: ("solved it", "hat geholfen", "heeft geholpen"),
    Verb.FOLLOW: ("follow VPN", "folge VPN", "volg VPN"),
    Verb.UNFOLLOW: ("unfollow VPN", "nicht mehr folgen VPN", "ontvolg VPN"),
    Verb.HELP: ("help", "Hilfe", "hulp"),
    Verb.RATE: ("rate INC-42 good", "bewerten INC-42 gut", "beoordeel INC-42 goed"),
    Verb.CHOOSE: ("2", "2", "2"),
    Verb.UNDO: ("undo", "rückgängig", "ongedaan maken"),
    Verb.CANCEL: ("cancel", "abbrechen", "annuleren"),
    Verb.LINK: ("link accounts", "Konten verknüpfen", "accounts koppelen"),
    Verb.UNLINK: ("unlink accounts", "Konten trennen", "accounts ontkoppelen"),
}


def example(verb: Verb, language: str = "en") -> str:
    """Returns a phrase that says this verb in this language, as help cards show it. English for other languages."""
    return _EXAMPLES[verb][LANGUAGES.index(language) if language in LANGUAGES else 0]
