# Two commands matter: `make demo` and `make test`. `make help` lists them all.
PYTHON ?= python3
BIN := .venv/bin
INSTALL := $(BIN)/pip install -q --no-compile --require-hashes # most modules of most packages are never imported
unexport PYTHONDONTWRITEBYTECODE # each of many processes would compile the service again
RUN_OPA = "$$(tools/opa)"

.PHONY: demo console console-story serve services test lint rego policy-test policy-lint policy-coverage unit bundle openapi rule bench \
  soak admission fairness inventory kills test-kubernetes schemathesis faults cdk-app terraform-plans terraform-functions \
  terraform-equivalence typescript backstage editor reach-fuzz reach-solver mutation fuzz fuzz-readers audit lock docs docs-serve dist \
  kustomize help clean

demo: .venv/installed ## start the service, submit the examples, print the decisions
	@$(BIN)/python examples/demo.py

console: .venv/installed ## look at the console: a service with the examples decided, its address and a key
	@$(BIN)/python examples/console.py

serve: .venv/installed ## keep the service up on 127.0.0.1:8080
	@$(BIN)/vpce-guard serve

test: lint rego unit docs ## everything CI runs

help: ## what there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' Makefile

lint: .venv/developed ## ruff with its rules about security, mypy, the order of imports, secrets, the workflows
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/secret_scan.py
	"$$(tools/actionlint)" -shellcheck= -pyflakes=

rego: .venv/developed ## lint, tests, examples and coverage of the policies, and that the build results are fresh
	$(BIN)/vpce-guard policy lint --opa $(RUN_OPA)
	$(BIN)/vpce-guard policy test --opa $(RUN_OPA)
	$(BIN)/vpce-guard policy coverage --opa $(RUN_OPA) --threshold 99 --no-conditions
	$(BIN)/vpce-guard policy build --check --opa $(RUN_OPA)

policy-test: .venv/developed ## Rego tests and examples: make policy-test RULE=gw.my_rule
	$(BIN)/vpce-guard policy test --opa $(RUN_OPA) $(RULE)

policy-lint: .venv/developed ## what is wrong with policies though they pass
	$(BIN)/vpce-guard policy lint --opa $(RUN_OPA)

policy-coverage: .venv/developed ## by line and by condition
	$(BIN)/vpce-guard policy coverage --opa $(RUN_OPA)

unit: .venv/developed ## all tests; one file: .venv/bin/pytest tests/decisions/test_decide.py
	OPA=$(RUN_OPA) $(BIN)/pytest

bundle: .venv/developed ## rebuild the committed build results from rego/, also after a merge
	$(BIN)/vpce-guard policy build --opa $(RUN_OPA)

openapi: .venv/developed ## write openapi.yaml and the schema of org data from the application
	$(BIN)/python tools/openapi.py > openapi.yaml
	$(BIN)/vpce-guard policy schema > schemas/org-data.json
	$(BIN)/vpce-guard policy schema --of input > schemas/input.json

typescript: ## write the types of the TypeScript client from openapi.yaml, and build it: needs npm
	tools/typescript types

backstage: .venv/developed ## the tests of what there is for Backstage: needs npm, and 800 MB for its packages
	BACKSTAGE=1 $(BIN)/pytest tests/e2e/test_backstage.py

editor: ## make the editor of the check page of the packages of CodeMirror: needs npm
	tools/codemirror/build

kustomize: ## write the kustomize base from the chart
	tools/kustomize-base > deploy/kustomize/base/vpce-guard.yaml

rule: .venv/developed ## scaffold a rule: make rule FAMILY=iface NAME=my_rule
	$(BIN)/vpce-guard policy new $(FAMILY) $(NAME)

bench: .venv/developed ## what benchmarks/thresholds.json has gates for, but for the soak and what has a target of its own
	@missed=; for each in decisions floors records rules reach inventory audit scale check watch console edits replay cluster; do \
	  OPA=$(RUN_OPA) $(BIN)/python benchmarks/$$each.py || missed="$$missed $$each"; done; \
	$(BIN)/python benchmarks/plots.py; \
	if [ -n "$$missed" ]; then echo "past a gate:$$missed"; exit 1; fi

soak: .venv/developed ## ten minutes at 80 % of peak: make soak SECONDS=600
	$(BIN)/python benchmarks/soak.py $(or $(SECONDS),600) $(or $(WORKERS),2)

admission: .venv/developed ## 50 AdmissionReviews a second, the best of three runs: make admission SECONDS=60 RUNS=3
	$(BIN)/python benchmarks/admission.py $(or $(SECONDS),60) $(or $(RUNS),3)

fairness: .venv/developed ## two greedy callers and a polite one: make fairness SECONDS=300 REST=60
	$(BIN)/python benchmarks/fairness.py $(or $(SECONDS),300) $(or $(REST),60)

inventory: .venv/developed ## sync 50 accounts x 4 Regions from a stand-in for AWS, and once more after a kill
	$(BIN)/python benchmarks/inventory_sync.py $(or $(ACCOUNTS),50) $(or $(CONCURRENCY),8)

kills: .venv/developed ## kill -9 under load, 50 times, on SQLite and on PostgreSQL
	KILLS=$(or $(KILLS),50) $(BIN)/pytest -s tests/e2e/test_kills.py

