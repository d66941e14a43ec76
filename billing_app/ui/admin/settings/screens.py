"""The screens of the settings."""

from __future__ import annotations

from billing_app.kernel.audience import Audience
from billing_app.ui.admin.settings import (
    access,
    accounting,
    charging,
    closing,
    hub,
    mail,
    methods,
    numbering,
    organization,
    reminders,
    shared,
    taxes,
)
from billing_app.ui.screens import Screen

_ADMIN = Audience.ADMIN

SETTINGS_SCREENS = (
    Screen(shared.HUB, "Settings", hub.hub_page, _ADMIN),
    Screen(
        f"{shared.HUB}/organization",
        "Organization",
        organization.organization_page,
        _ADMIN,
        (
            organization.AdminWorkspaceState.load,
            organization.AdminProfileState.load,
            closing.AdminClosingState.load,
        ),
    ),
    Screen(
        f"{shared.HUB}/numbering",
        "Numbering",
        numbering.numbering_page,
        _ADMIN,
        (numbering.AdminNumberingState.load,),
    ),
    Screen(f"{shared.HUB}/taxes", "Taxes", taxes.taxes_page, _ADMIN, (taxes.AdminTaxesState.load,)),
    Screen(
        f"{shared.HUB}/accounting",
        "General Accounting Settings",
        accounting.accounting_page,
        _ADMIN,
        (accounting.AdminAccountingState.load,),
    ),
    Screen(
        f"{shared.HUB}/methods",
        "Payment methods",
        methods.methods_page,
        _ADMIN,
        (methods.AdminWaysState.load,),
    ),
    Screen(
        f"{shared.HUB}/charging",
        "Automatic charges",
        charging.charging_page,
        _ADMIN,
        (charging.AdminChargingState.load,),
    ),
    Screen(
        f"{shared.HUB}/reminders",
        "Reminders",
        reminders.reminders_page,
        _ADMIN,
        (reminders.AdminRemindersState.load,),
    ),
    Screen(f"{shared.HUB}/mail", "Mail", mail.mail_page, _ADMIN, (mail.AdminMailState.load,)),
    Screen(
        f"{shared.HUB}/access",
        "Client Login",
        access.access_page,
        _ADMIN,
        (access.AdminSettingsState.load,),
    ),
)
