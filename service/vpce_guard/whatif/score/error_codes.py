"""Which rules state the reason of an error code of EC2, and which codes are no answer to what was asked for.

The same as docs/reference/ec2-errors.md, which has the sources; a test holds them together. Source of the codes: EC2
API reference, "Error codes for the Amazon EC2 API". Source of the words in messages: the issues that page names.
"""

from __future__ import annotations

from collections.abc import Mapping

AS_OF = "2026-11-30"
"""The day the tables are of."""

_COMMON = "VPCE-COMMON-"
_FORM = (_COMMON + "036",)

RULES_BY_CODE: Mapping[str, tuple[str, ...]] = {
    "DuplicateSubnetsInSameZone": ("VPCE-IFACE-002", "VPCE-IFACE-003"),
    **dict.fromkeys(
        ("ClientInvalidParameterValue", "InvalidParameterValue"),
        tuple(_COMMON + number for number in ("002", "022", "023", "036", "037")),
    ),
    "InsufficientFreeAddressesInSubnet": ("VPCE-IFACE-033", "VPCE-COMMON-031"),
    **dict.fromkeys(("InvalidGroup.NotFound", "InvalidSecurityGroupID.NotFound"), ("VPCE-IFACE-009",)),
    **dict.fromkeys(("InvalidGroupId.Malformed", "InvalidSecurityGroupId.Malformed"), _FORM),
    **dict.fromkeys(("InvalidIPAddress.InUse", "Resource.AlreadyAssigned"), ("VPCE-IFACE-032",)),
    "InvalidParameterCombination": (
        *("VPCE-COMMON-003", "VPCE-COMMON-019", "VPCE-GW-008", "VPCE-GWLB-004", "VPCE-GWLB-005"),
        *("VPCE-GWLB-012", "VPCE-IFACE-007"),
    ),
    "InvalidPolicyDocument": (
        *(_COMMON + number for number in ("013", "014", "015", "016", "017", "018")),
        "VPCE-GW-015",
    ),
    "InvalidResourceConfigurationArn.Malformed": ("VPCE-COMMON-030", "VPCE-COMMON-032"),
    "InvalidRouteTableId.Malformed": _FORM,
    "InvalidRouteTableID.NotFound": ("VPCE-GW-003",),
    "InvalidServiceName": (
        *(_COMMON + number for number in ("005", "006", "008", "034")),
        *("VPCE-GW-001", "VPCE-GWLB-006", "VPCE-GWLB-013"),
    ),
    **dict.fromkeys(
        ("InvalidSubnet", "InvalidSubnetID.NotFound", "InvalidSubnetId.NotFound"), ("VPCE-IFACE-004", "VPCE-GWLB-007")
    ),
    "InvalidSubnetID.Malformed": _FORM,
    **dict.fromkeys(("InvalidTagKey.Malformed", "TagLimitExceeded"), ("VPCE-COMMON-022",)),
    "InvalidVpcEndpointId.Malformed": _FORM,
    "InvalidVpcEndpointType": ("VPCE-COMMON-002", "VPCE-COMMON-005"),
    "InvalidVpcID.Malformed": ("VPCE-COMMON-001",),
    "InvalidVpcID.NotFound": ("VPCE-COMMON-001",),
    **dict.fromkeys(("IncorrectState", "InvalidState"), ("VPCE-COMMON-012",)),
    "MissingParameter": (
        *(_COMMON + number for number in ("001", "003", "030", "031", "032")),
        "VPCE-GWLB-001",
    ),
    "OperationNotPermitted": ("VPCE-COMMON-024", "VPCE-COMMON-026"),
    "RouteAlreadyExists": ("VPCE-GW-004", "VPCE-GW-005"),
    "SecurityGroupsPerInterfaceLimitExceeded": ("VPCE-IFACE-010",),
    "UnknownParameter": ("VPCE-COMMON-028",),
    "VpcEndpointLimitExceeded": ("VPCE-IFACE-031", "VPCE-GW-017", "VPCE-GW-018"),
    "InvalidParameter": (
        *(_COMMON + number for number in ("007", "009", "021", "023", "037")),
        *("VPCE-GW-008", "VPCE-GW-010", "VPCE-GW-011", "VPCE-GW-016"),
        *(f"VPCE-GWLB-{number}" for number in ("002", "005", "008", "009", "012")),
        *(
            f"VPCE-IFACE-{number}"
            for number in ("005", "007", "011", "014", "015", "016", "017", "019", "020", "023", "024", "032")
        ),
    ),
}

RULES_BY_MESSAGE: Mapping[str, tuple[str, ...]] = {  # words of messages of InvalidParameter, in lower case
    "conflicting dns domain": ("VPCE-IFACE-017",),
    "does not support the availability zone": ("VPCE-IFACE-005", "VPCE-GWLB-008"),
    "availability zones are supported for remote access": ("VPCE-COMMON-007",),
    "must have a gateway endpoint": ("VPCE-IFACE-019",),
    "privatednsonlyforinboundresolverendpoint is applicable only": ("VPCE-GW-008", "VPCE-IFACE-020"),
}

OF_ACCESS = frozenset(
    {
        *("AccessDenied", "AccessDeniedException", "AuthFailure", "UnauthorizedOperation", "Blocked"),
        *("PendingVerification", "OptInRequired", "TagPolicyViolation", "SignatureDoesNotMatch", "RequestExpired"),
        *("InvalidClientTokenId", "ExpiredToken", "ExpiredTokenException", "UnrecognizedClientException"),
    }
)
"""Who asked may not: nothing was said of what was asked for."""

OF_THE_MOMENT = frozenset(
    {
        *("RequestLimitExceeded", "Throttling", "ThrottlingException", "Unavailable", "ServiceUnavailable"),
        *("InternalError", "InternalFailure"),
    }
)
"""AWS was busy or failed: the same request may be accepted later."""

DRY_RUN = "DryRunOperation"


def stated_by(code: str, message: str | None) -> tuple[str, ...]:
    """The ids of the rules that state the reason of an answer; empty where none does."""
    if code == "InvalidParameter" and message:
        known = [rules for words, rules in RULES_BY_MESSAGE.items() if words in message.lower()]
        if known:
            return known[0]
    return RULES_BY_CODE.get(code, ())
