"""Coverage-led fuzzing of the readers: python tools/fuzz_readers.py FORMAT [SECONDS]

Feeds what libFuzzer makes of good documents to one reader, as the command line does. Anything but a clear error, or
more than ten seconds for one document, is a finding: it is printed, kept in fuzz-FORMAT-*, and the exit code is not 0.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parents[1]))

with atheris.instrument_imports(include=["vpce_guard"]):
    from vpce_guard.formats import FORMATS

from tests.formats.test_formats import refused
from tests.support.seeds import seeds


def main() -> None:
    """Run until the time is over or something is found."""
    format_name = sys.argv[1]
    seconds = int(sys.argv[2]) if len(sys.argv) > 2 else 600
    if format_name not in FORMATS:
        sys.exit(f"There is no format {format_name}; there are {', '.join(FORMATS)}.")

    def one(data: bytes) -> None:
        refusal = refused(data, format_name)
        assert refusal is None or refusal.exit_code == 2, refusal  # noqa: S101 - that is the finding

    corpus = Path(tempfile.mkdtemp(prefix="corpus-"))
    for number, seed in enumerate(seeds()[format_name]):
        (corpus / str(number)).write_bytes(seed)
    options = [
        f"-max_total_time={seconds}",
        "-timeout=10",
        "-max_len=20000",
        "-rss_limit_mb=2048",
        "-print_final_stats=1",
    ]
    atheris.Setup([sys.argv[0], *options, f"-artifact_prefix=fuzz-{format_name}-", str(corpus)], one)
    atheris.Fuzz()


main()
