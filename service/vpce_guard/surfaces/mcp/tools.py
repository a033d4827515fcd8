"""The tools that agents have: what each takes and gives, and which route of the API it asks. It decides nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from vpce_guard.model import EnforcementAction, Json, Severity
from vpce_guard.surfaces.api.routes.explanations import ExplanationAnswer, ExplanationRequest
from vpce_guard.surfaces.api.routes.reach import ReachRequest
from vpce_guard.surfaces.api.routes.rules import RuleDetail
from vpce_guard.surfaces.api.routes.services import ServiceDetail, ServiceLine
from vpce_guard.surfaces.mcp import checking
from vpce_guard.surfaces.mcp.inside import RouteCall
from vpce_guard.whatif.advice import Advice, Need
from vpce_guard.whatif.reach import ReachReport

_Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,200}$")]  # a part of a path, and no more
_About = Annotated[str | None, Field(max_length=100)]


class ExplainRequest(ExplanationRequest):
    """A recorded decision or a document to explain."""

    decision_id: _Id | None = Field(None, description="The recorded decision to explain.")
    document: Any = Field(None, description="The document to explain, as an object, where no decision is named.")


class RulesRequest(BaseModel):
    """The rule to tell of, or what to look for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rule_id: _Id | None = Field(None, description="The one rule to tell all of, as VPCE-IFACE-002.")
    about: _About = Field(None, description="Only rules that have this text in id, title or remediation.")


class RuleLine(BaseModel):
    """A rule in brief, and what a violation of it does here."""

    id: str
    title: str
    severity: Severity
    effective_enforcement_action: EnforcementAction


class RulesAnswer(BaseModel):
    """The rules found, and all of the one that was named."""

    rules: list[RuleLine]
    rule: RuleDetail | None


class ServicesRequest(BaseModel):
    """The service to tell of, or what to look for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: _Id | None = Field(None, description="The one service to tell all of, as s3 or ecr.api.")
    about: _About = Field(None, description="Only services whose names hold this text.")


class ServicesAnswer(BaseModel):
    """The services found, and all of the one that was named; `date` is the day of the catalogue."""

    date: str
    age_days: int
    services: list[ServiceLine]
    service: ServiceDetail | None


class AgentTool(NamedTuple):
    """A tool: what it takes and gives, what it asks, and how its answer is put. `records` if it leaves a decision."""

    title: str
    description: str
    takes: type[BaseModel]
    gives: type[BaseModel]
    call: Callable[[Json], RouteCall]
    shape: Callable[[Json, Any], Json] = lambda _, content: content
    records: bool = False


def _explain(arguments: Json) -> RouteCall:
    others = {name: value for name, value in arguments.items() if name != "decision_id"}
    if (decision := arguments.get("decision_id")) is None:
        return RouteCall("POST", "/v1/explanations", others)
    flip = arguments.get("flip", True)
    query = {"rule_id": arguments.get("rule_id"), "flip": "true" if flip else "false"}
    return RouteCall("GET", f"/v1/decisions/{decision}/explanation", query=query)


def _shape_explanation(arguments: Json, content: Any) -> Json:
    return {"explanations": [content]} if arguments.get("decision_id") is not None else content


def _rules(arguments: Json) -> RouteCall:
    rule = arguments.get("rule_id")
    return RouteCall("GET", f"/v1/rules/{rule}" if rule is not None else "/v1/rules")


def _shape_rules(arguments: Json, content: Any) -> Json:
    rule = content if isinstance(content, dict) else None
    about = (arguments.get("about") or "").lower()
    listed = [rule] if rule is not None else content
    found = [one for one in listed if about in f"{one['id']} {one['title']} {one['remediation']}".lower()]
    return {"rules": [{name: one[name] for name in RuleLine.model_fields} for one in found], "rule": rule}


def _services(arguments: Json) -> RouteCall:
    if (name := arguments.get("name")) is not None:
        return RouteCall("GET", f"/v1/services/{name}")
    return RouteCall("GET", "/v1/services", query={"about": arguments.get("about")})


def _shape_services(arguments: Json, content: Any) -> Json:
    if arguments.get("name") is None:
        return {**content, "service": None}
    line = {"name": content["name"], "types": content["facts"].get("types", [])}
    return {"date": content["date"], "age_days": content["age_days"], "services": [line], "service": content}


TOOLS: Mapping[str, AgentTool] = {
    "check": AgentTool(
        title="Check VPC endpoints",
        description=(
            "Judge every VPC endpoint that a document creates, changes or deletes. `allowed` says whether all may be. "
            "Each violation says what is wrong, where (`path`), what to do, and often has `fix`, a JSON Patch of "
            "`request` that was judged again where `fix_verified` is true. What could not be judged is in "
            "`undetermined`, and `to_fetch` names the commands whose output belongs into `context`. The decisions are "
            "recorded, unless `dry_run` is set."
        ),
        takes=checking.AgentCheckRequest,
        gives=checking.CheckAnswer,
        call=lambda arguments: RouteCall("POST", checking.PATH, arguments),
        records=True,
    ),
    "advise": AgentTool(
        title="Advise on an endpoint",
        description=(
            "Which type of VPC endpoint serves a need, why, what it costs a month, what other types would break, and "
            "proposals that are allowed. `needs` lists what must be told first. With `policy` it writes the least open "
            "endpoint policy instead."
        ),
        takes=Need,
        gives=Advice,
        call=lambda arguments: RouteCall("POST", "/v1/advice", arguments),
    ),
    "explain": AgentTool(
        title="Explain a decision",
        description=(
            "Why each rule fired or not, for a recorded decision (`decision_id`, from check) or a document, and the "
            "smallest change that would turn the answer. Name one rule in `rule_id` to be answered faster."
        ),
        takes=ExplainRequest,
        gives=ExplanationAnswer,
        call=_explain,
        shape=_shape_explanation,
    ),
    "rules": AgentTool(
        title="Look up rules",
        description=(
            "The rules that decide, with what a violation of each does here. `about` finds some; `rule_id` tells all "
            "of one: its sources, and examples that pass and fail."
        ),
        takes=RulesRequest,
        gives=RulesAnswer,
        call=_rules,
        shape=_shape_rules,
    ),
    "services": AgentTool(
        title="Look up AWS services",
        description=(
            "AWS services that have VPC endpoints, from a dated catalogue: their types, private DNS names, whether "
            "they take an endpoint policy, with the sources. `about` finds names; `name` tells all of one."
        ),
        takes=ServicesRequest,
        gives=ServicesAnswer,
        call=_services,
        shape=_shape_services,
    ),
    "reach": AgentTool(
        title="Prove what a policy lets through",
        description=(
            "What a VPC endpoint policy lets through: each question is proved, refuted with a request that passes, or "
            "undecided. `against` is the policy that it replaces; `can` asks about one request."
        ),
        takes=ReachRequest,
        gives=ReachReport,
        call=lambda arguments: RouteCall("POST", "/v1/reach", arguments),
    ),
}
