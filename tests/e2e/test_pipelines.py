"""What pipelines copy or refer to, run as their hosts run it: the commands are taken from the files themselves."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

DENIED = "examples/terraform"
ALLOWED = "tests/formats/terraform/plans/create-one-interface"
BIN = Path(sys.executable).parent


def shell(script: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
    env = {**os.environ, "PATH": f"{cwd / 'bin'}:{BIN}:{os.environ['PATH']}", **environment}
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, timeout=900, check=False)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A checkout with a terraform whose plan is the one in plan.json, and a pip that has everything."""
    (tmp_path / "bin").mkdir()
    terraform = tmp_path / "bin/terraform"
    terraform.write_text(
        '#!/bin/sh\necho "terraform $1" >> terraform.log\ncase $1 in show) cat "$PLAN";; plan) : > plan.bin;; esac\n'
    )
    pip = tmp_path / "bin/pip"
    pip.write_text("#!/bin/sh\nexit 0\n")
    for script in (terraform, pip):
        script.chmod(0o755)
    (tmp_path / "main.tf").write_text('resource "aws_vpc_endpoint" "sqs" {\n}\n')
    return tmp_path


class TestGitHubAction:
    def action(self, root: Path) -> Any:
        return yaml.safe_load((root / "action.yml").read_text())

    def run(self, root: Path, tmp_path: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
        """The check step, with the inputs' defaults and the files that GitHub gives."""
        action = self.action(root)
        (tmp_path / "vpce-guard").mkdir(exist_ok=True)
        (tmp_path / "vpce-guard/bin").unlink(missing_ok=True)
        (tmp_path / "vpce-guard/bin").symlink_to(BIN)
        given = {name: body.get("default", "") for name, body in action["inputs"].items()} | inputs
        step = next(step for step in action["runs"]["steps"] if step.get("id") == "check")
        environment = {}
        for name, value in step["env"].items():
            (used,) = re.findall(r"inputs\.(\w+)", value)
            environment[name] = given[used]
        files = {
            "RUNNER_TEMP": tmp_path,
            "GITHUB_STEP_SUMMARY": tmp_path / "summary",
            "GITHUB_OUTPUT": tmp_path / "out",
        }
        return shell(step["run"], root, **environment, **{name: str(path) for name, path in files.items()})

    def test_a_denied_plan_fails_the_step_with_annotations(self, root: Path, tmp_path: Path) -> None:
        sarif = tmp_path / "with space.sarif"
        done = self.run(root, tmp_path, files=f"{DENIED}/plan.json\n", source=DENIED, sarif=str(sarif))
        assert done.returncode == 1, done.stderr
        assert re.search(r"^::error file=examples/terraform/\S+\.tf,line=\d+,title=VPCE-", done.stdout, re.M)
        assert (tmp_path / "summary").read_text().startswith("## VPC endpoints: denied")
        assert (tmp_path / "out").read_text() == "allowed=false\n"
        assert sarif.exists()

    def test_an_allowed_plan_passes(self, root: Path, tmp_path: Path) -> None:
        done = self.run(root, tmp_path, files=f"{ALLOWED}/plan.json", arguments="--label\nenvironment=dev\n")
        assert done.returncode == 0, done.stderr
        assert (tmp_path / "out").read_text() == "allowed=true\n"

    def test_what_cannot_be_read_fails(self, root: Path, tmp_path: Path) -> None:
        done = self.run(root, tmp_path, files="nowhere.json")
        assert done.returncode == 2
        assert "::error title=vpce-guard::Not everything could be read." in done.stdout
        assert (tmp_path / "out").read_text() == "allowed=false\n"

    def test_an_input_is_never_a_command(self, root: Path, tmp_path: Path) -> None:
        self.run(root, tmp_path, files=f"$(touch {tmp_path}/owned)\n`touch {tmp_path}/owned`")
        assert not (tmp_path / "owned").exists()

    def test_it_installs_what_it_is_part_of(self, root: Path) -> None:
        action = self.action(root)
        install = next(step for step in action["runs"]["steps"] if step["name"] == "Install")
        assert install["env"]["VPCE_GUARD_ACTION"] == "${{ github.action_path }}"
        assert '"$VPCE_GUARD_ACTION"' in install["run"]
        assert "--require-hashes" in install["run"]
        assert not any("${{" in step.get("run", "") for step in action["runs"]["steps"])


def test_gitlab_runs_it_between_plan_and_apply(root: Path, workspace: Path) -> None:
    jobs = yaml.safe_load((root / "examples/ci/gitlab-ci.yml").read_text())
    for name, plan, code in (("denied", DENIED, 1), ("allowed", ALLOWED, 0)):
        script = "\n".join([*jobs["plan"]["script"], *jobs["vpce-guard"]["script"]])
        done = shell(script, workspace, PLAN=str(root / plan / "plan.json"))
        assert done.returncode == code, (name, done.stderr)
        reports = jobs["vpce-guard"]["artifacts"]
        for file in (reports["reports"]["junit"], *reports["paths"]):
            assert (workspace / file).exists()


def test_jenkins_runs_it_between_plan_and_apply(root: Path, workspace: Path) -> None:
    steps = re.findall(r"sh '([^']+)'", (root / "examples/ci/Jenkinsfile").read_text())
    guard = workspace / ".guard/bin"
    guard.mkdir(parents=True)
    (guard / "vpce-guard").symlink_to(BIN / "vpce-guard")
    (guard / "pip").symlink_to(workspace / "bin/pip")
    before_apply = [s for s in steps if "apply" not in s and "venv" not in s]
    done = shell("\n".join(before_apply), workspace, PLAN=str(root / DENIED / "plan.json"))
    assert done.returncode == 1, done.stderr
    assert (workspace / "vpce-guard.xml").exists()


@pytest.mark.parametrize(("plan", "code", "applied"), [(DENIED, 1, False), (ALLOWED, 0, True), ("none", 1, False)])
def test_the_wrapper_applies_only_what_is_allowed(
    root: Path, workspace: Path, plan: str, code: int, applied: bool
) -> None:
    done = shell(f"{root}/examples/ci/terraform-guarded -lock=false", workspace, PLAN=str(root / plan / "plan.json"))
    assert done.returncode == code, done.stderr
    assert ("terraform apply" in (workspace / "terraform.log").read_text()) is applied


def test_pre_commit_runs_the_hook(root: Path, tmp_path: Path) -> None:
    """With the real pre-commit and the hook as it is offered, but the command that is installed here."""
    repository = tmp_path / "guard"
    repository.mkdir()
    hooks = repository / ".pre-commit-hooks.yaml"
    hooks.write_bytes((root / hooks.name).read_bytes())
    user = tmp_path / "user"
    user.mkdir()
    template = "Resources:\n  E:\n    Type: AWS::EC2::VPCEndpoint\n    Properties:\n"
    (user / "bad.yaml").write_text(template + "      {VpcId: vpc-0a000001, ServiceName: com.amazonaws.us-east-1.kms}\n")
    (user / "other.json").write_text("{}")
    git = "git -c user.name=x -c user.email=x@example.org"
    commit = f"git init -q && git add -A && {git} commit -qm x"
    home = {"PRE_COMMIT_HOME": str(tmp_path / "cache"), "GIT_CONFIG_GLOBAL": "/dev/null"}
    done = shell(f"{commit} && git tag v1", repository, **home)
    assert done.returncode == 0, done.stderr
    hook = {"id": "vpce-guard", "language": "system"}  # its own, python, installs the repository first
    config = {"repos": [{"repo": str(repository), "rev": "v1", "hooks": [hook]}]}
    (user / ".pre-commit-config.yaml").write_text(json.dumps(config))
    done = shell(f"{commit} && pre-commit run --all-files", user, **home)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "VPCE-GW-001" in done.stdout
    assert "exit code: 1" in done.stdout
