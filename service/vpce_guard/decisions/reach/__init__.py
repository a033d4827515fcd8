"""What an endpoint policy lets through: proved, refuted with a request that passes, or not decided.

A policy is read once (`document`), can be asked about one request (`evaluate`) and about all requests at once (`ask`).
Nothing here reads files, asks AWS or names a rule.
"""

from vpce_guard.decisions.reach.answers import AccessRequest, ReachAnswer
from vpce_guard.decisions.reach.document import read_policy
from vpce_guard.decisions.reach.questions import ReachQuestions, ask

__all__ = ["AccessRequest", "ReachAnswer", "ReachQuestions", "ask", "read_policy"]
