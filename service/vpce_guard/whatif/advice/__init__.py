"""Advice: which endpoint a need asks for, and a proposal for it that the service itself allows."""

from vpce_guard.whatif.advice.advise import Judge, advise
from vpce_guard.whatif.advice.need import Advice, Need

__all__ = ["Advice", "Judge", "Need", "advise"]
