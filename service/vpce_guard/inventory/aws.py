"""What there is in one account and Region, asked of AWS itself with boto3, kind by kind.

The library waits and tries again where AWS says that it is asked too often (adaptive retries). Nothing is changed in
an account, and only what kinds.py lists is read.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Protocol

from vpce_guard import installation
from vpce_guard.errors import SettingsError, VpceGuardError
from vpce_guard.inventory.kinds import HOSTED_ZONES, KINDS, TRAFFIC, VPCS, Kind
from vpce_guard.inventory.traffic import ask_traffic
from vpce_guard.model import Json

_ATTRIBUTES = {"enableDnsSupport": "EnableDnsSupport", "enableDnsHostnames": "EnableDnsHostnames"}
_DENIED = re.compile(r"AccessDenied|Unauthorized|AuthFailure|NotAuthorized|OptInRequired", re.IGNORECASE)
_ATTEMPTS = 10
_TIMEOUT = 20.0


class ReadError(VpceGuardError):
    """A kind of thing cannot be read in an account and Region; `action` is the permission that lacks, if one does."""

    code, title, status, exit_code = "inventory", "The account cannot be read", 503, 3

    def __init__(self, detail: str, *, action: str | None = None) -> None:
        super().__init__(detail)
        self.action = action


class RegionalAccount(Protocol):
    """One account and Region that is read."""

    def read(self, kind: Kind) -> list[Json] | None:
        """All things of a kind; None where nobody tells of it. Raises ReadError."""


class Accounts:
    """AWS as the caller's own credentials reach it: its own account, and others through a role of that name."""

    name = "aws"

    def __init__(
        self,
        *,
        kinds: Mapping[str, Kind] = KINDS,
        role: str | None = None,
        external_id: str | None = None,
        connections: int = 10,
    ) -> None:
        """Raises SettingsError where boto3 is not installed or has no credentials."""
        try:
            import boto3
            from botocore.config import Config
        except ModuleNotFoundError:
            raise SettingsError(
                "boto3 is not installed, which reads the inventory.", advice=installation("inventory")
            ) from None
        self._config = Config(
            retries={"mode": "adaptive", "max_attempts": _ATTEMPTS},
            connect_timeout=_TIMEOUT,
            read_timeout=_TIMEOUT,
            max_pool_connections=connections,
            user_agent_extra="vpce-guard",
        )
        self._session = boto3.Session()
        self._lock = threading.Lock()  # a session makes one client at a time
        self.kinds = kinds
        self._role, self._external_id = role, external_id
        try:
            told = self.client("sts", self._session.region_name or "us-east-1").get_caller_identity()
        except failures() as error:
            raise SettingsError(
                f"AWS does not say who asks: {error}.", advice="Set credentials as for AWS's own command."
            ) from None
        self.own = str(told["Account"])
        self.partition = str(told["Arn"]).split(":")[1]

    @property
    def region(self) -> str | None:
        """The Region that the caller's configuration names."""
        found: str | None = self._session.region_name
        return found

    def of_organisation(self) -> list[str]:
        """The ids of the active accounts of the organisation. Raises ReadError."""
        try:
            pages = self.client("organizations", "us-east-1").get_paginator("list_accounts").paginate()
            accounts = [one for page in pages for one in page["Accounts"]]
        except failures() as error:
            raise read_error(error, "organizations:ListAccounts") from None
        return sorted(str(one["Id"]) for one in accounts if one.get("Status", one.get("State")) == "ACTIVE")

    def find_regions(self, account: str) -> list[str]:
        """The Regions that an account has switched on. Raises ReadError."""
        try:
            ec2 = self.client("ec2", self.region or "us-east-1", self._credentials(account))
            return sorted(one["RegionName"] for one in ec2.describe_regions()["Regions"])
        except failures() as error:
            raise read_error(error, "ec2:DescribeRegions") from None

    def place(self, account: str, region: str) -> RegionalAccount:
        """One account and Region. Raises ReadError where the account does not let the caller in."""
        return _AwsPlace(self, self._credentials(account), region)

    def _credentials(self, account: str) -> dict[str, str]:
        if account == self.own:
            return {}
        if self._role is None:
            raise ReadError(f"{account} is not the caller's own account, and no role is named to read it with.")
        arn = f"arn:{self.partition}:iam::{account}:role/{self._role}"
        asked = {"RoleArn": arn, "RoleSessionName": "vpce-guard-inventory"}
        if self._external_id:
            asked["ExternalId"] = self._external_id
        try:
            given = self.client("sts", self.region or "us-east-1").assume_role(**asked)["Credentials"]
        except failures() as error:
            raise read_error(error, f"sts:AssumeRole on {arn}") from None
        return {
            "aws_access_key_id": given["AccessKeyId"],
            "aws_secret_access_key": given["SecretAccessKey"],
            "aws_session_token": given["SessionToken"],
        }

    def client(self, service: str, region: str, credentials: Mapping[str, str] = MappingProxyType({})) -> Any:
        """A client of boto3, with the caller's own credentials unless others are given."""
        with self._lock:
            return self._session.client(service, region_name=region, config=self._config, **credentials)


