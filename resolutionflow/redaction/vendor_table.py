"""Published shapes of credentials, by maker.

`PREFIXED` pairs one or more literal prefixes (separated by spaces) with the expression for what
follows. Lengths are lower bounds with room above, since makers lengthen keys. `WHOLE` holds
shapes without a usable prefix: a literal that must appear in the text at all, and an expression
whose first group, or whole, is the secret. Every quantifier is bounded.
"""

from __future__ import annotations

_W = r"[A-Za-z0-9]"  # word
_U = r"[A-Za-z0-9_-]"  # base64url
_B = r"[A-Za-z0-9+/]"  # base64
_H = r"[0-9a-fA-F]"  # hexadecimal
_NOT_AFTER = r"(?<![A-Za-z0-9])"


def _exact(prefix_length: int, shape: str) -> str:
    """`digit_shape`, where the prefix before it must not continue a word."""
    return rf"(?<![A-Za-z0-9].{{{prefix_length}}}){shape}"


PREFIXED: list[tuple[str, str]] = [
    # Amazon: access key ids (all principal types) and Bedrock keys
    ("AKIA ASIA ABIA ACCA AROA AIDA AGPA AIPA ANPA ANVA ASCA APKA", r"[A-Z0-9]{16,20}+"),
    ("bedrock-api-key- ABSK", rf"{_B}{{40,400}}+={{0,2}}"),
    ("amzn.mws.", rf"{_H}{{8}}-[0-9a-f-]{{27,40}}"),
    ("amzn1.oa2-cs.v1.", rf"{_H}{{32,80}}+"),
    # Google
    ("AIza", rf"{_U}{{33,40}}+"),
    ("ya29.", r"[A-Za-z0-9_.-]{20,2048}+"),
    ("GOCSPX-", rf"{_U}{{20,40}}+"),
    ("1//0", rf"{_U}{{30,120}}+"),
    ("6Lc 6Ld 6Le 6Lf", _exact(3, rf"{_U}{{37}}(?![A-Za-z0-9_-])")),
    ("GOOG", r"1[A-Z0-9a-z]{15,60}+"),
    ("AQ.Ab8", rf"{_U}{{20,80}}+"),
    # GitHub, GitLab, Bitbucket, Atlassian, Gitea and kin
    ("ghp_ gho_ ghu_ ghs_ ghr_", r"[A-Za-z0-9_.-]{16,600}+"),
    ("github_pat_", r"[A-Za-z0-9_]{20,255}+"),
    (
        "glpat- gldt- glrt- glrtr- glcbt- glptt- glft- glimt- glagent- gloas- glsoat- glffct-"
        " glwt-",
        r"[A-Za-z0-9_.=-]{16,400}+",
    ),
    ("GR1348941", rf"{_U}{{16,40}}+"),
    ("ATATT3 ATCTT3 ATBB ATOA ATSTT3 ATDTT3", r"[A-Za-z0-9_=.-]{20,600}+"),
    ("BBDC-", rf"{_B}{{30,80}}+={{0,2}}"),
    ("sgp_ sgd_ slk_", r"[a-zA-Z0-9_-]{32,140}+"),
    ("CIRCLE_ CCIPAT_ CCIPRJ_", r"[A-Za-z0-9_]{20,120}+"),
    ("bkua_ bkat_ bkct_", r"[A-Za-z0-9]{20,80}+"),
    ("sqp_ squ_ sqa_", r"[0-9a-f]{32,64}+"),
    ("snyk_", r"[A-Za-z0-9_.-]{20,400}+"),
    ("cio-", _exact(4, rf"{_U}{{24,120}}+")),
    # Chat
    (
        "xoxb- xoxp- xoxa- xoxr- xoxs- xoxo- xoxe- xoxc- xoxd- xoxe.xoxp- xoxe.xoxb- xapp- xwfp-",
        r"[A-Za-z0-9_.%+/=-]{8,600}+",
    ),
    ("mfa.", rf"{_U}{{60,120}}+"),
    # Payment
    (
        "sk_live_ sk_test_ rk_live_ rk_test_ pk_live_ pk_test_ whsec_ sk_prod_ rk_prod_ ek_live_"
        " ek_test_",
        r"[A-Za-z0-9_+/=]{10,300}+",
    ),
    ("EAAA EAAl", rf"{_U}{{50,250}}+"),
    ("sq0atp- sq0csp- sq0idp- sandbox-sq0idb- sandbox-sq0csb-", rf"{_U}{{18,80}}+"),
    ("access_token$production$ access_token$sandbox$", r"[0-9a-z$]{20,80}+"),
    ("rzp_live_ rzp_test_", r"[A-Za-z0-9]{14,40}+"),
    ("FLWSECK_TEST- FLWSECK- FLWPUBK_TEST- FLWPUBK-", r"[A-Za-z0-9-]{12,60}+"),
    ("shpat_ shpca_ shppa_ shpss_ shptka_ shprka_", r"[0-9a-fA-F]{24,80}+"),
    ("live_ test_", _exact(5, r"[A-Za-z0-9]{30,80}+(?=[^A-Za-z0-9_-]|$)")),
    ("pat_ key_live_ key_test_", r"[A-Za-z0-9_.-]{24,120}+"),
    ("duffel_test_ duffel_live_", rf"{_U}{{30,60}}+"),
    ("LTAI", _exact(4, r"[A-Za-z0-9]{12,30}+")),
    ("AKID", _exact(4, r"[A-Za-z0-9]{28,48}+")),
    # Mail and telephony
    ("SG.", rf"{_U}{{16,40}}\.{_U}{{30,80}}+"),
    ("key- pubkey-", _exact(4, r"[0-9a-f]{32}(?![0-9a-f])")),
    ("xkeysib- xsmtpsib-", r"[0-9a-zA-Z-]{40,120}+"),
    ("mlsn.", r"[0-9a-f]{40,100}+"),
    ("re_", _exact(3, r"[A-Za-z0-9]{6,12}_[A-Za-z0-9]{16,40}+")),
    ("md-", _exact(3, r"[A-Za-z0-9_-]{22}(?![A-Za-z0-9_-])")),
    ("AC SK", r"(?<![A-Za-z0-9].{2})[0-9a-f]{32}(?![0-9A-Za-z])"),
    ("KEY01", r"[0-9A-F]{20,60}_[A-Za-z0-9]{16,40}+"),
    # Machine learning
    ("sk-ant- sk-proj- sk-svcacct- sk-admin- sk-or- sk-lf- sk-None-", rf"{_U}{{20,300}}+"),
    ("sk-", r"(?<![A-Za-z0-9].{3})[A-Za-z0-9_-]{20,250}+"),
    ("pk-lf- sess-", r"[A-Za-z0-9-]{30,80}+"),
    ("hf_ api_org_", r"(?<![A-Za-z0-9].{3})[A-Za-z0-9]{28,64}+"),
    (
        "gsk_ xai- pplx- r8_ fw_ nvapi- tgp_v1_ lsv2_pt_ lsv2_sk_ csk- pcsk_ jina_ tvly- fc- voy-"
        " pa-",
        rf"{_U}{{24,200}}+",
    ),
    ("co_api_ cohere_", rf"{_U}{{24,80}}+"),
    # Monitoring, paging, analytics
    ("NRAK- NRJS- NRAA- NRRA- NRII- NRIQ- NRSP- NRBR-", r"[A-Za-z0-9_-]{18,80}+"),
    ("glc_ glsa_ eyJrIjoi", r"[A-Za-z0-9_+/=-]{24,600}+"),
    ("sntrys_ sntryu_ sntrya_", r"[A-Za-z0-9_+/=.-]{30,600}+"),
    (
        "ddapi_ ddapp_ pub",
        r"(?<=_)[A-Za-z0-9]{24,64}+|(?<![A-Za-z0-9].{3})[0-9a-f]{32}(?![0-9a-f])",
    ),
    ("u+", r"(?<![A-Za-z0-9].{2})[A-Za-z0-9_+-]{18}(?![A-Za-z0-9_+-])"),
    ("hcaik_ hcxik_ hcxlk_ hcalk_ hcamk_", r"[a-z0-9]{40,80}+"),
    ("dt0c01. dt0s16. dt0s01. dt0s08.", r"[A-Z2-7]{8,40}\.[A-Z2-7]{30,90}"),
    ("lin_api_ lin_oauth_", r"[A-Za-z0-9]{30,80}+"),
    ("phc_ phx_ phs_", rf"{_U}{{30,80}}+"),
    ("shr_ dp.pt. dp.st. dp.ct. dp.sa. dp.scim. dp.audit.", r"[A-Za-z0-9_.-]{30,80}+"),
    ("API- RMV-", _exact(4, r"[A-Z0-9]{25,40}(?![A-Za-z0-9])")),
    # Packages
    ("npm_", r"[A-Za-z0-9]{30,80}+"),
    ("pypi-", rf"{_U}{{30,600}}+"),
    ("rubygems_", r"[0-9a-f]{40,64}+"),
    ("oy2", _exact(3, r"[a-z0-9]{40,46}(?![a-z0-9])")),
    ("cio", _exact(3, r"[A-Za-z0-9]{32}(?![A-Za-z0-9])")),
    ("dckr_pat_ dckr_oat_", rf"{_U}{{20,80}}+"),
    ("cmVmdGtu AKCp", r"[A-Za-z0-9]{40,100}+={0,2}"),
    ("CLOJARS_", r"[A-Za-z0-9]{40,80}+"),
    ("hxp_ ory_at_ ory_pat_ ory_st_ ory_wak_", r"[A-Za-z0-9_.-]{24,120}+"),
    # Hosting, networks, secrets managers
    ("dop_v1_ doo_v1_ dor_v1_ DOP_V1_", r"[0-9a-fA-F]{40,80}+"),
    ("HRKU-", r"[0-9A-Za-z_-]{30,90}+"),
    ("FlyV1", r" fm[0-9]_[A-Za-z0-9+/=_,-]{40,900}+"),
    ("fo1_ fm1r_ fm1a_ fm2_", r"[A-Za-z0-9_+/=,-]{40,900}+"),
    ("vcp_ vci_ vca_ vcr_ vck_ vercel_blob_rw_", r"[A-Za-z0-9_]{20,90}+"),
    ("nfp_ nfc_ nfo_ nfu_ nfb_", r"[A-Za-z0-9]{32,60}+"),
    ("v1.0-", r"[0-9a-f]{20,40}-[0-9a-f]{100,200}+"),
    ("cfut_ cfat_ cfk_", r"[A-Za-z0-9_-]{36,90}+"),
    ("hvs. hvb. hvr.", rf"{_U}{{20,400}}+"),
    ("s. b. r.", r"(?<![A-Za-z0-9_.].{2})[A-Za-z0-9]{24}(?![A-Za-z0-9_.])"),
    ("ops_eyJ", r"[A-Za-z0-9_=.-]{60,2000}+"),
    ("A3-", r"[A-Z0-9]{6}-[A-Z0-9-]{20,60}+"),
    ("dapi dose dkea dsapi", r"[0-9a-f]{32}(?:-[0-9])?(?![0-9a-f])"),
    ("sbp_ sbp_oauth_ sb_secret_ sb_publishable_ sbs_", rf"{_U}{{20,90}}+"),
    ("pscale_tkn_ pscale_pw_ pscale_oauth_", r"[A-Za-z0-9_.=-]{24,90}+"),
    ("mdb_sa_sk_ mdb_sa_id_", rf"{_U}{{20,80}}+"),
    ("tskey- tskey-auth- tskey-api- tskey-client-", r"[A-Za-z0-9-]{12,120}+"),
    ("napi_ neon_", r"[A-Za-z0-9_]{40,90}+"),
    ("exo", r"(?<![A-Za-z0-9].{3})(?:EXO)?[A-Za-z0-9_-]{40,60}(?=[^A-Za-z0-9_-]|$)"),
    ("EXO", r"[0-9a-f]{24,40}(?![0-9a-f])"),
    ("pul-", r"[0-9a-f]{40}(?![0-9a-f])"),
    ("SCW", _exact(3, r"[A-Z0-9]{17}(?![A-Z0-9])")),
    ("rnd_ rpa_ railway_ koyeb_", r"[A-Za-z0-9]{24,80}+"),
    ("dG9rOg", r"[A-Za-z0-9+/=]{20,100}+"),
    ("lip_ tfp_ tok_ secret_ ntn_ figd_ figo_ patp_ pnu_", r"[A-Za-z0-9_-]{26,120}+"),
    ("PMAK- PMAT-", r"[0-9a-zA-Z-]{24,90}+"),
    ("EZAK EZTK", r"[A-Za-z0-9]{40,70}+"),
    ("shippo_live_ shippo_test_", r"[0-9a-f]{32,60}+"),
    ("AGE-SECRET-KEY-1", r"[A-Z0-9]{40,80}+"),
    ("p8e- SSWS", r"[A-Za-z0-9]{24,60}+"),
    (
        "00",
        r"(?<![A-Za-z0-9_.-].{2})[A-Za-z0-9](?=[0-9_-]{0,30}[a-z])(?=[a-z0-9_-]{0,30}[A-Z])"
        r"[A-Za-z0-9_-]{39}(?![A-Za-z0-9_-])",
    ),
    ("pat-na1- pat-eu1- pat-na2- pat-ap1-", r"[0-9A-Fa-f-]{30,60}+"),
    ("CTFP-CFPAT- CFPAT-", rf"{_U}{{30,80}}+"),
    ("ATH- AGPAT- zpka_ prefect_ pnb_ ion_ el_ unkey_ clerk_", r"[A-Za-z0-9_]{30,90}+"),
    ("Zu0h", rf"{_U}{{30,80}}+"),
    ("EAAA EAAB EAAC EAAD EAAE EAAG EAAJ EAAK EAAM EAAN EAAO", r"[A-Za-z0-9]{60,300}+"),
    ("IGQV", rf"{_U}{{60,300}}+"),
    ("AAAAAAAAAAAAAAAAAAAA", r"[A-Za-z0-9%]{60,120}+"),
    ("pat", _exact(3, r"[A-Za-z0-9]{14}\.[0-9a-f]{40,64}+")),
    ("pk_ sk_", _exact(3, r"(?:[0-9]{5,12}_[A-Z0-9]{20,40}|[0-9a-f]{30,40})(?![A-Za-z0-9])")),
    ("ur", _exact(2, r"[0-9]{5,10}-[0-9a-f]{24}(?![0-9a-f])")),
    ("sdk- mob- api-", _exact(4, rf"{_H}{{8}}(?:-{_H}{{4}}){{3}}-{_H}{{12}}(?![0-9a-f])")),
    ("ITG.", rf"{_H}{{32}}(?:\.{_U}{{20,200}}+)?"),
    # JSON web tokens, also without a signature, also encrypted
    ("eyJ", r"[A-Za-z0-9_-]{10,8000}+(?:\.[A-Za-z0-9_-]{0,8000}+){1,4}={0,2}"),
    ("k3s. K10", r"(?<![A-Za-z0-9].{3})[A-Za-z0-9]{40,80}::[A-Za-z0-9_:.-]{6,120}"),
    ("v2.public. v2.local. v3.local. v4.local. v4.public.", r"[A-Za-z0-9_.-]{30,4000}+"),
    # Docker swarm, ReadMe, Plaid, Trello, Adafruit, Infracost, Defined Networking, Frame.io
    ("SWMTKN-1-", r"[a-z0-9]{40,60}-[a-z0-9]{20,30}"),
    ("rdme_", r"[a-z0-9]{40,90}+"),
    (
        "access-production- access-development- access-sandbox- public-production-"
        " link-production-",
        rf"{_H}{{8}}(?:-{_H}{{4}}){{3}}-{_H}{{12}}(?![0-9a-f])",
    ),
    ("ATTA", _exact(4, r"[0-9a-fA-F]{60,80}+")),
    ("aio_ ico-", _exact(4, r"[A-Za-z0-9]{28,32}(?![A-Za-z0-9])")),
    ("dnkey-", rf"{_U}{{20,40}}-{_U}{{40,60}}+"),
    ("fio-u-", rf"{_U}{{50,70}}+"),
    ("pat. sat.", _exact(4, rf"{_U}{{22}}\.[0-9a-f]{{24}}\.[A-Za-z0-9]{{20}}")),
    # OpenShift, Scalingo, Yandex, Axiom, Elastic, Coralogix, Paddle, NetBird, UpCloud, ElevenLabs
    ("sha256~", rf"{_U}{{43}}(?![A-Za-z0-9_-])"),
    ("tk-us-", rf"{_U}{{40,60}}+"),
    ("t1.", _exact(3, rf"{_U}{{20,400}}={{0,2}}\.{_U}{{80,90}}={{0,2}}")),
    ("AQVN", _exact(4, rf"{_U}{{35,38}}(?![A-Za-z0-9_-])")),
    ("xaat- xapt-", rf"{_H}{{8}}(?:-{_H}{{4}}){{3}}-{_H}{{12}}"),
    ("essu_ cxtp_ cxup_ nbp_ ucat_", r"[A-Za-z0-9+/=_-]{24,200}+"),
    ("pdl_live_ pdl_sdbx_ pdl_ntfset_", r"[A-Za-z0-9_]{24,120}+"),
    ("sk_", _exact(3, r"[0-9a-f]{48}(?![0-9a-f])")),
    # NTLM's third message, with the answers to the challenge
    ("TlRMTVNTUAAD", rf"{_B}{{40,4000}}+={{0,2}}"),
    # GRUB's password_pbkdf2, as grub-mkpasswd-pbkdf2 prints it
    ("grub.pbkdf2.sha512.", r"[0-9]{1,8}\.[0-9A-Fa-f]{32,512}\.[0-9A-Fa-f]{32,512}"),
    ("rpk_ resd_ gsecret_ sm_ sl.u. sl.B sl.A", rf"(?<![A-Za-z0-9].{{3}}){_U}{{40,1500}}+"),
]

