"""`manage.py explain_redaction FILE`"""

import pytest
from django.core.management import CommandError, call_command

from tests.factories import AccountFactory

TEXT = "first line\npassword: Winter-22 from 10.0.0.5\ncall +49 30 1234567 on SRV-SQL07\n"


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "note.txt"
    file.write_text(TEXT, encoding="utf-8")
    return str(file)


def explain(capsys, *arguments):
    call_command("explain_redaction", *arguments)
    return capsys.readouterr().out.splitlines()


def test_each_finding_is_told_with_place_kind_and_rule_but_not_in_clear(capsys, path):
    told = explain(capsys, path)
    assert told[0].split("  ")[:3] == ["2:11", "token", "labelled-password"]
    assert told[1].split("  ")[:3] == ["2:26", "ip", "ipv4-address"]
    assert told[1].endswith("[IP REDACTED]")
    assert len(told) == 2
    assert "Winter-22" not in "".join(told)


def test_what_is_masked_is_shown_when_asked(capsys, path):
    told = explain(capsys, path, "--show", "--hostnames", "--phone-numbers")
    assert [line.split("  ")[-1] for line in told] == [
        "'Winter-22'",
        "'10.0.0.5'",
        "'+49 30 1234567'",
        "'SRV-SQL07'",
    ]


def test_nothing_is_said_to_be_nothing(capsys, tmp_path):
    file = tmp_path / "plain.txt"
    file.write_text("all is well", encoding="utf-8")
    assert explain(capsys, str(file)) == ["Nothing was found to mask."]


@pytest.mark.django_db
def test_the_settings_of_an_account_count(capsys, path):
    account = AccountFactory(redaction_allowed="10.0.0.5")
    told = explain(capsys, path, "--account", account.name)
    assert [line.split("  ")[1] for line in told] == ["token"]


def test_a_file_that_can_not_be_read_is_said(tmp_path):
    with pytest.raises(CommandError, match="can't be read"):
        call_command("explain_redaction", str(tmp_path / "none.txt"))
    (tmp_path / "odd.txt").write_bytes(b"\xff\xfe")
    with pytest.raises(CommandError, match="UTF-8"):
        call_command("explain_redaction", str(tmp_path / "odd.txt"))
