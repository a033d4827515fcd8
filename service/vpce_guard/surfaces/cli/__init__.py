"""The command line. Exit codes: 0 allowed or done, 1 denied, 2 wrong usage or unreadable input, 3 could not decide."""

from __future__ import annotations

import gc
import os
import sys

import click

from vpce_guard import __version__
from vpce_guard.errors import VpceGuardError

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class _Commands(click.Group):
    """Commands, each imported only when it is run: `check` must start fast."""

    names = (
        *("check", "audit", "inventory", "rules", "services", "serve", "mcp", "policy"),
        *("advise", "reach", "log", "explain", "replay"),
    )

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(self.names)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in self.names:
            return None
        if cmd_name in ("check", "audit"):  # end soon: garbage and plugins of pydantic take a tenth of their time
            gc.disable()
            os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")
        from importlib import import_module

        command: click.Command = import_module(f"vpce_guard.surfaces.cli.{cmd_name}").command
        return command


@click.group(cls=_Commands, context_settings=CONTEXT)
@click.version_option(__version__, prog_name="vpce-guard")
def cli() -> None:
    """Policy-as-code admission for AWS VPC endpoints."""


def main() -> None:
    """Run the command and exit with one of the documented codes, whatever happens."""
    try:
        code = cli.main(standalone_mode=False)
    except click.exceptions.Abort:
        code = 3
    except click.ClickException as error:
        error.show()
        code = 2
    except VpceGuardError as error:
        from vpce_guard.surfaces.visible import visible

        click.echo(f"vpce-guard: {visible(str(error))}", err=True)
        code = error.exit_code
    except BrokenPipeError:
        code = 3
    except Exception as error:
        from vpce_guard.surfaces.cli.failure import tell

        tell(error)
        code = 3
    sys.exit(code if isinstance(code, int) else 0)
