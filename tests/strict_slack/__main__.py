"""A strict Slack as a process of its own: ``python -m tests.strict_slack --port 9100 --control``."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
from pathlib import Path

import yaml

from .control import Control, facts
from .slack import StrictSlack


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.strict_slack", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--control", action="store_true", help="serve the control API under /_control/")
    parser.add_argument("--strict", action="store_true", help="refuse unknown arguments")
    parser.add_argument("--rates", choices=["off", "realistic"], default="off")
    parser.add_argument("--copies", type=int, default=1, help="deliver every event so many times")
    parser.add_argument("--time-scale", type=float, default=1.0, help="shortens the waits before repetitions")
    parser.add_argument("--manifest", type=Path, help="app manifest (JSON or YAML) with scopes, events, commands")
    parser.add_argument("--request-url", help="deliver by signed HTTP instead of Socket Mode")
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


async def _serve(arguments: argparse.Namespace, manifest: dict[str, object] | None) -> None:
    slack = StrictSlack(seed=arguments.seed, strict=arguments.strict, manifest=manifest)
    slack.rates.mode = arguments.rates
    slack.delivery.copies = arguments.copies
    slack.delivery.time_scale = arguments.time_scale
    await slack.start(arguments.port, Control(slack).routes() if arguments.control else ())
    if arguments.request_url:
        await slack.use_http(arguments.request_url, verify=False)
    sys.stdout.write(json.dumps(facts(slack)) + "\n")
    sys.stdout.flush()
    stopped = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stopped.set)
    await stopped.wait()
    await slack.stop()


def main() -> None:
    """Reads the arguments, prints one line of JSON with what a bot needs to connect, serves until it is ended."""
    arguments = _arguments()
    manifest = yaml.safe_load(arguments.manifest.read_text()) if arguments.manifest else None
    asyncio.run(_serve(arguments, manifest))


if __name__ == "__main__":
    main()
