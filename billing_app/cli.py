"""The commands at the machine's terminal."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from billing_app import config
from billing_app.kernel.errors import BillingError, ConfigurationError

REFUSED = 2
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. A refusal is one sentence on the terminal and exit code 2.

    Whoever presses Ctrl-C before it has got going knows that, and is told nothing.
    """
    asked = _parser().parse_args(arguments)
    # Whatever this process writes, the data first of all, is its owner's alone.
    os.umask(0o077)
    try:
        return int(asked.run(asked))
    except (ConfigurationError, BillingError) as refusal:
        print(refusal, file=sys.stderr)
        return REFUSED
    except KeyboardInterrupt:
        return INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m billing_app", description="Quittance")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for run, words in (
        (_serve, "prepare the database and answer browsers until stopped"),
        (_worker, "do what is owed, such as sending letters, until stopped"),
        (_migrate, "bring the database to the newest shape"),
        (_create_admin, "make a person an admin, and found their organization if it is new"),
        (_seed_demo, "fill the demo with its people"),
        (_journal, "write the books as a journal that beancount reads, and as a table"),
        (_try_payment, "ask for a payment to try, and print its pay link"),
        (_doctor, "look over the installation and name what is wrong"),
    ):
        name = run.__name__.strip("_").replace("_", "-")
        command = commands.add_parser(name, help=words, description=words.capitalize() + ".")
        command.set_defaults(run=run)
        _OPTIONS.get(name, lambda _: None)(command)
    return parser


def _serve_options(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--lively", action="store_true", help="in a demo: its customers pay once pages answer"
    )


def _migrate_options(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--check", action="store_true", help="only say whether every table has its migration"
    )


def _worker_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("--once", action="store_true", help="stop when nothing is due any more")


def _create_admin_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("--organization", required=True, help="its name")
    command.add_argument("--name", required=True, help="the person's name")
    command.add_argument("--email", required=True, help="the person's e-mail address")
    command.add_argument(
        "--role", default="owner", choices=["owner", "manager", "bookkeeper", "viewer"]
    )
    command.add_argument("--time-zone", default="UTC", help="of a new organization")
    command.add_argument("--currency", default="AUD", help="of a new organization")


def _journal_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("--out", required=True, metavar="FILE", help="where to write it")
    command.add_argument("--organization", default="", help="whose, where there are several")


def _try_payment_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("--amount", required=True, help="such as 10.00")
    command.add_argument("--currency", default="", help="the organization's own, if left out")
    command.add_argument("--email", required=True, help="where letters about it go")
    command.add_argument("--organization", default="", help="whose, where there are several")


_OPTIONS = {
    "try-payment": _try_payment_options,
    "worker": _worker_options,
    "serve": _serve_options,
    "migrate": _migrate_options,
    "create-admin": _create_admin_options,
    "journal": _journal_options,
}


def _serve(asked: argparse.Namespace) -> int:
    from billing_app import installing
    from billing_app.serving.server import serve

    settings = config.load()
    installing.prepare(settings)
    lives = settings.demo and asked.lively
    return serve(settings, once_ready=installing.let_the_demo_live if lives else str)


def _worker(asked: argparse.Namespace) -> int:
    from billing_app.api import logs
    from billing_app.jobs import worker

    logs.write_to_standard_error(only_trouble=False)
    return worker.work(config.load(), once=asked.once)


def _migrate(asked: argparse.Namespace) -> int:
    from billing_app import installing

    if asked.check:
        return installing.check_migrations()
    installing.migrate_if_needed(config.load())
    print("The database has the newest shape.")
    return 0


def _create_admin(asked: argparse.Namespace) -> int:
    from billing_app import installing

    print(
        installing.create_admin(
            config.load(),
            organization=asked.organization,
            name=asked.name,
            email=asked.email,
            role=asked.role,
            time_zone=asked.time_zone,
            currency=asked.currency,
        )
    )
    return 0


def _seed_demo(_: argparse.Namespace) -> int:
    from billing_app import installing

    print(installing.seed_demo(config.load()))
    return 0


def _journal(asked: argparse.Namespace) -> int:
    from billing_app import exporting

    print(exporting.export_journal(config.load(), out=asked.out, organization=asked.organization))
    return 0


def _try_payment(asked: argparse.Namespace) -> int:
    from billing_app import installing

    print(
        installing.try_payment(
            config.load(),
            amount=asked.amount,
            currency=asked.currency,
            email=asked.email,
            organization=asked.organization,
        )
    )
    return 0


def _doctor(_: argparse.Namespace) -> int:
    from billing_app import doctor

    return doctor.examine(config.load())
