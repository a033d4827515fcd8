"""The shapes of principals, resources and actions in requests, as patterns, and what of them condition keys see.

A principal of an account is one text: the ARN that aws:PrincipalArn gives, a separator, and the name of its session if
it is a role. So its account, its ARN and its session can never contradict each other. What a key sees of a text is
written by lifting a pattern of the key to one of the text.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from vpce_guard.decisions.reach.languages import ANY_MANY, ANY_ONE, DIGITS, Language, Pattern, Token, exclude, spell
from vpce_guard.decisions.reach.principals import TYPES, Identity, role_name

SEPARATOR = "\0"
FIELD = Token(frozenset(":" + SEPARATOR), excluded=True, many=True)
_FIELD_ONE = FIELD._replace(many=False)
_NAME = Token(frozenset(":*?" + SEPARATOR), excluded=True, many=True)
_NAME_ONE = _NAME._replace(many=False)
_SESSION = Token(frozenset(":/*?" + SEPARATOR), excluded=True, many=True)
_SESSION_ONE = _SESSION._replace(many=False)
_DIGIT = Token(DIGITS)
ACCOUNT: Pattern = (_DIGIT,) * 12
_PARTITION: Pattern = (*spell("arn:aws"), FIELD, *spell(":"))
ANYTHING: Pattern = (Token(frozenset(SEPARATOR), excluded=True), Token(frozenset(SEPARATOR), excluded=True, many=True))
SOME: Pattern = (_NAME_ONE, _NAME)
_SESSIONS: Pattern = (_SESSION_ONE, _SESSION)


def shapes_of(kind: str, account: Pattern = ACCOUNT) -> list[Pattern]:
    """Principals of one kind: root, user, role, federated-user. Users and roles may have a path, of any characters.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    """
    service = "sts" if kind == "federated-user" else "iam"
    start = (*_PARTITION, *spell(f"{service}::"), *account, *spell(f":{kind}"))
    session = _SESSIONS if kind == "role" else ()
    names: list[Pattern] = [() if kind == "root" else (*spell("/"), *_SESSIONS)]
    if kind in ("user", "role"):
        names.append((*spell("/"), *ANYTHING, *spell("/"), *_SESSIONS))
    return [(*start, *name, *spell(SEPARATOR), *session) for name in names]


PRINCIPALS = Language([shape for kind in TYPES for shape in shapes_of(kind)], is_constant=True)
SERVICES = Language([(_NAME_ONE, _NAME, *spell(".amazonaws.com"))], is_constant=True)
ACCOUNTS = Language([ACCOUNT], is_constant=True)
TEXTS = Language([(ANY_ONE, ANY_MANY)], is_constant=True)
PATHS = Language(
    [(*spell("o-"), Token(frozenset("/*?"), excluded=True, many=True), *spell("/"), ANY_MANY)], is_constant=True
)


def lift_arn(pattern: Pattern) -> Pattern:
    """Principals whose aws:PrincipalArn fits a pattern."""
    return (*exclude(pattern, SEPARATOR), *spell(SEPARATOR), ANY_MANY)


def users_named(pattern: Pattern) -> list[Pattern]:
    """Users whose name without its path fits a pattern."""
    if any("/" in symbol.characters and not symbol.excluded for symbol in pattern):
        return []
    start = (*_PARTITION, *spell("iam::"), *ACCOUNT, *spell(":user/"))
    end = (*exclude(pattern, "/" + SEPARATOR), *spell(SEPARATOR))
    return [(*start, *end), (*start, *ANYTHING, *spell("/"), *end)]


def lift_account_of_principal(pattern: Pattern) -> Pattern | None:
    """Principals whose account fits a pattern; None where none can."""
    return _lift_field(pattern, (*spell("arn:"), FIELD, *spell(":"), FIELD, *spell("::")))


def lift_account_of_resource(pattern: Pattern) -> Pattern | None:
    """Resources whose account fits a pattern; None where none can."""
    return _lift_field(pattern, (*spell("arn:"), *(FIELD, *spell(":")) * 3))


def _lift_field(pattern: Pattern, before: Pattern) -> Pattern | None:
    if any(":" in symbol.characters and not symbol.excluded for symbol in pattern):
        return None
    return (*before, *exclude(pattern, ":" + SEPARATOR), *spell(":"), ANY_MANY)


def lift_organisation(pattern: Pattern) -> Pattern | None:
    """Paths in organisations whose id fits a pattern; None where none can."""
    if any("/" in symbol.characters and not symbol.excluded for symbol in pattern):
        return None
    return (*exclude(pattern, "/"), *spell("/"), ANY_MANY)


def patterns_of(identity: Identity) -> list[Pattern]:
    """The principals that an entry of Principal names."""
    account, name = identity.account, identity.name
    partition = (*spell("arn:"), FIELD) if identity.partition is None else spell(f"arn:{identity.partition}")
    if identity.kind == "account":
        return [(*partition, *spell(":"), FIELD, *spell(f"::{account}:"), ANY_MANY)]
    if identity.kind == "session":
        role, session = name.split("/")
        before = (*partition, *spell(f":iam::{account}:role/"))
        end = spell(f"{role}{SEPARATOR}{session}")
        return [(*before, *end), (*before, *ANYTHING, *spell("/"), *end)]
    service = "sts" if identity.kind == "federated-user" else "iam"
    whole = (*partition, *spell(f":{service}::{account}:{identity.kind}/{name}{SEPARATOR}"))
    return [(*whole, *_SESSIONS) if identity.kind == "role" else whole]


def patterns_spared(identities: Sequence[Identity]) -> list[Pattern]:
    """The principals that entries of NotPrincipal name with all that they belong to: account, and role of a session."""
    accounts = {one.account for one in identities if one.kind == "account"}
    roles = {(one.account, role_name(one.name)) for one in identities if one.kind == "role"}
    found = [shape for account in sorted(accounts) for shape in shapes_of("root", spell(account))]
    for one in identities:
        if one.account not in accounts or one.kind in ("account", "role"):
            continue
        if one.kind != "session" or (one.account, one.name.split("/")[0]) in roles:
            found += patterns_of(one)
    return found


_START: Pattern = (*_PARTITION, _FIELD_ONE, FIELD, *spell(":"), FIELD, *spell(":"))
_REST: Pattern = (*spell(":"), ANY_ONE, ANY_MANY)
WITH_ACCOUNT = Language([(*_START, *ACCOUNT, *_REST)], is_constant=True)
WITHOUT_ACCOUNT = Language([(*_START, *_REST), (*_START, *spell("aws"), *_REST)], is_constant=True)
ARNS = Language([*WITH_ACCOUNT.patterns, *WITHOUT_ACCOUNT.patterns], is_constant=True)
NO_RESOURCE = Language([spell("*")], is_constant=True)
RESOURCES = Language([*ARNS.patterns, *NO_RESOURCE.patterns], is_constant=True)
# ARNs with what looks like an account in the last part, which only services have whose callers choose that part
_AFTER_ACCOUNT: Pattern = (*spell("arn:"), *(FIELD, *spell(":")) * 4)
_LIKE_ACCOUNT: Pattern = (*ACCOUNT, *spell(":"), ANY_MANY)
CROSSING: tuple[Pattern, ...] = (
    (*_AFTER_ACCOUNT, *_LIKE_ACCOUNT),
    (*_AFTER_ACCOUNT, ANY_MANY, *spell(":"), *_LIKE_ACCOUNT),
)
FREE_FORM: tuple[Pattern, ...] = tuple(
    (*spell("arn:"), FIELD, *spell(f":{service}:"), ANY_MANY) for service in ("s3", "execute-api")
)
ACTIONS = Language([(*SOME, *spell(":"), *SOME)], is_constant=True)


@cache
def actions_of(prefixes: tuple[str, ...]) -> Language:
    """Actions in small letters of the services with some prefixes."""
    return Language([(*spell(f"{prefix}:"), *SOME) for prefix in prefixes], is_constant=True)