_GUID = rf"{_H}{{8}}(?:-{_H}{{4}}){{3}}-{_H}{{12}}"

WHOLE: list[tuple[str, str]] = [
    # Azure AD client secrets carry "Q~" after the first four characters
    ("Q~", r"(?<![A-Za-z0-9_.~-])([A-Za-z0-9_.~-]{3,5}Q~[A-Za-z0-9_.~-]{24,48}+)"),
    ("AZDO", r"([A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4})"),
    # Azure keys with a built-in signature (storage, service bus, search, functions, Cosmos)
    ("AzFu", r"([A-Za-z0-9_-]{44}AzFu[A-Za-z0-9+/=_-]{8})"),
    ("AzSe", r"([A-Za-z0-9]{42}AzSe[A-Z][A-Za-z0-9]{5})"),
    ("+ASt", r"([A-Za-z0-9+/]{76}\+ASt[A-Za-z0-9+/]{8}={0,2})"),
    ("ACDb", r"([A-Za-z0-9+/]{76}ACDb[A-Za-z0-9+/]{8}={0,2})"),
    ("+ASb", r"([A-Za-z0-9+/]{33}\+ASb[A-Za-z0-9+/]{7}={0,2})"),
    ("+AEh", r"([A-Za-z0-9+/]{33}\+AEh[A-Za-z0-9+/]{7}={0,2})"),
    ("ARm", r"([A-Za-z0-9+/]{33}\+ARm[A-Za-z0-9+/]{7}={0,2})"),
    ("JQQJ9", r"([A-Za-z0-9]{52}JQQJ9[9D][A-Za-z0-9]{26,34})"),
    # Terraform Cloud
    (".atlasv1.", r"([A-Za-z0-9]{10,20}\.atlasv1\.[A-Za-z0-9_-]{40,80}+)"),
    # Telegram bots: number, colon, 35 characters
    (":AA", r"([0-9](?<![0-9][0-9])[0-9]{6,11}:AA[A-Za-z0-9_-]{30,40}+)"),
    ("-us", r"(?<![0-9a-z])([0-9a-f]{32}-us[0-9]{1,2})(?![0-9a-z])"),
    ("access_token$", r"(access_token\$(?:production|sandbox)\$[0-9a-z]{10,20}\$[0-9a-f]{32})"),
    ("1//0", r"(1//0[A-Za-z0-9_-]{30,120}+)"),
    ("FlyV1 ", r"FlyV1 (fm[0-9]r?_[A-Za-z0-9+/=_,-]{40,900}+)"),
    ("SSWS ", r"SSWS ([A-Za-z0-9_-]{20,60}+)"),
    ("u+", r"(?<![A-Za-z0-9+/])(u\+[A-Za-z0-9_+-]{18})(?![A-Za-z0-9_+/-])"),
    # Hashes that crack offline: crypt(3), NTLM pairs, Cisco types 8 and 9
    (
        "$",
        r"(\$(?<![A-Za-z0-9$]\$)(?:1|2[abxy]?|5|6|7|8|9|y|gy|apr1|argon2i?d?|pbkdf2[a-z0-9-]{0,16})"
        r"\$[A-Za-z0-9./$=,+-]{12,200}+)",
    ),
    # Salesforce session: the organisation's id, a bang, the key
    ("!", r"(00D(?<![A-Za-z0-9]00D)[A-Za-z0-9]{12,15}![A-Za-z0-9._]{60,200}+)"),
    # Bitwarden secrets manager: version, GUID, key, key of encryption
    (
        "0.",
        r"(0\.(?<![\w.]0\.)" + rf"{_GUID}" + r"\.[A-Za-z0-9]{20,40}:[A-Za-z0-9+/]{20,30}={0,2})",
    ),
    # MaxMind licence, Firebase messaging
    ("_mmk", r"([A-Za-z0-9]{6}_[A-Za-z0-9]{29}_mmk)"),
    (":APA91", r"([A-Za-z0-9_-]{11,22}:APA91[A-Za-z0-9_-]{100,180}+)"),
    # Hashes of a directory's passwords, with the scheme of RFC 2307 in braces
    (
        "}",
        r"(\{(?:S?SHA(?:-?(?:256|384|512))?|S?MD5|CRYPT|PBKDF2[A-Z0-9-]{0,12}|ARGON2[A-Z]{0,2}"
        r"|ssha|crypt)\}[A-Za-z0-9+/=$.,-]{12,200}+)",
    ),
    # 1Password secret key
    ("A3-", r"(A3-[A-Z0-9]{6}-[A-Z0-9]{5,6}(?:-[A-Z0-9]{5}){3,5})"),
    ("otpauth", r"otpauth://[^\s\"'<>]{0,200}?[?&]secret=([A-Za-z2-7=]{8,128}+)"),
    ("eyJ", r"(eyJ[A-Za-z0-9+/]{40,4000}+={0,2})"),
]

