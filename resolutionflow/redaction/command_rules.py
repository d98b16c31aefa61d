"""Secrets on command lines: what stands before them."""

from __future__ import annotations

from .line_rule import G as _G
from .line_rule import Rule
from .line_rule import rule as _rule
from .line_rule import switch as _switch

COMMANDS: list[Rule] = [
    _rule("net use", rf"\bnet{_G}use{_G}(?:[a-z]:|\*)?[ \t]{{0,8}}\\\\[^\s]{{1,200}}{_G}(?!/)"),
    _rule("net use", rf"\bnet{_G}use{_G}[^\r\n]{{1,200}}?/u(?:ser)?:[^\s]{{1,100}}{_G}(?!/)"),
    _rule("net user", rf"\bnet{_G}user{_G}(?:\"[^\"\n]{{1,60}}\"|[^\s/]{{1,60}}){_G}(?!/)"),
    _rule("netsh", r"\bnetsh\b[^\r\n]{0,200}?\bkey=", required_words="key="),
    _rule(
        "-key",
        r"-(?<![\w-]-)-?(?:account|storage|api|access|secret|master|function|host|admin|license"
        r"|shared|auth|encryption|signing|subscription|activation|product)?-?key"
        r"(?:[ \t]{1,8}|=)(?![-/=(])",
        needs_strong_value=True,
    ),
    _rule("rclone obscure", rf"\brclone{_G}obscure{_G}"),
    # Commands of POP3 and FTP, as a trace shows them
    _rule(
        "pass ",
        r"(?m:^)[^\w\r\n]{0,8}(?:[cs]:[ \t])?pass[ \t](?=\S{4,64}[ \t]*\r?$)",
        needs_strong_value=True,
    ),
    _rule("sshpass", rf"\bsshpass{_G}-p"),
    _rule(
        "htpasswd",
        rf"\bhtpasswd\b[^\r\n"
        rf"|;]{{0,60}}?-\w{{0,4}}b\w{{0,3}}{_G}\S{{1,120}}{_G}\S{{1,60}}{_G}",
    ),
    _rule("schtasks", rf"\bschtasks\b[^\r\n]{{0,400}}?/rp{_G}"),
    _rule(
        "psql|pgpassword|mysql_pwd|sshpass|rsync_password",
        r"\b(?:pgpassword|mysql_pwd|sshpass|rsync_password)=",
    ),
    _rule(
        "xfreerdp|wfreerdp|mstsc|rdesktop|cmdkey|netdom|wmic|msiexec|dsadd|ntdsutil|setup| /p",
        r"/(?<=[ \t]/)(?:p|pass|password|passwordd|passwordo|pd|po|pwd|pw|adminpw|rp|secret"
        r"|apikey|token)[:=]",
    ),
    _rule("passin|passout|-pass", r"-pass(?:in|out)?[ \t]{1,4}pass:"),
    _rule(
        "keytool|storepass|keypass",
        rf"-(?:store|key|deststore|srcstore|destkey|srckey)pass"
        rf"(?:word)?{_G}",
    ),
    _rule(
        "password|-pass|-pwd|-pw|secret|token|-apikey|-api-key|-access|passphrase|passcode"
        "|-psk|sharedkey|storagekey|accountkey|l2tppsk",
        r"-(?<![\w-]-)-?(?:[a-z]{0,24}password|passwd|pass|pwd|pw|passphrase|passcode"
        r"|[a-z]{0,16}secret|[a-z-]{0,16}token"
        r"|api-?key|access-?key|client-?secret|psk|l2tppsk|presharedkey|sharedkey|storagekey"
        r"|accountkey)"
        r"(?:[ \t]{1,8}|[=:][ \t]{0,2})(?![-/|=(])",
        required_words="-",
    ),
    _rule(
        "pscredential",
        r"\bpscredential[\]\s]{0,4}"
        r"(?:::new)?\s{0,2}\(\s{0,2}[^,\r\n]{1,80},\s{0,3}(?=[\"'])",
    ),
    # Behind a switch of a command
    _switch(
        "psexec|paexec|plink|pscp|psftp|winexe|putty|crackmapexec|netexec|nxc|evil-winrm|psservice"
        "|pskill|pslist|psinfo|psshutdown|certutil|racadm|esxcli|mosquitto|ncftp|rdesktop|sshpass",
        r"\b(?:ps(?:exec|service|kill|list|info|shutdown|loggedon)|paexec|plink|pscp|psftp|winexe"
        r"|putty|crackmapexec|netexec|nxc|evil-winrm|certutil|racadm|esxcli|mosquitto_\w{3}"
        r"|ncftp\w{0,4}|rdesktop|sshpass)(?:64)?(?:\.exe)?",
        rf"-(?:p|pw|pass){_G}(?![0-9]{{1,5}}(?:\s|$))",
        required_words="-p",
    ),
    _switch(
        "mysql|mariadb|mongo|xtrabackup",
        r"\b(?:mysql\w{0,8}|mariadb[\w-]{0,8}|xtrabackup)\b",
        r"-p(?![ \t-]|assword|ort)",
        required_words="-p",
        needs_strong_value=True,
    ),
    _switch(
        "sqlcmd|bcp|osql|ipmitool|isql",
        r"\b(?:sqlcmd|bcp|osql|isql|ipmitool)\b",
        r"-p(?!assword|ort)[ \t]{0,4}",
        required_words="-p",
    ),
    _switch(
        "docker|podman|helm|oc login|az login|mongo|influx|az ",
        r"\b(?:docker|podman|helm|oc|az|mongo(?:sh|dump|restore|export)?|influx)\b(?=[^\r\n]{0,200}"
        r"(?:login|--username|-u)\b)",
        rf"-p{_G}(?![0-9]+:)",
        required_words="-p",
        needs_strong_value=True,
    ),
    _switch("redis-cli", r"\bredis-cli\b", rf"-a{_G}", required_words="-a"),
    _switch(
        "ldap",
        r"\bldap(?:search|modify|add|delete|whoami|passwd)\b",
        r"-w[ \t]{0,4}",
        required_words="-w",
    ),
    _switch(
        "snmp",
        r"\bsnmp(?:walk|get|getnext|bulkwalk|bulkget|set|trap|table|status|test)\b",
        rf"-[cax]{_G}(?!(?:md5|sha|des|3des|aes)[0-9-]{{0,4}}(?:\s|$))",
        required_words="-c|-a|-x",
    ),
    _switch(
        "7z|7zz|rar",
        r"\b(?:7za?|7zz|(?:un)?rar)(?:\.exe)?[ \t]",
        r"-h?p(?![ \t-])",
        required_words="-p|-hp",
    ),
    _switch("zip ", r"\b(?:unzip|zip)\b", rf"-p{_G}", required_words="-p"),
    _switch(
        "curl|wget|http",
        r"\b(?:curl|wget|https?)\b(?!:)",
        r"(?:-u|--user|--proxy-user)(?:[ \t]{0,4}|=)[\"']?[^\s:\"']{1,100}:(?!//)",
        required_words="-u",
    ),
    _switch("http", r"\bhttps?[ \t]", rf"-a{_G}[^\s:\"']{{1,100}}:", required_words="-a"),
    _switch(
        "smb|rpcclient|net rpc|net ads|wmic|nmblookup",
        r"\b(?:smb\w{3,8}|rpcclient|net[ \t](?:rpc|ads)|wmic|nmblookup)\b",
        r"-u[ \t]{0,4}[\"']?[^\s%\"']{1,60}%",
        required_words="-u",
    ),
    _switch("lftp", r"\blftp\b", rf"-u{_G}[^\s,]{{1,60}},", required_words="-u"),
    _switch("ssh-keygen", r"\bssh-keygen\b", rf"-[np]{_G}", required_words="-n|-p"),
    _switch("openssl", r"\bopenssl\b", rf"-k{_G}", required_words="-k"),
    _rule(
        "-u |-user|-username|--user",
        rf"(?<![\w-])--?(?:u|user(?:name)?){_G}[^\s-]\S{{0,80}}{_G}(?:-p|-pw|-pass){_G}"
        r"(?![0-9]{1,5}(?:\s|$))",
        required_words="-p",
    ),
    # PowerShell
    _rule(
        "securestring",
        rf"to-securestring{_G}(?:-(?:string|asplaintext|force){_G}){{0,3}}(?!-)",
    ),
    _rule(
        "securestring",
        r"(?:\"(?P<q>[^\"\r\n]{1,128})\"|'(?P<a>[^'\r\n]{1,128})')\)?[ \t]{0,4}\|[ \t]{0,4}"
        r"convertto-securestring",
    ),
    _rule(
        "networkcredential",
        r"\bnetworkcredential[\]\s]{0,4}(?:::new)?\s{0,2}\(\s{0,2}[^,\r\n]{1,80},\s{0,3}(?=[\"'])",
    ),
    # Behind the name of the user, or piped in
    _rule(
        "rasdial",
        rf"\brasdial(?:\.exe)?{_G}(?:\"[^\"\n]{{1,60}}\"|\S{{1,60}}){_G}\S{{1,60}}{_G}(?!/)",
    ),
    _rule("chpasswd", r"\becho[ \t]{1,4}[\"']?[a-z_][\w.-]{0,31}:(?=[^\r\n]{1,100}chpasswd)"),
    _rule("chpasswd", r"\bchpasswd\b[^\r\n]{0,20}<<<[ \t]{0,4}[\"']?[a-z_][\w.-]{0,31}:"),
    _rule(
        "kinit|sudo|passwd|smbpasswd",
        r"\b(?:kinit|sudo|passwd|su|login|smbpasswd)\b[^\r\n|;]{0,60}<<<[ \t]{0,4}(?=[\"'])",
    ),
    _rule(
        "echo",
        r"\becho[ \t]{1,4}(?:-n[ \t]{1,4})?(?=[^\r\n|]{1,100}\|[ \t]{0,4}(?:sudo[ \t]{1,4}-s"
        r"|(?:docker|podman|helm|az|oc)[ \t]{1,4}(?:registry[ \t]{1,4})?login|runas|kinit|passwd"
        r"|smbpasswd|cryptsetup|gh[ \t]{1,4}auth))",
        required_words="|",
    ),
    _rule("objectname", rf"\bobjectname{_G}\S{{1,80}}{_G}"),
    _rule("wpa_passphrase", rf"\bwpa_passphrase{_G}(?:\"[^\"\n]{{1,40}}\"|\S{{1,40}}){_G}"),
    _rule("login", rf"(?m:^)[a-z]{{0,3}}[0-9]{{1,5}}[ \t]login{_G}\S{{1,80}}{_G}"),
    _rule("ftp", rf"\bftp>[ \t]{{0,4}}user{_G}\S{{1,60}}{_G}"),
    _rule(
        "sqlplus|sqlldr|expdp|impdp|rman",
        r"\b(?:sqlplus|sqlldr|expdp|impdp|rman)\b[^\r\n|;]{0,60}?[ \t][\"']?[\w.$-]{1,60}/"
        r"(?P<w>[^\s@\"'/]{1,128})(?=@|\s|$|[\"'])",
    ),
    _rule("jdbc:oracle", r"jdbc:oracle:\w{1,10}:[\w.$-]{1,60}/(?P<w>[^\s@\"'/]{1,128})@"),
    _rule(
        "identified",
        rf"\bidentified{_G}(?:with{_G}\S{{1,40}}{_G})?by{_G}(?:password{_G})?(?=[\"'])",
    ),
    _rule(
        "password",
        r"\bpassword[ \t]{0,3}\([ \t]{0,3}(?=[\"'])",
        required_words="password(|password (",
    ),
    _rule("pass=|password=", r",pass(?:word)?=", required_words=",pass"),
]
