"""Print openapi.yaml: what the application serves under /openapi.json, as YAML."""

import sys

import yaml

from vpce_guard.runtime.wiring import make_guard
from vpce_guard.settings import Settings
from vpce_guard.surfaces.api import make_app

yaml.safe_dump(make_app(make_guard(Settings())).openapi(), sys.stdout, sort_keys=False, width=110, allow_unicode=True)
