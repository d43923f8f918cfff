"""What the environment says is read once, and refused aloud when it cannot be meant."""

import pytest

from servicedesk.env import BadEnvironment, database_settings, read_environment


def test_an_empty_environment_serves_this_machine_only():
    environment = read_environment({})

    assert environment.is_loopback
    assert environment.port == 8000
    assert environment.data_dir.name == "var"
    assert not environment.demo


def test_a_database_behind_a_socket_keeps_its_folder_as_host():
    url = "postgresql://servicedesk_app:p%40ss@/servicedesk?host=/run/here&sslmode=disable"

    settings = database_settings(url)

    assert settings == {
        "NAME": "servicedesk",
        "USER": "servicedesk_app",
        "PASSWORD": "p@ss",
        "HOST": "/run/here",
        "PORT": "",
        "OPTIONS": {"sslmode": "disable"},
    }


def test_a_secret_may_stand_in_a_file(tmp_path):
    file = tmp_path / "key"
    file.write_text("very secret\n")

    assert read_environment({"SECRET_KEY_FILE": str(file)}).secret_key == "very secret"
    assert read_environment({"SECRET_KEY_FILE": str(file), "SECRET_KEY": "x"}).secret_key == "x"


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({"PORT": "eight"}, "PORT=eight"),
        ({"PORT": "70000"}, "PORT=70000"),
        ({"LIVE_PORT": "8000"}, "PORT and LIVE_PORT"),
        ({"SMTP_PORT": "8001"}, "LIVE_PORT and SMTP_PORT"),
        ({"LMTP_PORT": "8025"}, "SMTP_PORT and LMTP_PORT"),
        ({"LMTP_PORT": "none"}, "LMTP_PORT=none"),
        ({"BIND": "everywhere"}, "BIND=everywhere"),
        ({"DEMO": "perhaps"}, "DEMO=perhaps"),
        ({"DEMO": "1", "BIND": "0.0.0.0"}, "DEMO=1"),  # noqa: S104
        ({"PUBLIC_SCHEME": "gopher"}, "PUBLIC_SCHEME=gopher"),
        ({"SECRET_KEY_FILE": "/nowhere/at/all"}, "SECRET_KEY_FILE"),
        ({"DATABASE_URL": "mysql://u:hush@h/n"}, "DATABASE_URL"),
        ({"DATABASE_URL": "postgresql://u:hush@h"}, "DATABASE_URL"),
        ({"REDIS_URL": "redis://:hush@h:99999/0"}, "REDIS_URL"),
        ({"SMTP_URL": "mail.example"}, "SMTP_URL"),
        ({"OUTBOUND_ALLOWED": "10.0.0.0/8,office"}, "OUTBOUND_ALLOWED"),
        ({"METRICS_ALLOWED": "10.0.0.1/8"}, "METRICS_ALLOWED"),
        ({"OUTBOUND_PORTS": "443,https"}, "OUTBOUND_PORTS=https"),
    ],
)
def test_a_value_that_cannot_be_meant_is_refused_by_name(environ, named):
    with pytest.raises(BadEnvironment) as refused:
        read_environment(environ)

    assert named in refused.value.sentence
    assert refused.value.next_step
    assert "hush" not in str(refused.value)


def test_a_missing_database_is_refused_when_it_is_needed():
    with pytest.raises(BadEnvironment, match="DATABASE_OWNER_URL is not set"):
        database_settings("", name="DATABASE_OWNER_URL")
