"""Policy-as-code admission for AWS VPC endpoints."""

__version__ = "0.1.0"

DOCUMENTATION = "https://vpce-guard.example"  # nobody's yet: the one place to name the home of the project
REPOSITORY = f"{DOCUMENTATION}/vpce-guard.git"


def installation(extra: str) -> str:
    """What to run to have an extra: from the repository at this version's tag, as no package index has the name yet."""
    return f'Run `pip install "vpce-guard[{extra}] @ git+{REPOSITORY}@v{__version__}"`.'
