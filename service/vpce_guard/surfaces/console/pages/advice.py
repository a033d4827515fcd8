"""/console/advice: a few questions, and which endpoint type to use, what it costs and what else there is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, get_args

from fastapi import APIRouter, Request, Response
from pydantic_core import to_json

from vpce_guard.errors import MalformedError, VpceGuardError
from vpce_guard.surfaces.api.asking import guard_of, run_in_time, validate
from vpce_guard.surfaces.api.http.request_id import current_request_id
from vpce_guard.surfaces.api.http.route import Route, accept_body, require_scope
from vpce_guard.surfaces.console.forms import MEDIA_TYPE, read_form
from vpce_guard.surfaces.console.paths import ROOT
from vpce_guard.surfaces.console.rendering import render
from vpce_guard.whatif.advice import Advice, Need
from vpce_guard.whatif.advice.need import AccessPath, PurposeName

router = APIRouter(route_class=Route, include_in_schema=False)
_PURPOSES = ("access", "inspection", "tunnel", *get_args(PurposeName))
_PATHS = get_args(AccessPath)
_LISTS = ("subnet_ids", "security_group_ids", "route_table_ids", "protocols")
_TEXTS = ("service", "region", "account", "vpc_id")


@router.get(f"{ROOT}/advice")
@require_scope("decide")
async def get_advice(request: Request) -> Response:
    """The questions."""
    return _page(request, {})


@router.post(f"{ROOT}/advice")
@require_scope("decide")
@accept_body({"type": "object"}, {}, media_type=MEDIA_TYPE, most=64 << 10)
async def post_advice(request: Request) -> Response:
    """The questions with the advice."""
    form = await read_form(request)
    guard = guard_of(request)
    try:
        need = validate(Need, read_need(form))
        advice = await run_in_time(guard.advise(need, request_id=current_request_id()), guard)
    except VpceGuardError as error:
        return _page(request, form, error=error)
    return _page(request, form, advice=advice)


def read_need(form: Mapping[str, str]) -> dict[str, Any]:
    """The need that the fields of the form tell; what is left empty is not told. Raises MalformedError."""
    need: dict[str, Any] = {name: form[name].strip() for name in _TEXTS if form.get(name, "").strip()}
    need |= {name: told for name in _LISTS if (told := re.findall(r"[^\s,]+", form.get(name, "")))}
    need["purpose"] = form.get("purpose") or "access"
    if paths := [path for path in _PATHS if form.get(f"path-{path}") == "yes"]:
        need["access_paths"] = paths
    for name, kind in (("gb_per_month", float), ("vpcs", int)):
        if number := form.get(name, "").strip():
            try:
                need[name] = kind(number)
            except ValueError:
                raise MalformedError(f"{number} is no number.", advice="Write digits.") from None
    return need


def _page(
    request: Request, form: Mapping[str, str], *, advice: Advice | None = None, error: VpceGuardError | None = None
) -> Response:
    return render(
        request,
        "advice.html",
        status=error.status if error is not None else 200,
        here="advice",
        form=form,
        purposes=_PURPOSES,
        paths=_PATHS,
        advice=advice,
        error=error,
        proposals=to_json({"proposals": advice.proposals}, indent=2).decode() if advice and advice.proposals else "",
    )
