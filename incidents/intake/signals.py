"""What in a message speaks for a request, and what for chatter. Data to be read and extended.

Small letters without accents (ä as a); a star at the end of a word stands for any ending, and a
``^`` in front of a phrase for the beginning of the message. A message that consists of
nothing but phrases of one kind in ``ALONE`` is chatter; otherwise every kind in ``SIGNALS`` that is found counts once.
"""

from typing import NamedTuple


class Signal(NamedTuple):
    """A kind of phrase, how much it speaks for a request (below zero: against), and the phrases by language."""

    name: str
    weight: float
    phrases: dict[str, str]


ALONE: dict[str, str] = {
    "greeting": """
        hello, hallo, hallochen, hi, hey, heya, hiya, yo, howdy, good morning, morning, good afternoon, good evening,
        good day, greetings, welcome, moin, moin moin, servus, gruezi, guten morgen, morgen, guten tag, guten abend,
        tag, mahlzeit, grusse, willkommen, hoi, goedemorgen, goeiemorgen, goedemiddag, goedenavond, goedendag, welkom,
        bye, goodbye, see you, cu, good night, have a nice day, nice weekend, good weekend, have a good weekend,
        tschuss, ciao, bis morgen, bis spater, bis dann, schonen feierabend, feierabend, schones wochenende, schonen
        tag, gute nacht, doei, dag, tot morgen, tot straks, tot ziens, fijn weekend, fijne dag, prettig weekend, fijne
        avond, hello world
    """,
    "thanks": """
        thanks, thank you, thanks a lot, many thanks, thx, ty, tysm, cheers, much appreciated, appreciate it, thank
        you so much, thanks so much, thank you very much, danke, danke schon, dankeschon, danke dir, danke euch,
        vielen dank, vielen lieben dank, lieben dank, besten dank, tausend dank, herzlichen dank, merci, bedankt, dank
        je, dankje, dank je wel, dankjewel, dank u, dank u wel, heel erg bedankt, hartelijk dank, super bedankt, danke
        fur die hilfe, thanks for the help, thanks for your help, bedankt voor de hulp, danke fur eure hilfe
    """,
    "acknowledgement": """
        ok, okay, oke, okee, k, kk, alright, all right, sure, yes, yep, yeah, yup, no, nope, got it, i see,
        understood, makes sense, right, exactly, agreed, done, will do, on it, same, cool, nice, great, perfect,
        awesome, super, good, fine, all good, no problem, no worries, np, youre welcome, welcome, lol, rofl, lmao,
        haha*, hehe*, hihi*, wow, oh, ah, aha, hm*, mhm, mmm*, oops, true, indeed, sounds good, never mind, nevermind,
        nvm, ja, jo, jep, nein, ne, nee, passt, klar, alles klar, verstanden, genau, stimmt, gut, prima, toll,
        perfekt, gerne, gern geschehen, gern, kein problem, kein ding, erledigt, mach ich, geil, schade, ach so,
        achso, egal, hat sich erledigt, neen, jawel, goed, mooi, top, fijn, leuk, begrepen, snap ik, klopt, precies,
        inderdaad, graag gedaan, geen probleem, komt goed, doe ik, gedaan, helaas, laat maar, graag, is goed, helemaal
        goed, good job, well done, congrats, congratulations, gluckwunsch, herzlichen gluckwunsch, alles gute,
        gefeliciteerd, van harte, happy birthday, alles gute zum geburtstag, test, testing, test test, ping, pong, not
        bad, nicht schlecht, macht nichts, nicht so schlimm, dont worry, niet slecht, maakt niet uit, not yet, noch
        nicht, nog niet, not sure, me neither, why not, warum nicht, waarom niet, anyone, anybody, really, echt,
        wirklich
    """,
    "people": """
        all, everyone, everybody, guys, folks, team, people, there, together, room, zusammen, alle, leute, allerseits,
        ihr, liebe kollegen, kollegen, kolleginnen, und kollegen, allemaal, iedereen, jongens, mensen, collegas, and,
        und, en, to you too, dir auch, euch auch, ebenso, gleichfalls, jij ook, insgelijks, so much, very much, a lot,
        again, noch mal, nochmal, nogmaals, too, auch, ook
    """,
}

