"""docker-compose.yml by its own words: whole, healthy, and without a secret in it."""

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docker-compose.yml").read_text()
COMPOSE = yaml.safe_load(TEXT)
SERVICES = COMPOSE["services"]
ONCE = {"migrate", "s3-bucket"}


def test_it_has_the_services_of_a_portal_and_the_store_as_a_profile():
    always = {name for name, service in SERVICES.items() if "profiles" not in service}

    assert always == {"nginx", "web", "worker", "beat", "migrate", "postgres", "redis"}
    assert {name: SERVICES[name]["profiles"] for name in SERVICES.keys() - always} == {
        "s3": ["s3"],
        "s3-bucket": ["s3"],
    }


def test_every_service_that_stays_has_a_health_check_and_comes_back():
    staying = {name: service for name, service in SERVICES.items() if name not in ONCE}

    assert [name for name, service in staying.items() if "healthcheck" not in service] == []
    assert {service["restart"] for service in staying.values()} == {"unless-stopped"}


def test_what_a_service_waits_for_exists_and_can_be_waited_for():
    for service in SERVICES.values():
        for other, wait in service.get("depends_on", {}).items():
            if wait["condition"] == "service_healthy":
                assert "healthcheck" in SERVICES[other]
            else:
                assert (wait["condition"], other in ONCE) == ("service_completed_successfully", True)


def test_named_volumes_and_networks_are_declared():
    mounts = [mount for service in SERVICES.values() for mount in service.get("volumes", [])]
    named = {mount.split(":")[0] for mount in mounts if not mount.startswith(".")}
    networks = {network for service in SERVICES.values() for network in service["networks"]}

    assert named == set(COMPOSE["volumes"])
    assert networks == set(COMPOSE["networks"])
    assert [
        path for mount in mounts if (path := mount.split(":")[0])[0] == "." and not (ROOT / path).exists()
    ] == []


def test_only_nginx_is_reachable_from_outside():
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["nginx"]


def test_images_are_pinned_and_ours_are_built_here():
    foreign = {service["image"] for service in SERVICES.values() if "build" not in service}

    assert [image for image in foreign if not re.fullmatch(r"[\w./-]+:[\w.-]*\d[\w.-]*", image)] == []
    assert [image for image in foreign if image.endswith(":latest")] == []


def test_secrets_come_from_the_environment_and_have_no_default():
    used = dict(re.findall(r"(?<!\$)\$\{(\w+):-([^}]*)\}", TEXT))
    secrets = {name for name in used if re.search("KEY|PASSWORD", name)}

    assert {used[name] for name in secrets} == {""}
    assert re.findall(r"(?<!\$)\$\{\w+\}", TEXT) == []


def test_the_example_names_every_setting_and_no_secret():
    used = set(re.findall(r"(?<!\$)\$\{(\w+)", TEXT)) - {"PORTAL_VERSION"}
    example = dict(
        line.split("=", 1)
        for line in (ROOT / "deploy" / "env.example").read_text().splitlines()
        if line and not line.startswith("#")
    )

    assert example.keys() == used
    assert {value for name, value in example.items() if re.search("KEY|PASSWORD", name)} == {""}


def test_the_image_installs_the_packages_that_run_installs():
    run = re.search(r'RUN_PACKAGES="([^"]+)"', (ROOT / "scripts" / "lib.sh").read_text())

    assert run is not None
    assert run[1] in (ROOT / "Dockerfile").read_text()
