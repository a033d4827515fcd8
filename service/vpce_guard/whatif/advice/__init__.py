"""Advice: which endpoints a need asks for, and proposals for them that the service itself allows."""

from vpce_guard.whatif.advice.advise import Judge
from vpce_guard.whatif.advice.need import Advice, Need
from vpce_guard.whatif.advice.policies import advise_policies
from vpce_guard.whatif.advice.purposes import advise

__all__ = ["Advice", "Judge", "Need", "advise", "advise_policies"]
