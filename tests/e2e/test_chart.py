"""The Helm chart under each file of values that comes with it: what it renders fits Kubernetes, and the product."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import Any

import pytest
import yaml

from tests.support.chart import (
    CHART,
    ROOT,
    WAYS,
    container,
    deployment,
    environment,
    objects,
    run_template,
    template,
    tool,
)
from vpce_guard import __version__
from vpce_guard.formats.kubernetes.associations import COMPLETES
from vpce_guard.formats.kubernetes.objects import ENDPOINT, GROUPS, UPJET
from vpce_guard.settings import load_settings

API = ("api.enabled=true", "api.keysSecret.name=keys")
SCHEMAS = "{{.ResourceKind}}{{.KindSuffix}}.json"
PLAIN_VOLUMES = {"configMap", "secret", "emptyDir", "persistentVolumeClaim"}


@pytest.mark.parametrize("way", WAYS)
def test_lint_finds_nothing(way: str) -> None:
    done = subprocess.run(
        [tool("helm"), "lint", "--strict", "--quiet", CHART, "--values", CHART / way], capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("way", WAYS)
def test_every_object_fits_its_schema(way: str) -> None:
    folder = tool("kubernetes_schemas.py")
    command = [tool("kubeconform"), "-strict", "-output", "json", "-summary", "-schema-location", f"{folder}/{SCHEMAS}"]
    done = subprocess.run(command, input=template(way), capture_output=True, text=True, check=False)
    summary = json.loads(done.stdout)["summary"]
    assert (done.returncode, summary["skipped"]) == (0, 0), done.stdout
    assert summary["valid"] == len(objects(way))


def test_a_wrong_member_does_not_fit_its_schema() -> None:
    folder = tool("kubernetes_schemas.py")
    command = [tool("kubeconform"), "-strict", "-schema-location", f"{folder}/{SCHEMAS}"]
    spoiled = template("values.yaml").replace("failurePolicy:", "failurePolice:")
    done = subprocess.run(command, input=spoiled, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "failurePolice" in done.stdout


@pytest.mark.parametrize("way", WAYS)
def test_the_webhook_is_asked_about_every_kind_that_is_read(way: str) -> None:
    (webhook,) = objects(way, kind="ValidatingWebhookConfiguration")[0]["webhooks"]
    covered = {
        (group, resource, operation)
        for rule in webhook["rules"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for operation in rule["operations"]
    }
    kinds = {(group, ENDPOINT) for group in GROUPS} | {(group, kind) for group in UPJET for kind in COMPLETES}
    operations = ("CREATE", "UPDATE", "DELETE")
    assert covered == {(group, plural(kind), operation) for group, kind in kinds for operation in operations}
    assert {tuple(rule["apiVersions"]) for rule in webhook["rules"]} == {("*",)}


def plural(kind: str) -> str:
    """The resource of a kind, as its definition names it."""
    name = kind.lower()
    return f"{name[:-1]}ies" if name.endswith("y") else f"{name}s"


@pytest.mark.parametrize("way", WAYS)
def test_the_webhook_fails_closed_and_reaches_the_listener_for_admission(way: str) -> None:
    (webhook,) = objects(way, kind="ValidatingWebhookConfiguration")[0]["webhooks"]
    assert (webhook["failurePolicy"], webhook["sideEffects"]) == ("Fail", "NoneOnDryRun")
    (service,) = objects(way, kind="Service")
    target = webhook["clientConfig"]["service"]
    assert (target["namespace"], target["name"]) == ("safety", service["metadata"]["name"])
    (port,) = [one for one in service["spec"]["ports"] if one["port"] == target["port"]]
    assert port_of(container(way), port["targetPort"]) == environment(way)["VPCE_GUARD_ADMISSION_PORT"]
    labels = objects(way, kind="Deployment")[0]["spec"]["template"]["metadata"]["labels"]
    assert service["spec"]["selector"].items() <= labels.items()


def port_of(part: Any, name: str) -> str:
    """The number of a port of a container."""
    (found,) = [one["containerPort"] for one in part["ports"] if one["name"] == name]
    return str(found)


@pytest.mark.parametrize("way", WAYS)
def test_the_environment_is_settings_that_agree(way: str) -> None:
    settings = load_settings(environ=environment(way))
    mounts = [mount["mountPath"] for mount in container(way)["volumeMounts"]]
    files = [getattr(settings, name) for name in type(settings).model_fields if name.endswith("_file")]
    for path in filter(None, [*files, *settings.org_data]):
        assert str(path.parent) in mounts


def test_the_host_is_a_loopback_address_until_the_api_is_opened() -> None:
    assert environment("values.yaml")["VPCE_GUARD_HOST"] == "127.0.0.1"
    opened = environment("values.yaml", *API)
    assert opened["VPCE_GUARD_HOST"] == "0.0.0.0"  # noqa: S104 - rendered, not bound
    assert opened["VPCE_GUARD_API_KEYS_FILE"] == "/etc/vpce-guard/keys/api-keys"
    assert opened["VPCE_GUARD_TLS_CERT_FILE"] == "/etc/vpce-guard/tls/tls.crt"


def test_settings_are_written_as_the_service_reads_them() -> None:
    sets = ("settings.max_body=134217728", "settings.timeout=0.5", "settings.strict=true")
    given = environment("values.yaml", *sets)
    assert given["VPCE_GUARD_MAX_BODY"] == "134217728"
    assert given["VPCE_GUARD_TIMEOUT"] == "0.5"
    assert given["VPCE_GUARD_STRICT"] == "true"


@pytest.mark.parametrize("way", WAYS)
def test_pods_fit_the_restricted_standard(way: str) -> None:
    pods = [one["spec"] for one in objects(way, kind="Pod")] + [deployment(way)]
    pods += [one["spec"]["template"]["spec"] for one in objects(way, kind="Job")]
    for pod in pods:
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert not {"hostNetwork", "hostPID", "hostIPC"} & pod.keys()
        assert {kind for volume in pod.get("volumes", []) for kind in volume.keys() - {"name"}} <= PLAIN_VOLUMES
        for part in pod["containers"]:
            security = part["securityContext"]
            assert (security["allowPrivilegeEscalation"], security["readOnlyRootFilesystem"]) == (False, True)
            assert security["capabilities"] == {"drop": ["ALL"]}
            assert part["resources"].keys() == {"requests", "limits"}


@pytest.mark.parametrize("way", WAYS)
def test_every_mount_has_its_volume(way: str) -> None:
    pod = deployment(way, *(() if way == "values-ha.yaml" else API), "opa.enabled=true", "opa.tokenSecret.name=token")
    volumes = {volume["name"] for volume in pod["volumes"]}
    mounted = {mount["name"] for part in pod["containers"] for mount in part["volumeMounts"]}
    assert mounted == volumes


@pytest.mark.parametrize("probe", ["startupProbe", "livenessProbe", "readinessProbe"])
def test_probes_ask_the_listener_for_admission_where_it_wants_no_certificate(probe: str) -> None:
    path = "/readyz" if probe == "readinessProbe" else "/healthz"
    asked = container("values.yaml")[probe]["httpGet"]
    assert asked == {"path": path, "port": "admission", "scheme": "HTTPS"}
    wants = "webhook.clientCa.configMap=ca"
    assert container("values.yaml", wants, *API)[probe]["httpGet"] == {**asked, "port": "api"}
    command = container("values.yaml", wants)[probe]["exec"]["command"]
    assert f"http://127.0.0.1:{environment('values.yaml', wants)['VPCE_GUARD_PORT']}{path}" in command[-1]


@pytest.mark.parametrize(
    ("sets", "sentence"),
    [
        (("replicas=2",), "More than one replica needs PostgreSQL: SQLite is a file that one service writes."),
        (("autoscaling.enabled=true",), "More than one replica needs PostgreSQL"),
        (("api.enabled=true",), "api.enabled needs credentials: set api.keysSecret.name"),
        (("api.keysSecret.name=keys",), "api.keysSecret does nothing without api.enabled"),
        (("certificates.from=secret",), "needs certificates.secret, the name of a Secret"),
        (("certificates.from=secret", "certificates.secret=tls"), "needs certificates.caBundle"),
        (("orgData.inline.network.forbid_default_sg=true", "orgData.configMap.name=org"), "Only one of orgData.inline"),
        (("orgData.configMap.name=org",), "orgData.configMap.keys must name the keys"),
        ((*API, "opa.enabled=true"), "the OPA sidecar needs a key of its own, with the scope read"),
        (("monitoring.serviceMonitor.enabled=true",), "/metrics is on that port"),
        (
            (*API, "monitoring.serviceMonitor.enabled=true", "settings.open_health=false"),
            "Prometheus needs a key with the scope read",
        ),
        (("settings.port=1",), "settings.port is the chart's own to set"),
        (("settings.database_url=postgresql://db/guard",), "settings.database_url is the chart's own to set"),
        (("replica=2",), "replica"),
        (("webhook.timeoutSeconds=31",), "timeoutSeconds"),
        (("certificates.from=nowhere",), "from"),
    ],
)
def test_values_that_cannot_work_are_refused_with_a_sentence(sets: tuple[str, ...], sentence: str) -> None:
    done = run_template("values.yaml", *sets)
    assert done.returncode == 1
    assert sentence in done.stderr


def test_more_replicas_are_taken_with_postgresql() -> None:
    sets = ("replicas=2", "database.urlSecret.name=db")
    (found,) = objects("values.yaml", *sets, kind="Deployment")
    assert (found["spec"]["replicas"], found["spec"]["strategy"]["type"]) == (2, "RollingUpdate")
    assert objects("values.yaml", *sets, kind="PersistentVolumeClaim") == []
    assert environment("values.yaml", *sets)["VPCE_GUARD_REPLICAS"] == "true"
    assert "VPCE_GUARD_REPLICAS" not in environment("values.yaml")
    (alone,) = objects("values.yaml", kind="Deployment")
    assert (alone["spec"]["replicas"], alone["spec"]["strategy"]["type"]) == (1, "Recreate")


def test_the_sidecar_polls_the_service_it_answers() -> None:
    given = environment("values-opa.yaml")
    part = container("values-opa.yaml", name="opa")
    assert f"--addr={given['VPCE_GUARD_OPA_URL'].removeprefix('http://')}" in part["args"]
    (config,) = [yaml.safe_load(one["data"]["opa.yaml"]) for one in objects("values-opa.yaml", kind="ConfigMap")]
    assert config["services"]["guard"] == {"url": f"http://127.0.0.1:{given['VPCE_GUARD_PORT']}"}
    assert config["bundles"]["vpce"]["resource"] == "/bundles/vpce.tar.gz"


def test_the_sidecar_shows_a_key_where_the_api_is_open() -> None:
    sets = (*API, "opa.tokenSecret.name=token")
    (config,) = [yaml.safe_load(one["data"]["opa.yaml"]) for one in objects("values-opa.yaml", *sets, kind="ConfigMap")]
    service = config["services"]["guard"]
    assert service["url"] == "https://localhost:8080"
    mounts = {mount["mountPath"] for mount in container("values-opa.yaml", *sets, name="opa")["volumeMounts"]}
    token, ca = service["credentials"]["bearer"]["token_path"], service["tls"]["ca_cert"]
    assert {path.rpartition("/")[0] for path in (token, ca)} <= mounts
    (certificate,) = [
        one for one in objects("values-ha.yaml", kind="Certificate") if "dnsNames" in one["spec"]
    ]  # of what the service shows there
    assert "localhost" in certificate["spec"]["dnsNames"]


def test_alerts_are_those_of_the_product_and_the_job_is_theirs() -> None:
    (rule,) = objects("values-ha.yaml", kind="PrometheusRule")
    assert rule["spec"] == yaml.safe_load((ROOT / "deploy/prometheus/alerts.yaml").read_text())
    (monitor,) = objects("values-ha.yaml", kind="ServiceMonitor")
    (service,) = objects("values-ha.yaml", kind="Service")
    assert service["metadata"]["labels"][monitor["spec"]["jobLabel"]] == "vpce-guard"
    assert monitor["spec"]["selector"]["matchLabels"].items() <= service["metadata"]["labels"].items()
    assert monitor["spec"]["endpoints"][0]["port"] in {port["name"] for port in service["spec"]["ports"]}


def test_the_kustomize_base_is_what_the_chart_renders() -> None:
    tool("helm")
    done = subprocess.run([ROOT / "tools/kustomize-base"], stdout=subprocess.PIPE, text=True, check=True)
    committed = (ROOT / "deploy/kustomize/base/vpce-guard.yaml").read_text()
    assert done.stdout == committed, "run `make kustomize`"


def test_kustomize_builds_the_base() -> None:
    kubectl = shutil.which("kubectl")
    if kubectl is None:
        pytest.skip("kubectl is not there")
    command = [kubectl, "kustomize", ROOT / "deploy/kustomize/base"]
    built = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    kinds = {one["kind"] for one in yaml.safe_load_all(built)}
    assert {"Namespace", "Deployment", "Service", "Certificate", "ValidatingWebhookConfiguration"} <= kinds


def test_the_network_policy_opens_what_the_pod_serves_and_calls() -> None:
    (policy,) = objects("values-ha.yaml", kind="NetworkPolicy")
    admission, api = policy["spec"]["ingress"]
    assert (admission, api["ports"]) == ({"ports": [{"port": "admission"}]}, [{"port": "api"}])
    assert api["from"] == [{"podSelector": {}}]
    assert [port["port"] for rule in policy["spec"]["egress"] for port in rule["ports"]] == [53, 53, 5432]
    (bounded,) = objects("values-opa.yaml", kind="NetworkPolicy")
    (only,) = bounded["spec"]["ingress"]
    assert only["from"][0] == {"ipBlock": {"cidr": "10.0.0.0/28"}}


def test_the_chart_installs_this_version() -> None:
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text())
    assert (chart["version"], chart["appVersion"]) == (__version__, __version__)
    assert container("values.yaml")["image"] == f"vpce-guard:{__version__}"
    digest = f"sha256:{'0' * 64}"
    assert container("values.yaml", f"image.digest={digest}")["image"] == f"vpce-guard@{digest}"
