"""Requests to a service through an endpoint, and what questions about a policy are answered with."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from vpce_guard.model import FrozenModel

QuestionName = Literal[
    "outside_principals", "outside_resources", "newly_allowed", "dead_statements", "allows_anything", "can"
]
AnswerName = Literal["proved", "refuted", "undecided"]
ANONYMOUS = "anonymous"


class AccessRequest(FrozenModel):
    """One request through the endpoint.

    `principal` is the ARN of a user, a role session, a federated user or an account's root, the name of a service of
    AWS, or `anonymous`. `context` has the keys that the policy asks for, spelt as there; several values are a list.
    """

    principal: str
    action: str
    resource: str
    context: dict[str, str | tuple[str, ...]]


class ReachAnswer(FrozenModel):
    """The answer to one question.

    Proved means: nobody outside passes, nothing outside is reached, nothing is newly allowed, no statement is dead,
    something is allowed, this request is allowed. `request` passes through the policy.
    """

    question: QuestionName
    answer: AnswerName
    request: AccessRequest | None = Field(description="A request that the policy allows; null where none is told.")
    why: str = Field(description="What the answer rests on, in a sentence.")