test-kubernetes: .venv/developed ## against a real API server, which the first run builds in five minutes
	KUBE_APISERVER="$$(tools/kube-apiserver)" ETCD="$$(tools/etcd)" \
	  $(BIN)/pytest tests/e2e/test_kubernetes.py tests/e2e/test_kubernetes_failures.py \
	  tests/e2e/test_kubernetes_chart.py tests/e2e/test_recipes.py

schemathesis: .venv/developed ## the whole API on both engines: make schemathesis EXAMPLES=100
	OPA=$(RUN_OPA) SCHEMATHESIS_EXAMPLES=$(or $(EXAMPLES),100) $(BIN)/pytest tests/e2e/test_schemathesis.py

faults: .venv/developed ## single faults put into generated templates without a Region: how many are found
	$(BIN)/python -m tests.formats.cloudformation.faults

services: .venv/developed ## refresh the service catalogue and IAM's names from public packages; print what changed
	$(BIN)/python tools/services

cdk-app: .venv/developed ## synthesise the CDK app of the examples again: needs Node.js and npm
	$(BIN)/python tools/cdk_app.py

terraform-plans: .venv/developed ## plan the Terraform tests again, or ROOTS of them: needs terraform and moto's server
	$(BIN)/python tools/terraform_plans.py $(ROOTS)

terraform-equivalence: .venv/developed ## idioms decided as literals, many times: make terraform-equivalence MANY=1000
	MANY=$(or $(MANY),1000) $(BIN)/pytest tests/formats/terraform/test_equivalence.py

terraform-functions: .venv/developed ## plan and apply the expressions of the Terraform tests again: needs terraform
	$(BIN)/python tools/terraform_functions.py

reach-fuzz: .venv/developed ## proofs about policies against brute force: make reach-fuzz MANY=100000 FIRST=0
	$(BIN)/python -m tests.decisions.reach.many $(or $(MANY),100000) $(or $(FIRST),0)

reach-solver: .venv/developed ## proofs about policies beside z3, which is fetched into .tools: make reach-solver PAIRS=300 FIRST=0
	@$(BIN)/pip install -q --upgrade --target .tools/z3 --require-hashes -r requirements/solver.txt || \
	  echo 'z3 could not be had: the proofs are not compared with it'
	@[ ! -d .tools/z3/z3 ] || PYTHONPATH="$$PYTHONPATH:.tools/z3" $(BIN)/python -m tests.decisions.reach.solver $(or $(PAIRS),300) $(or $(FIRST),0)

mutation: .venv/developed ## change each condition of each rule and see that a test or example notices
	OPA=$(RUN_OPA) $(BIN)/python tools/mutation.py

fuzz-readers: .venv/developed ## each reader for SECONDS (600), led by coverage; needs Linux
	@$(INSTALL) -r requirements/fuzz.txt
	for format in $$($(BIN)/python -c 'from vpce_guard.formats import FORMATS; print(*FORMATS)'); do \
	  $(BIN)/python tools/fuzz_readers.py $$format $(or $(SECONDS),600) || exit 1; done

console-story: .venv/developed ## the story of the console in a headless Chromium, which CHROMIUM names: needs npm
	@$(BIN)/pip install -q --require-hashes -r requirements/console.txt
	tools/axe
	tools/codemirror/build --check
	OPA=$(RUN_OPA) $(BIN)/pytest tests/e2e/test_console_story.py tests/e2e/test_console_editor.py

fuzz: .venv/developed ## spoiled examples on both engines: neither fails, both find the same
	OPA=$(RUN_OPA) $(BIN)/python tools/fuzz.py

docs: .venv/developed ## build the documentation site into build/site, strictly
	$(BIN)/python tools/docs.py build

docs-serve: .venv/developed ## the documentation site on 127.0.0.1:8000, built again with each edit
	$(BIN)/python tools/docs.py serve

dist: .venv/developed ## build the wheel and the source distribution into dist/
	rm -rf dist/*.whl dist/*.tar.gz
	$(BIN)/python -m build --no-isolation

audit: .venv/developed ## known faults of what is locked; fails, too, where the advisories cannot be reached
	@$(BIN)/uv tool run pip-audit --strict --disable-pip --require-hashes -r requirements/image.txt || { \
	  echo 'audit: there are advisories above, or they could not be reached and nothing is known'; exit 1; }

lock: .venv/developed ## write requirements/*.txt from pyproject.toml: make lock UPGRADE=--upgrade
	tools/lock $(UPGRADE)

.venv/installed: pyproject.toml requirements/image.txt requirements/installer.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed")'
	@echo "installing into .venv ..."
	@$(PYTHON) -m venv .venv
	@$(INSTALL) -r requirements/installer.txt
	@$(INSTALL) -r requirements/image.txt
	@$(BIN)/pip install -q --no-deps -e .
	@$(BIN)/python -c 'from vpce_guard.bundle import derived; derived.packaged_file("vpce.tar.gz")' || true
	@touch $@

.venv/developed: .venv/installed requirements/dev.txt
	@! git rev-parse --git-dir >/dev/null 2>&1 || git config merge.vpce-bundle.driver true # see .gitattributes
	@$(INSTALL) -r requirements/dev.txt
	@touch $@

clean: ## remove what was installed and built
	rm -rf .venv .tools dist build
