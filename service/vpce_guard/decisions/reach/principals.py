"""What principals of a policy and of requests are: accounts, their root, users, roles with their sessions, services.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

_ACCOUNT = re.compile(r"\d{12}", re.ASCII)
_ARN = re.compile(r"arn:(?P<partition>aws[a-z-]*):(?P<service>iam|sts)::(?P<account>\d{12}):(?P<rest>.+)", re.ASCII)
_SERVICE = re.compile(r"[a-z0-9.-]+\.amazonaws\.com(\.cn)?", re.ASCII)
TYPES = {"root": "Account", "user": "User", "role": "AssumedRole", "federated-user": "FederatedUser"}


class Identity(NamedTuple):
    """Whom an ARN names: `kind` is account, root (as a caller), user, role, session or federated-user.

    `name` is what follows the kind in the ARN: of a user or role the path and the name, of a session role/session.
    `partition` is None where only the number of an account is given.
    """

    kind: str
    partition: str | None
    account: str
    name: str


@lru_cache(maxsize=1024)
def parse_identity(text: str) -> Identity | None:
    """Whom a principal of the kind AWS in a policy names; None for ids and patterns, of which nobody can tell."""
    if _ACCOUNT.fullmatch(text):
        return Identity("account", None, text, "")
    found = _ARN.fullmatch(text)
    if found is None or "*" in text or "?" in text:
        return None
    partition, service, account, rest = found.groups()
    if (service, rest) == ("iam", "root"):
        return Identity("account", partition, account, "")
    kind, slash, name = rest.partition("/")
    known = {("iam", "user"): "user", ("iam", "role"): "role"}
    known |= {("sts", "assumed-role"): "session", ("sts", "federated-user"): "federated-user"}
    if not slash or not name or (service, kind) not in known:
        return None
    if kind == "assumed-role" and name.count("/") != 1:
        return None
    return Identity(known[service, kind], partition, account, name)


def is_service(text: str) -> bool:
    """Whether a text is the name of a service of AWS as a principal."""
    return _SERVICE.fullmatch(text) is not None


def role_name(name: str) -> str:
    """The name of a role without its path."""
    return name.rsplit("/", 1)[-1]
