"""The guard in front of every command and read.

A command or read is a function whose first argument is a ``Work`` of the one actor it
is meant for. The guard checks at run time what the type checker checks before: the
actor's kind, the admin's permission. It opens the transaction and, for commands, notes
the act in the audit log.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from billing_app.access.actors import (
    Actor,
    AdminActor,
    Clerk,
    CustomerActor,
    DoorActor,
    Member,
    OperatorActor,
    PartnerActor,
    PayerActor,
    RunnerActor,
    SystemActor,
)
from billing_app.access.permissions import Permission, is_weighty, may
from billing_app.access.work import Work
from billing_app.kernel.errors import NotAllowed, NotFound, StepUpNeeded

A = TypeVar("A", bound=Actor)
P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Guard:
    """Who may run a function, and whether it writes. Tests read it from the function."""

    actor: type[Actor]
    writes: bool
    permission: Permission | None = None
    audited: bool = False
    begins: bool = True

    def check(self, actor: Actor) -> None:
        """Raise unless ``actor`` may. The wrong audience learns nothing: NotFound."""
        if not isinstance(actor, self.actor):
            raise NotFound
        if not is_permitted(actor, self.permission):
            raise NotAllowed
        if self.writes and needs_step_up(actor, self.permission):
            raise StepUpNeeded

    def guarding(self, function: Callable[P, T]) -> Callable[P, T]:
        """The function, with this guard in front."""

        @wraps(function)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> T:
            work: Work[Any] = args[0]  # type: ignore[assignment]
            self.check(work.actor)
            if not self.begins:
                work.refuse_outside_commands()
            work.begin(writes=self.writes)
            result = function(*args, **kwargs)
            if self.audited:
                work.record(function.__name__, str(result))
            return result

        guarded.guard = self  # type: ignore[attr-defined]
        return guarded


def is_permitted(actor: Actor, permission: Permission | None) -> bool:
    """Whether ``actor`` may use ``permission``; only admins hold any."""
    return permission is None or (isinstance(actor, AdminActor) and may(actor.role, permission))


def needs_step_up(actor: Actor, permission: Permission | None) -> bool:
    """Whether ``actor`` gives their password again before an act with ``permission``."""
    return is_weighty(permission) and isinstance(actor, Member) and not actor.stepped_up


Command = Callable[Concatenate[Work[A], P], str]
Read = Callable[Concatenate[Work[A], P], T]


def admin_command(
    permission: Permission,
) -> Callable[[Command[AdminActor, P]], Command[AdminActor, P]]:
    """An act of an admin with ``permission``; returns the id of what it changed."""
    return Guard(AdminActor, writes=True, permission=permission, audited=True).guarding


def command_step(function: Read[Clerk, P, T]) -> Read[Clerk, P, T]:
    """A part that several commands of clerks share, inside their one transaction.

    The command it belongs to asks for the permission and is audited; alone it fails.
    """
    return Guard(Clerk, writes=True, begins=False).guarding(function)


def admin_read(
    permission: Permission = Permission.LOOK,
) -> Callable[[Read[AdminActor, P, T]], Read[AdminActor, P, T]]:
    """What an admin with ``permission`` may see."""
    return Guard(AdminActor, writes=False, permission=permission).guarding


def member_command(function: Command[Member, P]) -> Command[Member, P]:
    """An act that everybody signed in may do for themselves."""
    return Guard(Member, writes=True, audited=True).guarding(function)


def member_read(function: Read[Member, P, T]) -> Read[Member, P, T]:
    """What everybody signed in may see of themselves."""
    return Guard(Member, writes=False).guarding(function)


def partner_read(function: Read[PartnerActor, P, T]) -> Read[PartnerActor, P, T]:
    """What a partner's contact may see."""
    return Guard(PartnerActor, writes=False).guarding(function)


def customer_command(function: Command[CustomerActor, P]) -> Command[CustomerActor, P]:
    """An act of a customer's contact upon what is the customer's own."""
    return Guard(CustomerActor, writes=True, audited=True).guarding(function)


def customer_read(function: Read[CustomerActor, P, T]) -> Read[CustomerActor, P, T]:
    """What a customer's contact may see."""
    return Guard(CustomerActor, writes=False).guarding(function)


def payer_read(function: Read[PayerActor, P, T]) -> Read[PayerActor, P, T]:
    """What whoever holds a pay link may see."""
    return Guard(PayerActor, writes=False).guarding(function)


def system_command(function: Read[SystemActor, P, T]) -> Read[SystemActor, P, T]:
    """An act of the organization itself, for which nobody asked."""
    return Guard(SystemActor, writes=True).guarding(function)


def system_read(function: Read[SystemActor, P, T]) -> Read[SystemActor, P, T]:
    """What the organization itself looks up to act."""
    return Guard(SystemActor, writes=False).guarding(function)


def operator_command(function: Read[OperatorActor, P, T]) -> Read[OperatorActor, P, T]:
    """An act at the machine's terminal."""
    return Guard(OperatorActor, writes=True).guarding(function)


def operator_read(function: Read[OperatorActor, P, T]) -> Read[OperatorActor, P, T]:
    """What the machine's terminal may see."""
    return Guard(OperatorActor, writes=False).guarding(function)


def door_command(function: Read[DoorActor, P, T]) -> Read[DoorActor, P, T]:
    """An act of the door: opening, touching or ending a session."""
    return Guard(DoorActor, writes=True).guarding(function)


def door_read(function: Read[DoorActor, P, T]) -> Read[DoorActor, P, T]:
    """What the door looks up to let somebody in."""
    return Guard(DoorActor, writes=False).guarding(function)


def runner_command(function: Read[RunnerActor, P, T]) -> Read[RunnerActor, P, T]:
    """An act of whoever works off what is owed."""
    return Guard(RunnerActor, writes=True).guarding(function)


def runner_read(function: Read[RunnerActor, P, T]) -> Read[RunnerActor, P, T]:
    """What whoever works off what is owed looks up for it."""
    return Guard(RunnerActor, writes=False).guarding(function)