# Discord bots: base64 of a snowflake (a run that begins with M, N or O), a time stamp, a signature.
DISCORD = r"[MNO][A-Za-z0-9_-]{22,28}\.[A-Za-z0-9_-]{6,7}\.[A-Za-z0-9_-]{27,45}+"

# Groups joined by a sign. `re` skips to the sign quickly; the first group is looked at backwards.
# Each entry: expression from the first sign on, length of the first group, whether letters and
# digits must both occur.
GROUPED: list[tuple[str, int, bool]] = [
    # BitLocker recovery passwords: eight groups of six digits
    (r"-(?<=[0-9]{6}-)(?<![0-9-][0-9]{6}-)[0-9]{6}(?:-[0-9]{6}){6}(?![0-9-])", 6, False),
    # Product keys: five groups of five
    (
        r"-(?<=[A-Z0-9]{5}-)(?<![A-Z0-9-][A-Z0-9]{5}-)[A-Z0-9]{5}(?:-[A-Z0-9]{5}){3}(?![A-Z0-9-])",
        5,
        True,
    ),
    # Asana: version, numbers of the user (and of the app), hexadecimal digits
    (
        r"/(?<=[0-2]/)(?<![\w/.-][0-2]/)[0-9]{10,20}(?:/[0-9]{10,20})?:[0-9a-f]{32}(?![0-9a-f])",
        1,
        False,
    ),
    # ngrok: a K-sortable id, an underscore, a key
    (
        r"_(?<=[12][A-Za-z0-9]{26}_)(?<![A-Za-z0-9][12][A-Za-z0-9]{26}_)[0-9A-Za-z]{20,24}"
        r"(?![A-Za-z0-9_])",
        27,
        True,
    ),
    # LM and NT hash, as password dumps print them
    (rf":(?<={_H}{{32}}:)(?<!{_H}{_H}{{32}}:){_H}{{32}}(?![0-9a-fA-F])", 32, False),
]
