"""The programs that the chart runs in pods: what makes certificates, and what `helm test` asks the service."""

from __future__ import annotations

import base64
import datetime
import io
import json
import runpy
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from tests.support.chart import CHART, environment, objects
from tests.support.servers import Service, free_port

SECRET = "/api/v1/namespaces/safety/secrets/guard-tls"
WEBHOOK = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/guard-safety"
HOSTS = ["guard.safety.svc", "guard.safety.svc.cluster.local", "localhost"]


class Cluster:
    """An API server that keeps objects by path, and patches as JSON Patch's `add` does."""

    def __init__(self) -> None:
        self.objects: dict[str, Any] = {}
        cluster = self

        class Answers(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer(cluster.objects.get(self.path))

            def do_POST(self) -> None:
                body = self._body()
                cluster.objects[f"{self.path}/{body['metadata']['name']}"] = body
                self._answer(body)

            def do_PUT(self) -> None:
                cluster.objects[self.path] = self._body()
                self._answer(cluster.objects[self.path])

            def do_PATCH(self) -> None:
                for change in self._body():
                    assert (change["op"], change["path"]) == ("add", "/webhooks/0/clientConfig/caBundle")
                    cluster.objects[self.path]["webhooks"][0]["clientConfig"]["caBundle"] = change["value"]
                self._answer(cluster.objects[self.path])

            def _body(self) -> Any:
                assert self.headers["authorization"] == "Bearer of-the-account"
                return json.loads(self.rfile.read(int(self.headers["content-length"])))

            def _answer(self, body: Any) -> None:
                data = json.dumps(body or {"kind": "Status", "code": 404}).encode()
                self.send_response(200 if body else 404)
                self.send_header("content-length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def register_webhook(self) -> None:
        """What Helm installs after the first run."""
        self.objects[WEBHOOK] = {"webhooks": [{"clientConfig": {"service": {}}}]}

    def secret(self) -> dict[str, bytes]:
        """The content of the Secret."""
        return {name: base64.b64decode(text) for name, text in self.objects[SECRET]["data"].items()}

    def ca_bundle(self) -> bytes:
        """What the API server trusts the webhook by."""
        return base64.b64decode(self.objects[WEBHOOK]["webhooks"][0]["clientConfig"]["caBundle"])


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    """A cluster, with the environment in which the job runs there."""
    one = Cluster()
    (tmp_path / "token").write_text("of-the-account\n")
    names = {"SECRET": "guard-tls", "NAMESPACE": "safety", "WEBHOOK": "guard-safety", "HOSTS": ",".join(HOSTS)}
    places = {"DAYS": "90", "ACCOUNT": str(tmp_path), "API": f"http://127.0.0.1:{one.server.server_port}"}
    for name, value in {**names, **places}.items():
        monkeypatch.setenv(name, value)
    yield one
    one.server.shutdown()
    one.server.server_close()


def run_job() -> None:
    runpy.run_path(str(CHART / "files/certificate.py"), run_name="__main__")


def test_a_certificate_is_made_before_and_registered_after_an_install(cluster: Cluster) -> None:
    run_job()
    made = cluster.secret()
    certificate = x509.load_pem_x509_certificate(made["tls.crt"])
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == HOSTS
    certificate.verify_directly_issued_by(x509.load_pem_x509_certificate(made["ca.crt"]))
    assert certificate.not_valid_after_utc - certificate.not_valid_before_utc == datetime.timedelta(days=90)
    cluster.register_webhook()
    run_job()
    assert cluster.secret() == made
    assert cluster.ca_bundle() == made["ca.crt"]


def test_a_certificate_about_to_end_is_renewed_and_the_old_ca_is_trusted_on(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAYS", "0")
    run_job()
    cluster.objects[SECRET]["metadata"]["resourceVersion"] = "7"
    cluster.register_webhook()
    before = cluster.secret()
    monkeypatch.setenv("DAYS", "90")
    run_job()
    after = cluster.secret()
    assert after["tls.crt"] != before["tls.crt"]
    assert after["ca.crt"].endswith(before["ca.crt"])
    assert len(x509.load_pem_x509_certificates(after["ca.crt"])) == 2
    assert cluster.ca_bundle() == after["ca.crt"]
    assert cluster.objects[SECRET]["metadata"]["resourceVersion"] == "7"  # of what is replaced, for the API server


def test_a_certificate_for_other_names_is_replaced(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    run_job()
    monkeypatch.setenv("HOSTS", "other.safety.svc")
    before = cluster.secret()
    run_job()
    assert cluster.secret()["tls.crt"] != before["tls.crt"]


def test_the_job_may_do_what_it_does_and_no_more() -> None:
    (role,) = objects("values.yaml", kind="Role")
    (cluster_role,) = objects("values.yaml", kind="ClusterRole")
    (job,) = objects("values.yaml", kind="Job")
    (part,) = job["spec"]["template"]["spec"]["containers"]
    given = {one["name"]: one["value"] for one in part["env"]}
    (webhook,) = objects("values.yaml", kind="ValidatingWebhookConfiguration")
    assert given["WEBHOOK"] == webhook["metadata"]["name"]
    assert [rule.get("resourceNames") for rule in role["rules"]] == [None, [given["SECRET"]]]
    assert [rule["verbs"] for rule in role["rules"]] == [["create"], ["get", "update"]]
    assert [(rule["resourceNames"], rule["verbs"]) for rule in cluster_role["rules"]] == [
        ([given["WEBHOOK"]], ["get", "patch"])
    ]
    client = webhook["webhooks"][0]["clientConfig"]["service"]
    assert f"{client['name']}.{client['namespace']}.svc" in given["HOSTS"].split(",")
    assert part["args"] == [(CHART / "files/certificate.py").read_text()]


def test_the_installed_service_passes_helm_test(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run_job()
    for name, data in cluster.secret().items():
        (tmp_path / name).write_bytes(data)
    port = free_port()
    places = {"/etc/vpce-guard/tls": str(tmp_path), "0.0.0.0": "127.0.0.1", "8443": str(port)}  # noqa: S104 - taken out
    settings = {}
    for name, value in environment("values.yaml").items():
        for there, here in places.items():
            value = value.replace(there, here)
        settings[name.removeprefix("VPCE_GUARD_").lower()] = value
    del settings["port"]  # the process finds one that is free
    (trial,) = objects("values.yaml", kind="Pod")
    path = trial["spec"]["containers"][0]["env"][0]["value"].partition(":8443")[2]
    monkeypatch.setenv("URL", f"https://localhost:{port}{path}")
    monkeypatch.setenv("CA", str(tmp_path / "ca.crt"))
    service = Service(f"sqlite:///{tmp_path / 'log.db'}", **settings)
    try:
        runpy.run_path(str(CHART / "files/trial.py"))
    finally:
        service.end()
    answer = json.loads(capsys.readouterr().out.partition("\n")[2])
    assert (answer["uid"], answer["allowed"]) == ("trial", False)


@pytest.mark.parametrize(
    "answer", [{"allowed": True}, {"allowed": False, "status": {"message": "The decision could not be made."}}]
)
def test_helm_test_fails_where_no_rule_denies(answer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("URL", "http://localhost/v1/admission")
    monkeypatch.setattr(
        "urllib.request.urlopen", lambda *_, **__: io.BytesIO(json.dumps({"response": answer}).encode())
    )
    with pytest.raises(SystemExit, match="was not denied by a rule"):
        runpy.run_path(str(CHART / "files/trial.py"))