class _AwsPlace:
    def __init__(self, accounts: Accounts, credentials: dict[str, str], region: str) -> None:
        self._accounts, self._credentials, self._region = accounts, credentials, region
        self._clients: dict[str, Any] = {}
        self._known: dict[str, list[Json]] = {}

    def read(self, kind: Kind) -> list[Json]:
        """See RegionalAccount."""
        try:
            things = list(self._read(kind))
        except failures() as error:
            asked = f":{getattr(error, 'operation_name', '')}"
            action = next((one for one in kind.actions if one.endswith(asked)), kind.actions[0])
            raise read_error(error, action) from None
        return [json.loads(json.dumps(one, default=_text)) for one in things]

    def _read(self, kind: Kind) -> Iterator[Json]:
        if kind is VPCS:
            yield from map(self._with_attributes, self._know(VPCS))
        elif kind is HOSTED_ZONES:
            for vpc in self._know(VPCS):
                yield from self._zones(vpc["VpcId"])
        elif kind is TRAFFIC:
            yield from ask_traffic(self._client(kind.service), self._know(KINDS["VpcEndpoints"]))
        elif kind.name == "VpcEndpoints":
            yield from self._know(kind)
        else:
            yield from self._list(kind)

    def _know(self, kind: Kind) -> list[Json]:
        """All things of a kind that other kinds are asked by, listed once."""
        if kind.name not in self._known:
            self._known[kind.name] = list(self._list(kind))
        return self._known[kind.name]

    def _list(self, kind: Kind) -> Iterator[Json]:
        client = self._client(kind.service)
        for page in client.get_paginator(kind.operation).paginate(**kind.arguments):
            yield from page[kind.result]

    def _with_attributes(self, vpc: Json) -> Json:
        ec2 = self._client("ec2")
        for attribute, member in _ATTRIBUTES.items():
            told = ec2.describe_vpc_attribute(VpcId=vpc["VpcId"], Attribute=attribute)
            vpc[member] = told[member]["Value"]
        return {"Tags": [], **vpc}  # AWS leaves out the tags of a VPC that has none

    def _zones(self, vpc_id: str) -> Iterator[Json]:
        token: dict[str, str] = {}
        route53 = self._client("route53")
        while True:
            page = route53.list_hosted_zones_by_vpc(VPCId=vpc_id, VPCRegion=self._region, **token)
            for zone in page[HOSTED_ZONES.result]:
                yield {"Name": zone["Name"], "Owner": zone["Owner"], "VPCs": [{"VPCId": vpc_id}], "VpcId": vpc_id}
            if not page.get("NextToken"):
                return
            token = {"NextToken": page["NextToken"]}

    def _client(self, service: str) -> Any:
        if service not in self._clients:
            self._clients[service] = self._accounts.client(service, self._region, self._credentials)
        return self._clients[service]


def failures() -> tuple[type[Exception], ...]:
    """What boto3 raises where a call fails."""
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.parsers import ResponseParserError

    return BotoCoreError, ClientError, ResponseParserError


def read_error(error: Exception, action: str) -> ReadError:
    """What to say of a call that failed; what an account forbids names the action that is to be allowed."""
    answer = getattr(error, "response", {}).get("Error", {})
    code = str(answer.get("Code", type(error).__name__))
    if _DENIED.search(code):
        return ReadError(f"{code}: {action} is not allowed", action=action)
    told = str(answer.get("Message") or error).splitlines()[0]
    return ReadError(f"{action} failed: {code}: {told}")


def _text(value: Any) -> str:
    """A time, as AWS's own command prints it."""
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
