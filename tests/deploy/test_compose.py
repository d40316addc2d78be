"""The Compose file is valid, opens nothing to the network, and its parts fit together. No test here starts a container."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from stream.config import Config
from stream.settings import load
from tests.deploy.files import COMPOSE, DEPLOY, GRAFANA, PROMETHEUS, ROOT, read_yaml

SERVICES: dict[str, dict[str, Any]] = read_yaml(COMPOSE)["services"]
each_service = pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES)


def mounted(service: dict[str, Any]) -> dict[str, Path]:
    """Folders and files of the repository by where the container sees them."""
    binds = [volume.split(":") for volume in service.get("volumes", []) if volume.startswith("./")]
    return {inside: ROOT / outside for outside, inside, _ in binds}


def test_it_is_valid_by_the_compose_specification() -> None:
    """By the schema that check-jsonschema brings along."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(COMPOSE)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


@each_service
def test_ports_are_open_to_this_machine_only(service: dict[str, Any]) -> None:
    """Nothing asks for a password here."""
    assert [] == [port for port in service.get("ports", []) if not port.startswith("127.0.0.1:")]
    assert "network_mode" not in service


@each_service
def test_images_have_an_exact_version(service: dict[str, Any]) -> None:
    """The same file starts the same thing tomorrow."""
    assert re.search(r":v?\d+\.\d+\.\d+$", service["image"])


@each_service
def test_no_service_may_do_more_than_it_needs(service: dict[str, Any]) -> None:
    """No privileges, no capabilities, no way to get any, and a limit to its memory."""
    assert not service.get("privileged")
    assert not {"cap_add", "devices", "pid", "ipc"} & service.keys()
    assert ["ALL"] == service["cap_drop"]
    assert ["no-new-privileges:true"] == service["security_opt"]
    assert service["mem_limit"]


@each_service
def test_mounted_files_exist_and_are_read_only(service: dict[str, Any]) -> None:
    """Docker makes an empty folder of one that is missing."""
    assert [] == [path for path in mounted(service).values() if not path.exists()]
    assert [] == [bind for bind in service.get("volumes", []) if bind.startswith(".") and not bind.endswith(":ro")]


@each_service
def test_files_that_a_service_is_told_to_read_are_mounted(service: dict[str, Any]) -> None:
    """In its command and its environment."""
    told = " ".join([*service.get("command", []), *service.get("environment", {}).values()])
    for path in re.findall(r"/etc/[\w./-]+\.\w+", told):
        inside = [where for where in mounted(service) if path == where or path.startswith(where + "/")]
        assert inside, f"{path} is not mounted"
        assert (mounted(service)[inside[0]] / path.removeprefix(inside[0]).lstrip("/")).is_file()


def settings_of(name: str, tmp_path: Path) -> Config:
    """The configuration a container of ours would have."""
    host_name = tmp_path / "hostname"
    host_name.write_text("4f1c\n", encoding="utf-8")
    environ = {key: value.replace("/etc/hostname", str(host_name)) for key, value in environment_of(name).items()}
    return load(DEPLOY / "config" / "brushfire.toml", environ)


def environment_of(name: str) -> dict[str, str]:
    environ: dict[str, str] = SERVICES[name]["environment"]
    return environ


@pytest.mark.parametrize("name", ["topics", "brushfire"])
def test_settings_in_the_environment_are_settings(name: str, tmp_path: Path) -> None:
    """A misspelt one would end the container; and all of them are ours."""
    assert all(key.startswith("BRUSHFIRE__") for key in environment_of(name))
    assert "kafka:19092" == settings_of(name, tmp_path).kafka.bootstrap_servers


def test_the_worker_is_reached_where_prometheus_and_the_machine_look(tmp_path: Path) -> None:
    """It listens on every interface of its container, at the port that is scraped and published."""
    config = settings_of("brushfire", tmp_path)
    scrape = read_yaml(PROMETHEUS / "prometheus.yml")["scrape_configs"][0]["dns_sd_configs"][0]
    assert ("0.0.0.0", scrape["port"]) == (config.http.host, config.http.port)
    assert [f"127.0.0.1:{config.http.port}:{config.http.port}"] == SERVICES["brushfire"]["ports"]
    assert ["brushfire"] == scrape["names"]


def test_a_worker_keeps_its_name_when_it_is_restarted(tmp_path: Path) -> None:
    """The host name of its container, without the line's end."""
    assert "4f1c" == settings_of("brushfire", tmp_path).kafka.instance


def test_a_worker_may_finish_its_last_commit(tmp_path: Path) -> None:
    """It is not killed before its own calls time out."""
    seconds = int(SERVICES["brushfire"]["stop_grace_period"].removesuffix("s"))
    assert seconds > 2 * settings_of("brushfire", tmp_path).kafka.call_timeout_seconds


def test_services_are_found_under_the_names_they_have() -> None:
    """Kafka by the workers, Alertmanager by Prometheus, Prometheus by Grafana: name and container port."""
    (alerting,) = read_yaml(PROMETHEUS / "prometheus.yml")["alerting"]["alertmanagers"]
    (source,) = read_yaml(GRAFANA / "provisioning" / "datasources" / "prometheus.yml")["datasources"]
    (alertmanager,) = alerting["static_configs"][0]["targets"]
    for address in (alertmanager, urlsplit(source["url"]).netloc):
        name, port = address.split(":")
        assert SERVICES[name]["ports"] == [f"127.0.0.1:{port}:{port}"]
    assert "INTERNAL://kafka:19092" in SERVICES["kafka"]["environment"]["KAFKA_ADVERTISED_LISTENERS"]
