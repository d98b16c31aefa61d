"""Word lists of host names: endings, file endings that look like them, well-known sites."""

from __future__ import annotations

import re

_SUFFIXES = """
    local lan box internal intern corp home localdomain domain private intra intranet ad test
    example invalid arpa onion com net org edu gov mil int info biz name pro io co ai app dev cloud
    tech online site shop store blog xyz me tv cc ly gg to us uk ie de at ch li fr be nl lu es pt
    it gr
    se no dk fi is pl cz sk hu ro bg hr si rs ua ru by ee lv lt tr il ae sa in pk bd lk cn hk tw
    jp kr sg my th vn id ph au nz za ng ke eg ma br ar cl pe uy mx ca eu asia africa agency academy
    accountants associates attorney auto bank bar bike bio build builders business cafe care careers
    center chat church city clinic club coach coffee community company computer construction
    consulting contractors cool credit dental design digital direct directory doctor education email
    energy engineer engineering enterprises equipment estate events exchange expert express family
    farm fashion finance financial fitness foundation fund fyi gallery games gmbh global gold green
    group guide health healthcare help holdings hospital host hosting house immo inc industries
    institute insure international investments jobs kitchen land law lawyer legal life limited link
    live llc loans ltd ltda management market marketing media medical money museum network news ngo
    one ong page partners parts pharmacy photography plumbing plus press productions properties pub
    recipes rent repair report restaurant review rocks run sale school science security services
    show social software solutions space sport studio support surgery systems team technology tools
    tours town toys training travel university vet ventures video vision watch website wiki wine
    work works world zone berlin london paris nyc tokyo amsterdam hamburg koeln wien
"""
SUFFIXES = frozenset(_SUFFIXES.split())
"""Top-level names met in practice, private ones included. The whole root zone would also take in
words such as ``zip`` and ``mov``, which in tickets are files."""

_FILE_ENDINGS = "pl rs sh py md ps cc so is in id me my to it do link bar page name"
FILE_ENDINGS = frozenset(_FILE_ENDINGS.split())

_PUBLIC_SITES = """
    microsoft.com microsoftonline.com office.com office365.com windows.com live.com outlook.com
    windows.net azure.com google.com googleapis.com gmail.com github.com gitlab.com apple.com
    icloud.com amazonaws.com cloudflare.com mozilla.org adobe.com zoom.us slack.com asp.net
    vb.net system.net
"""
PUBLIC_SITES = frozenset(_PUBLIC_SITES.split())
"""Sites that name a public service and no customer."""

TENANTS = re.compile(
    r"(?!login|graph|management|sts)[^.]{1,63}\.(?:[a-z0-9]{1,63}\.){0,8}(?:prod\.outlook\.com"
    r"|(?:database|core|servicebus"
    r"|vault|file|blob|azurewebsites)\.windows\.net|amazonaws\.com)"
)
"""Names below public sites that do name a customer or one machine."""

_WORDS = """
a an and any are as at be by can did do does e.g for from had has have he her here his how i.e
if in into is it its just let may me my new no not of off ok old on once only or other our out
over own please same she so some such than that the their them then there these they this to too
up us was we were what when where which while who why will with would you your name names
address error errors down up slow online offline unreachable busy issue issues rebooted restart
restarted reboot online. room side based client manager admin config list group groups time team
controller server servers host hosts domain pc computer test win32 x64 x86 windows10 windows11
win10 win11 office365 o365 m365 asp node vb socket today monday tuesday wednesday thursday
friday step ipv4 ipv6 http https port tcp udp v1 v2 v3 tls1 re-boot on-prem on-premises
read-only e-mail
"""
WORDS = frozenset(_WORDS.split())
