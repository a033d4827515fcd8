"""What there is in many accounts, asked of an aggregator of AWS Config: one place that knows them all.

It tells VPCs, subnets, route tables, security groups and endpoints; of endpoints no policy. What it does not tell is
not known.

Source: AWS Config Developer Guide, "Querying the current configuration state of AWS resources"; AWS Config API
Reference, SelectAggregateResourceConfig.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic_core import from_json

from vpce_guard.errors import VpceGuardError
from vpce_guard.inventory.aws import ReadError, failures, read_error
from vpce_guard.inventory.files import things_of
from vpce_guard.inventory.kinds import KINDS, Kind
from vpce_guard.model import Json

_ACTION = "config:SelectAggregateResourceConfig"
_PLACES = "SELECT accountId, awsRegion, COUNT(*) WHERE resourceType = 'AWS::EC2::VPC' GROUP BY accountId, awsRegion"
_THINGS = (
    "SELECT resourceId, resourceType, accountId, awsRegion, resourceCreationTime, tags, configuration"
    " WHERE resourceType = '{kind}' AND accountId = '{account}' AND awsRegion = '{region}'"
)


class Aggregator:
    """An aggregator by its name; `client` is one of boto3 for AWS Config in its Region."""

    name = "config"
    kinds: Mapping[str, Kind] = {name: kind for name, kind in KINDS.items() if kind.config_type}

    def __init__(self, client: Any, aggregator: str) -> None:
        self._client, self._aggregator = client, aggregator

    def places(self) -> list[tuple[str, str]]:
        """The accounts and Regions in which it knows a VPC. Raises ReadError."""
        return sorted((str(one["accountId"]), str(one["awsRegion"])) for one in self.select(_PLACES))

    def place(self, account: str, region: str) -> AggregatedAccount:
        """See sync.Source."""
        return AggregatedAccount(self, account, region)

    def select(self, expression: str) -> Iterator[Json]:
        """The rows of a query. Raises ReadError."""
        asked: Json = {"Expression": expression, "ConfigurationAggregatorName": self._aggregator, "Limit": 100}
        try:
            while True:
                page = self._client.select_aggregate_resource_config(**asked)
                yield from map(from_json, page["Results"])
                if not page.get("NextToken"):
                    return
                asked["NextToken"] = page["NextToken"]
        except failures() as error:
            raise read_error(error, _ACTION) from None


@dataclass(frozen=True)
class AggregatedAccount:
    """One account and Region as an aggregator knows it."""

    aggregator: Aggregator
    account: str
    region: str

    def read(self, kind: Kind) -> list[Json]:
        """See aws.RegionalAccount."""
        query = _THINGS.format(kind=kind.config_type, account=self.account, region=self.region)
        items = [_item(row) for row in self.aggregator.select(query)]
        try:
            return things_of(items)[kind.name]
        except VpceGuardError as error:
            raise ReadError(f"{_ACTION} gave what cannot be read: {error}") from None


def _item(row: Json) -> Json:
    """A row as a configuration item; a query gives tags as a list."""
    tags = row.get("tags")
    if isinstance(tags, list):
        row = {**row, "tags": {tag["key"]: tag.get("value") for tag in tags if isinstance(tag, dict) and "key" in tag}}
    return {**row, "awsAccountId": row.get("accountId")}
