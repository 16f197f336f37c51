"""Words that say nothing about the matter of a report, in three languages. Small letters without accents."""

_ENGLISH = """
a about again all also am an and any anybody anyone are as at be been being break breaks broken but by can cannot cant
could crash crashed crashes crashing do does doesnt doing dont down error errors fail failed failing fails failure for
freezes freezing from get getting go going got had hangs has have hello help hey hi how i if im in into is isnt issue
issues it its ive just know let like me mine morning my need no not now of off on one or our please problem problems
since so some somebody someone still tell than thank thanks that the their them then there these they this those to
today too trouble up us want was we were what when where which who whom why will with wont work worked working works
would wrong yet you your yours
"""
_GERMAN = """
ab aber abgesturzt alle allem allen alles als also am an auch auf aus bei beim bin bis bitte da danke dann das dass
defekt dein dem den der des dich die dir doch du ein eine einem einen einer eines er es etwas euch fehler funktioniert
fur gar gehen geht gerade gibt guten habe haben haengt hallo hangt hat heute hier hilfe ich ihr im immer in ist ja
jemand jetzt kann kannst kaputt kein keine keinen keiner klappt konnen konnte laeuft lasst lauft leider mal man mehr
mein meine meinem meinen meiner mich mir mit moglich moin morgen muss nach nicht nichts noch nur ob oder ohne problem
probleme schon sehr seit sich sie sind so stoerung storung stuerzt sturzt uber um und uns unser unsere vom von vor war
warum was weiss wenn wer werden wie wieder will wir wird wo zu zum zur zusammen
"""
_DUTCH = """
aan al alle alles als alstublieft altijd bedankt ben bij binnen crasht dan dank dat de defect deze die dit doe doen
doet door dus een en er even fout foutmelding geen goed goedemorgen graag had hallo hangt heb hebben heeft hem het
hier hoe hoi hulp iemand ik in is ja je jij jullie kan kapot kun kunnen lukt maar me meer met mij mijn moet na naar
net niet niets nog nu of om omdat onder ons onze ook op over probleem problemen sinds storing stuk te ten toch tot u
uit van vandaag vanochtend vast veel voor waar waarom wat we weer wel werd werken werkt wie wij wil wordt ze zich zij
zijn zo zonder
"""

EMPTY_WORDS = frozenset(f"{_ENGLISH} {_GERMAN} {_DUTCH}".split())
