"""Words that help to make titles, in the languages that most flows are written in, casefolded.

Every list is a help and none a need: a flow in another language keeps all its words, and gets a
title all the same.
"""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ALTERNATIVES = _words("or oder ou o")
CONTRASTS = _words("but yet aber doch mais pero maar")
CONJUNCTIONS = _words("and then while und dann sowie et puis y e en") | ALTERNATIVES | CONTRASTS
# What follows one of these explains what stands before it: prepositions, relatives, some verbs.
BOUNDARIES = _words(
    "go goes come comes dealt about after against as at be because before behind by during for "
    "from if in inside into like near on over since that through to under until via when where "
    "which who with within without bei beim dass durch für gegen im ins mit nach seit um unter "
    "vom von vor weil wenn zu zum zur am auf à au aux hors avec chez dans depuis par pour que "
    "sans sous sur con desde para por sin sobre al del op bij voor naar met van"
)
# Stand inside of a name: “mot de passe”, “out of paper”.
GLUE = _words("of de du des di")
# Left out of a statement: articles, auxiliaries, pronouns, and what only counts or stresses.
STOP_WORDS = _words(
    "a an the this these its their his her our your my here reports it it's they you we i he she "
    "is are was were been has have had own lately so too very just still already now only soon "
    "again nearly long every there will would should can may asks does do did one two three "
    "several all both many most any some each whole der die das den dem des ein eine einer einem "
    "einen ist sind war waren wird werden hat haben es sie er wir noch schon sehr auch nur ganze "
    "alle dieser diesem diesen fragt immer wieder jetzt le la les l un une est sont était a ont "
    "il elle seule tous encore très el los las una es son está muy het is zijn"
)
NEGATIONS = _words(
    "no not never cannot can't don't doesn't won't didn't isn't aren't wasn't hasn't nothing kein "
    "keine keinen nicht nie ne pas aucun aucune plus nada ningún geen niet"
)
AFFIRMATIVE = _words("yes ja oui sí si")
DENIALS = _words("no nein non nee não")
OTHER_REPLIES = _words(
    "ok okay done none n/a na unknown unsure true false skip skipped erledigt fertig nichts "
    "unbekannt fait rien inconnu hecho klaar"
)
REPLIES = AFFIRMATIVE | DENIALS | OTHER_REPLIES
# Whom or what it concerns, and how often: true of many sessions, telling of none.
VAGUE = REPLIES | _words(
    "sure certain uses failure failures same other others another else different up person people "
    "user users user's caller caller's colleague client client's someone somebody everyone "
    "everybody nobody affected account accounts computer computers machine machines pc pcs "
    "program programs document site office company place name names mail mails more less "
    "relationship anything thing things problem problems issue error errors fault message first "
    "last second time times state possible today approved confirmed known verified checked tried "
    "tested called job jobs count stays administrator keyboard local side outside way benutzer "
    "person personen kollege jemand niemand rechner konto standort problem fehler fragt personne "
    "utilisateur utilisateurs usuario gebruiker"
)
# With one of these, and without a negation, all is well there: it is not the matter.
HEALTHY = _words(
    "good fine ready fast run delivered healthy right well normal correct corrected works work "
    "working worked running runs available open stable current enabled succeeds success "
    "successful replaced known found removed explained resolved restored fixed repaired unlocked "
    "passes connected complete completed signed set signs-in starts seen prints contained gut "
    "richtig korrekt schnell druckt startet läuft funktioniert erfolgreich geht behoben bon "
    "fonctionne réussi marche rétabli funciona werkt"
)
# Stand for what isn't named, or say where the work goes on.
UNNAMED = _words(
    "something nothing look one-off asked looking needs must etwas nichts jemand quelque rien "
    "algo nada iets"
)
HANDED_OVER = _words(
    "hand stop escalate escalated übergabe übergeben eskaliert transfert décision decision"
)
# In a flow's name: something is wrong with what stands before.
TROUBLE = _words(
    "problem problems issue issues trouble failure failures failed fails fault error errors "
    "connection connections resolution relationship name names job jobs missing unreachable "
    "broken down slow offline störung gesperrt fehlt langsam unerreichbar prüfen probleme fehler "
    "ausfall panne problème erreur fallo storing cannot can't doesn't won't not restarted stopped "
    "crashes freezes nicht kein keine ist reagiert öffnet druckt startet schlägt ne impossible "
    "refuse no troubleshooting diagnosis checklist procedure runbook guide"
)
GENERIC = _words("general generic misc miscellaneous various other custom blank allgemein divers")
# How technicians write what flows spell out.
SHORT_FORMS = {
    "active directory": "AD",
    "microsoft 365": "M365",
    "office 365": "M365",
    "remote desktop": "RDP",
    "exchange online": "Exchange",
    "multi-factor authentication": "MFA",
    "windows server": "Server",
    "not reachable": "unreachable",
    "nicht erreichbar": "unerreichbar",
    "nicht möglich": "unmöglich",
    "nobody can sign in": "sign-in fails",
    "cannot sign in": "sign-in fails",
    "cannot get in": "locked out",
    "signs in": "signs-in",
    "sign in": "sign-in",
    "does not": "doesn't",
    "do not": "don't",
    "did not": "didn't",
    "will not": "won't",
    "cannot": "can't",
    "nearly full": "full",
}
# Keep their capital wherever they stand.
NAMES = _words(
    "windows microsoft outlook exchange entra azure intune teams sharepoint google apple adobe "
    "citrix cisco fortinet veeam sophos linux android word excel chrome edge kerberos ethernet"
)
# In a text with one of these, nouns keep their capitals.
GERMAN = _words(
    "der das dem den ein eine ist sind nicht kein keine und oder mit für von im nur wird"
)
# Taken off before words are compared, the longest first; four letters stay.
ENDINGS = ("ung", "ing", "out", "ers", "er", "ed", "es", "en", "s", "e")
# At the end of a clause: it is about what stands elsewhere (“Internal names yes”, “a dead one”).
ELSEWHERE = AFFIRMATIVE | _words("one ones")
# No title ends with one of these; German, French and Dutch put their negation behind.
OPEN_WORDS = (REPLIES | NEGATIONS) - _words("nicht pas niet plus nothing")
SAY_NOTHING = VAGUE | NEGATIONS | GLUE
