"""What decides: a bundle, the engine that runs it, and the org data read under its rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from vpce_guard.bundle.bundle import Bundle
from vpce_guard.bundle.rules import Rule
from vpce_guard.decisions.judge import Others, Terms
from vpce_guard.engines import Engine
from vpce_guard.model import Profile
from vpce_guard.org.data import OrgData
from vpce_guard.org.files import OrgFiles


class OtherBundles:
    """The rules of bundles that a sidecar may run beside the one in force, as `find_rules` gives them; none at first.

    Engines and policies are made with it. Who rolls out bundles, and so knows them, sets `find_rules` when it begins.
    """

    def __init__(self) -> None:
        self.find_rules: Others | None = None

    def __call__(self, revision: str) -> Mapping[str, Rule] | None:
        """The rules of a revision; None for one that no sidecar of this service may run."""
        return self.find_rules(revision) if self.find_rules is not None else None


@dataclass(frozen=True, kw_only=True)
class Policy:
    """What decides: a bundle, the engine that runs it, and the org data read under its rules.

    `others` gives the rules of other revisions that a sidecar may still or already run; the engine was made with the
    same. `since` is when it was made, which is when it was put in force.
    """

    bundle: Bundle
    engine: Engine
    org: OrgFiles
    others: Others = Terms.others
    since: datetime = field(default_factory=lambda: datetime.now(UTC))

    def terms(self, profile: Profile | None) -> Terms:
        """What decisions are made under at this moment; the profile that is set wins over that of org data."""
        return replace(terms_of(self.bundle, self.org.current, profile), others=self.others)


def terms_of(bundle: Bundle, org: OrgData, profile: Profile | None) -> Terms:
    """What decisions are made under, given org data."""
    chosen = profile or org.profile or "aws-current"
    return Terms(
        rules=bundle.rules,
        revision=bundle.revision,
        profile=chosen,
        org=org,
        compares_all_peers=bundle.compares_all_peers,
    )