SIGNALS: tuple[Signal, ...] = (
    Signal("problem", 2.0, {
        "en": """
            broken, down, error*, bug, bugs, issue, issues, problem*, trouble, fail*, crash*, stuck, hang*, freez*,
            frozen, slow, missing, lost, denied, expired, blocked, locked, locked out, jam, jams, jammed, leak*,
            timeout*, timed out, time out, timing out, exception*, unable, cannot, cant, could not, couldnt, doesnt,
            does not, dont work, do not work, isnt, is not, not work*, wont, will not, didnt, did not, not possible,
            not able, not available, unavailable, unreachable, offline, no access, no internet, no wifi, no
            connection, no sound, no signal, no network, no heating, no power, no water, wrong, incorrect, faulty,
            defective, defect, damaged, disconnect*, drops, dropped, outage, interrupted, flicker*, garbled, corrupt*,
            stopped, stops, invalid, fault*, out of order, out of paper, no longer, not responding, unresponsive,
            disappeared, vanished, forgot*, spam, phishing, virus, stolen, too hot, too cold, freezing, smells,
            overflow*, denies, refuses, rejected, loops, refused, declined, deleted, turns off, shuts down, black
            screen, blank, nothing happens, unstable, not found, cannot find, cant find, is not there
        """,
        "de": """
            kaputt, defekt*, fehler*, geht nicht, gehen nicht, geht gar nicht, geht wieder nicht, tut nicht, tuts
            nicht, nicht mehr, funktioniert nicht, funktionieren nicht, klappt nicht, problem*, storung*, stoerung*,
            gestort, ausfall*, ausgefallen, abgesturzt, absturz*, sturzt, stuerzt, hangt, haengt, eingefroren,
            langsam*, fehlt, fehlen, verloren, gesperrt, abgelaufen, blockiert, leer, tropft, undicht, klemmt, spinnt,
            streikt, steckt, kann nicht, kann mich nicht, kann ich nicht, konnen nicht, komme nicht, kommen nicht,
            kommt nicht, kommt kein*, lasst sich nicht, laesst sich nicht, kein*, verschwunden, nicht erreichbar,
            nicht moglich, nicht verfugbar, ladt nicht, laedt nicht, startet nicht, druckt nicht, falsch, stimmt
            nicht, abgelehnt, vergessen, bricht ab, abgebrochen, bricht, instabil, unterbrochen, flackert, ungultig,
            verweigert, zu kalt, zu heiss, zu warm, stinkt, uberlauf*, beschadigt, geklaut, gestohlen, schlagt fehl,
            schlaegt fehl, wird nicht, werden nicht, wurde nicht, geloscht, nix, schwarz, nichts, tut sich nicht,
            passiert nichts, nicht da, finde nicht, ist weg, sind weg, alles weg
        """,
        "nl": """
            kapot, stuk, defect*, werkt niet, werken niet, doet het niet, doen het niet, doet niks, fout*,
            foutmelding*, storing*, probleem, problemen, crasht, vastgelopen, loopt vast, hangt, bevroren, traag,
            trage, mist, ontbreekt, kwijt, geblokkeerd, verlopen, leeg, lekt, lekkage, vast, lukt niet, lukt het niet,
            kan niet, kan ik niet, kan geen, kunnen niet, kom niet, komt niet, niet meer, geen, eruit, plat,
            verdwenen, onbereikbaar, niet bereikbaar, niet mogelijk, niet beschikbaar, laadt niet, start niet, print
            niet, verkeerd, klopt niet, geweigerd, vergeten, valt weg, valt steeds weg, weggevallen, verbroken,
            instabiel, onderbroken, flikkert, ongeldig, te koud, te warm, te heet, stinkt, beschadigd, gestolen,
            uitgevallen, uitval, niet goedgekeurd, werkt nog niet, wordt niet, worden niet, komen niet, gaat niet,
            gaan niet, verwijderd, niks, niets, zwart, niet te vinden, valt uit, is weg, zijn weg, ik mis, we missen
        """,
    }),
    Signal("wish", 1.5, {
        "en": """
            need*, please, pls, could someone, can someone, can anyone, could anyone, could you, can you, would you,
            anyone know*, anyone knows, does anyone, does anybody, anybody know*, has anyone, help, request*, would
            like, id like, looking for, i want, we want, how do, how can, how to, how does, where do, where can, where
            is, who can, who do, who is responsible, what is, whats the, why is, why does, when will, is there, are
            there, is it possible, am i able, can i, may i, should i, i wonder, wondering, question, order, install*,
            access to, reset, permission*, set up, setup, new laptop, replace*, upgrade*, any idea*, trying to, tried,
            getting, i get, we get, keeps, seems
        """,
        "de": """
            brauche, brauchen, brauchte, benotige*, bitte, bitten, kann jemand, konnte jemand, kann mir, konnt ihr,
            konnen sie, kannst du, konntest du, konntet ihr, weiss jemand, hat jemand, hilfe, helfen, mochte, wurde
            gern*, ich suche, wir suchen, wie kann, wie komme, wie bekomme, wie geht, wie mache, wo finde, wo ist, wo
            kann, wer kann, wer ist, wer kummert, was ist, was muss, warum, wieso, wann kommt, wann ist, gibt es, ist
            es moglich, kann ich, darf ich, muss ich, soll ich, frage, bestellen, beantragen, antrag, zugriff*,
            zugang*, freischalt*, berechtigung*, zurucksetzen, einrichten, installieren, austauschen, ersetzen,
            versuche, bekomme, bezuglich
        """,
        "nl": """
            nodig, graag, kan iemand, kunnen jullie, kun je, kan je, kunt u, zou iemand, zou je, weet iemand, heeft
            iemand, hulp, help*, ik wil, wil graag, ik zoek, op zoek, hoe kan, hoe kom, hoe krijg, hoe moet, hoe doe,
            waar vind, waar is, waar kan, wie kan, wie is, wie gaat, wat is, wat moet, waarom, wanneer, is er, zijn
            er, is het mogelijk, kan ik, mag ik, moet ik, vraag, vraagje, bestellen, aanvragen, aanvraag, toegang,
            rechten, resetten, herstellen, instellen, installeren, vervangen, krijg, ik probeer, als ik probeer
        """,
    }),
    Signal("a not", 1.5, {
        "en": """
            not, dont, didnt, doesnt, isnt, arent, wasnt, havent, hasnt, never, nothing
        """,
        "de": """
            nicht, nie
        """,
        "nl": """
            niet, nooit
        """,
    }),
    Signal("over already", -2.5, {
        "en": """
            works again, working again, works now, working now, is back, back up, fixed itself, solved itself, problem
            solved, issue solved, is fixed, got it working, figured it out, found it, never mind, nevermind, nvm
        """,
        "de": """
            geht wieder, funktioniert wieder, lauft wieder, laeuft wieder, klappt wieder, hat sich erledigt, schon
            erledigt, geht jetzt, ist gelost, schon gelost, gefunden danke
        """,
        "nl": """
            werkt weer, doet het weer, is opgelost, al opgelost, werkt nu, het is gelukt, gelukt, laat maar
        """,
    }),
    Signal("announcement", -2.5, {
        "en": """
            fyi, heads up, reminder, friendly reminder, please note, just so you know, we will be, i will be, ill be,
            is now available, new version is out, save the date, ^psa, ^announcement, ^minutes of, ^release notes,
            meeting moved, meeting is moved, meeting cancelled, meeting canceled, meeting is cancelled
        """,
        "de": """
            zur info, zur kenntnis, zur erinnerung, bitte beachten, ab sofort, wartungsarbeiten, wir sind ab, ist
            jetzt verfugbar, protokoll vom, ^info, ^hinweis, ^achtung, ^wartung, ^erinnerung, ^ankundigung, termin
            verschoben, termin abgesagt, meeting verschoben, meeting fallt aus
        """,
        "nl": """
            ter info, ter informatie, even een herinnering, vanaf nu, is nu beschikbaar, notulen, ^let op, ^onderhoud,
            ^herinnering, ^aankondiging, afspraak verzet, vergadering verzet, overleg verzet, vergadering gaat niet
            door
        """,
    }),
    Signal("an invitation", -4.5, {
        "en": "who wants, anyone up for, anyone for, anyone joining, coffee anyone, lunch anyone, who is in, whos in",
        "de": "wer kommt mit, wer hat lust, kommt jemand mit, hat jemand lust, wer ist dabei",
        "nl": "wie gaat er mee, wie gaat mee, wie heeft zin, gaat iemand mee, heeft iemand zin",
    }),
    Signal("small talk", -2.5, {
        "en": """
            lunch, birthday, happy birthday, cake, cakes, out of office, ooo, wfh, working from home, on vacation, on
            holiday, day off, running late, late today, joke, football, match last night, the weather, congrat*, well
            done, good job, pub, donuts, see you, funny, i love, we love, nice weekend, good weekend, your weekend,
            football match
        """,
        "de": """
            mittagessen, essen gehen, zum essen, mahlzeit, geburtstag, kuchen, homeoffice, home office, im urlaub,
            urlaub ab, bin krank, komme spater, verspate mich, witz, fussball, wetter, wer mochte, gluckwunsch*, gut
            gemacht, feierabend, bier, lustig, gluckliche, schones wochenende, am wochenende gemacht
        """,
        "nl": """
            lunch, lunchen, verjaardag, jarig, taart, gebak, thuis aan het werk, thuiswerk*, op vakantie, ben ziek,
            ben later, wat later, grap, grapje, voetbal, het weer vandaag, gefeliciteerd, goed gedaan, feest, feestje,
            borrel, vrijmibo, bitterballen, grappig, fijn weekend, leuk weekend, ik werk thuis, ik werk vandaag thuis
        """,
    }),
    Signal("praise", -1.5, {
        "en": """
            looks great, looks good, great job, great work, so nice, really nice, love it, works great, works fine,
            works well, works perfectly, so much better, brilliant, amazing, fantastic, awesome, beautiful, happy to,
            well deserved, delicious, nice work
        """,
        "de": """
            sieht gut aus, gefallt mir, sehr schon, richtig gut, super arbeit, tolle arbeit, klasse, grossartig,
            lecker, wunderbar, freue mich, fantastisch, funktioniert super, lauft super
        """,
        "nl": """
            ziet er goed uit, ziet er mooi uit, heel mooi, lekker, geweldig, fantastisch, goed bezig, goed werk, blij
            mee, werkt prima, werkt goed, heerlijk, super leuk
        """,
    }),
    Signal("advice", -2.0, {
        "en": """
            ^try, ^you can, ^you could, ^you should, ^you need to, ^you have to, ^have you, ^you might, ^you may,
            ^just use, ^did you try, ^have you tried, ^that should, ^it should, works for me, works here, ^which
            version, ^what version, ^can you paste, ^can you send, ^i think, ^i guess, ^i believe, ^maybe, ^probably,
            ^it depends, afaik, ^thats because, ^its because, ^because, ^yes, ^yeah, ^no you, ^ah, ^oh
        """,
        "de": """
            ^probier*, ^versuch mal, ^du kannst, ^du musst, ^du solltest, ^hast du schon, ^habt ihr schon, ^schau mal,
            ^guck mal, ^vielleicht, ^wahrscheinlich, ^ich glaube, ^ich denke, bei mir geht, bei mir funktioniert,
            ^liegt wohl an, ^das liegt an, ^welche version, ^schick mal, ^ja, ^weil, ^ach
        """,
        "nl": """
            ^probeer eens, ^probeer, ^je kunt, ^je kan, ^je moet, ^heb je al, ^kijk eens, ^misschien, ^waarschijnlijk,
            ^ik denk, ^volgens mij, bij mij werkt, bij mij doet, ^welke versie, ^stuur eens, ^dat komt door, ^ja,
            ^omdat
        """,
    }),
)  # fmt: skip
