"""The words that the title maker knows, in the languages that flows are mostly written in.

Every list is a help, none a need: a flow in another language keeps all its words, and gets a
title all the same. Words are casefolded.
"""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Between two statements: what follows is another one.
CONJUNCTIONS = _words("and or but yet while und oder aber doch sowie et ou mais y e o pero en maar")
# "Connected, but nothing inside works": the second statement is the one that matters.
TURNING = _words("but yet then aber doch dann mais puis pero luego maar dan")
# The part after one of these explains the part before it.
PREPOSITIONS = _words(
    "about after against at before behind below between by during for from in inside into like "
    "near off on out over since without through to toward towards under until upon via with "
    "within auf aus bei durch für gegen hinter im ins mit nach seit trotz unter vom von vor "
    "wegen zu zum zur zwischen am beim à au aux avec chez dans de depuis des du hors par "
    "pendant pour sans sous sur vers con desde para por sin sobre del al op bij voor naar met "
    "uit van"
)
# Between the two halves of a name: “mot de passe”, “out of paper”.
GLUE = _words("of de du des del di")
# A flow's name that names nothing.
GENERIC = _words("general generic misc miscellaneous various other custom blank allgemein divers")
# Say nothing in a title, wherever they stand.
ARTICLES = _words(
    "a an the this that these those its their his her our your my own there here it they you we i "
    "he she who which what how is are was were be been being has have had will would should must "
    "may might does do did as so can treat it's that's there's he's she's they're you're der die "
    "das den dem des ein eine einer einem einen eines ist sind war waren wird werden hat haben es "
    "sie er wir ihr sein ihre dieser diese dieses diesem diesen danach le la les un une l est "
    "sont était a ont il elle ils elles ce cette ces son sa ses leur el los las una es son está "
    "están se su sus het een is zijn wordt deze dit"
)
# Left out where a title has no room for them.
FILLERS = _words(
    "just still again really already very too now also only even quite soon long really simply "
    "nearly almost mostly more other another any some each every once lately immer nur noch wieder "
    "schon sehr auch jetzt fast etwa ganz bereits encore déjà très aussi seulement presque "
    "toujours ya muy también solo sólo nog al ook"
)
NEGATIONS = _words(
    "no not none never cannot can't don't doesn't won't didn't isn't aren't wasn't hasn't "
    "haven't couldn't nothing nobody kein keine keinen keiner nicht nie ohne nichts niemand ne "
    "pas sans aucun aucune rien jamais nada ningún ninguna sin geen niet zonder"
)
# A reply, not a finding.
REPLIES = _words(
    "yes no ok okay done none nothing n/a na unknown unsure true false skip skipped ja nein "
    "erledigt fertig nichts unbekannt oui non fait rien inconnu sí si hecho nada nee klaar"
)
# Whom or what it concerns, or how often: true of many sessions, telling of none.
VAGUE = _words(
    "up failure failures caller's one two three all both same only person people user users "
    "someone somebody everyone everybody one-off first last second user's client's job jobs known "
    "nobody colleague caller not sure certain approved confirmed verified several many others "
    "other another different thing things something anything nothing everything problem problems "
    "issue issues fault faults message messages question place places time times site somewhere "
    "elsewhere else way kind error errors company client clients office today yesterday checked "
    "tried test tested seen look looks looked looking found possible likely yet done round rounds "
    "still not again this new here ready program programs computer computers machine machines use "
    "uses using account accounts ask asked nor rather whole name names pc pcs know knows outside "
    "administrator administrators admin local side sides check checks mail mails e-mail e-mails "
    "alone belongs agreed line count affected ones relationship ein eine alle beide niemand "
    "jemand benutzer person personen leute kollege problem fehler gleich gleicher gleiche anderer "
    "andere anderes mehrere einige einer nur dieser sicher bekannt bestätigt computer called "
    "rechner konto standort firma tous toutes plusieurs personne utilisateur utilisateurs "
    "problème erreur même autre un seul todos varios usuario usuarios problema mismo otro alle "
    "iedereen gebruiker fout zelfde"
)
# Stay with the verb that they end: “switched off”, “locked out”.
PARTICLES = _words("off out aus")
# What follows explains what stands before.
RELATIVES = _words("that which who whose when where if because as dass weil wenn als que qui omdat")
PRONOUNS = _words("they it we you he she i es er wir elles ils elle il nous ellos nosotros")
COPULAS = _words("is are was were ist sind war waren est sont es son está están zijn")
# Of what nobody has named yet.
INDEFINITE = _words(
    "something someone somebody etwas jemand quelque quelqu'un algo alguien iets iemand"
)
# All is well there, so it is not why the session was run.
HEALTHY = _words(
    "good fine healthy right well normal correct corrected true works worked working succeeds "
    "succeeded success successful running runs available reachable open stable current replaced "
    "known run work succeed agrees arrives resolve resolves found removed explained resolved "
    "signed contained patched starts started booked seen delivered fixed restored repaired "
    "unlocked passes passed connected complete completed signs-in prints gut richtig korrekt "
    "schnell da druckt startet läuft funktioniert erfolgreich geht behoben bon correcte "
    "fonctionne réussi marche rétabli bien correcto funciona goed werkt"
)
# In front of a telling word they only count it.
DETERMINERS = _words(
    "one two three several all both only many any some each every yes ok whole ein eine einer "
    "alle beide mehrere einige nur ja tous toutes plusieurs oui todos varios sí"
)
# End words of a flow's name that say only that something is wrong with what stands before.
TROUBLE = _words(
    "problem problems issue issues trouble troubles failure failures failed fails failing fault "
    "error errors connection connections resolution relationship troubleshooting diagnosis name "
    "names job jobs locked missing unreachable checklist procedure runbook guide flow help "
    "support broken down slow offline störung störungen gesperrt fehlt langsam unerreichbar "
    "prüfen einrichten probleme fehler ausfall hilfe anleitung prüfung defekt panne pannes "
    "problème problèmes échec erreur dépannage fallo avería problema storing"
)
# A flow's name ends, as the name of a thing, before one of these.
PREDICATES = _words(
    "cannot can't can't fails failed failing fail doesn't don't won't isn't not no does will "
    "can is are has have stops stopped restarted restarts keeps goes shows asks says crashes "
    "crashed freezes hangs drops disconnects loses lost finished unexpectedly geht schlägt "
    "hängt reagiert öffnet funktioniert startet druckt kann lässt nicht kein keine fällt ist "
    "wird verbindet bricht ne fonctionne impossible refuse bloque s'affiche démarre imprime no "
    "funciona werkt"
)
# Of a solution that sends the work on: true of the desk, not of the fault.
HANDING = _words(
    "hand handed handover escalate escalated needs must decision decide act acts goes stop tell "
    "übergabe übergeben eskaliert entscheidung transfert décision"
)
# How technicians write what flows spell out.
SHORT_FORMS = (
    ("active directory", "AD"),
    ("microsoft 365", "M365"),
    ("office 365", "M365"),
    ("remote desktop", "RDP"),
    ("remotedesktop", "RDP"),
    ("multi-factor authentication", "MFA"),
    ("windows server", "Server"),
    ("windows servers", "Servers"),
    ("network drive", "Network drive"),
    ("conditional access", "Conditional Access"),
    ("exchange online", "Exchange"),
    ("not reachable", "unreachable"),
    ("cannot be reached", "unreachable"),
    ("not registered", "unregistered"),
    ("nicht erreichbar", "unerreichbar"),
    ("nicht möglich", "unmöglich"),
    ("nobody can sign in", "sign-in fails"),
    ("cannot sign in", "sign-in fails"),
    ("cannot get in", "locked out"),
    ("sign in", "sign-in"),
    ("signs in", "signs-in"),
    ("does not", "doesn't"),
    ("do not", "don't"),
    ("did not", "didn't"),
    ("will not", "won't"),
    ("cannot", "can't"),
    ("can not", "can't"),
    ("not permitted", "forbidden"),
    ("nearly full", "full"),
)
# Names that keep their capital wherever they stand.
NAMES = _words(
    "windows microsoft outlook exchange entra azure intune teams sharepoint onedrive google "
    "apple adobe citrix cisco fortinet veeam sophos linux android autopilot office word excel "
    "chrome edge firefox hyper-v vmware kerberos bitlocker authenticator ethernet bluetooth "
    "oracle sap datev lexware sage zoom slack"
)
# What a question begins with that wants a yes or a no.
AUXILIARIES = _words("is are was were does do did has have had can could will would should")
# A question with one of these asks for the fault of the thing it names.
WRONG = _words("wrong amiss broken falsch defekt kaputt cassé anormal mal stuk")
# Two ways to say the same, or two cases under one answer.
ALTERNATIVES = _words("or oder ou o")
DENIALS = _words("no nein non nee não")
# The answer is a plain yes; what follows says how.
AFFIRMATIVE = _words("yes ja oui sí si")
# A statement that ends with one of these has lost what it was about.
LINKING = _words(
    "asks belongs go goes says said came come comes gets get got becomes seems needs works "
    "going ask say dealt stays stay ones give gives gave take takes took put set make makes "
    "made keep keeps kept fragt verlangt meldet zeigt sagt kommt bleibt macht gibt"
)
# Which language a text is in, where that decides whether nouns keep their capitals.
GERMAN = _words(
    "der die das den dem ein eine ist sind nicht kein keine und oder wird mit von für im am zu "
    "auf bei nach beim zum zur wer welche welcher welches wie ja nein kann geht"
)
OTHER_LANGUAGES = _words(
    "the a an is are of to does do what which who how not and or with for on at it yes le la "
    "les un une est sont de du des et ou pas que qui dans sur el los las una es de y o en"
)
# Taken off before words are compared, the longest first; four letters stay.
ENDINGS = ("ungen", "ung", "ing", "ers", "out", "er", "ed", "es", "en", "s", "e")
