"""The screens of admins."""

from __future__ import annotations

from billing_app.kernel.audience import Audience
from billing_app.ui import profile, step_up
from billing_app.ui.admin import (
    activity,
    alarms,
    bulk,
    charging,
    customer_page,
    customers,
    document_letters,
    draft,
    draft_page,
    home,
    invoice,
    invoice_screen,
    invoices,
    letters,
    letters_screen,
    new_invoice,
    new_request,
    partners,
    party,
    pay_link,
    request,
    request_screen,
    requests,
    take_payment,
    users,
)
from billing_app.ui.admin.payment_screens import PAYMENT_SCREENS
from billing_app.ui.admin.settings.screens import SETTINGS_SCREENS
from billing_app.ui.screens import Screen, title_of

_ADMIN = Audience.ADMIN
_OF_AN_INVOICE = (invoice.AdminInvoiceState.load, pay_link.AdminPayLinkState.load)

SCREENS = (
    Screen(
        "/admin",
        "Home",
        home.home_page,
        _ADMIN,
        (home.AdminHomeState.load, alarms.AdminAlarmsState.load),
    ),
    Screen(
        "/admin/invoices",
        "Invoices",
        invoices.invoices_page,
        _ADMIN,
        (invoices.AdminInvoicesState.load, bulk.AdminBulkState.load),
    ),
    Screen(
        "/admin/invoices/[invoice]",
        title_of(invoice.AdminInvoiceState.title, "Invoice"),
        invoice_screen.invoice_page,
        _ADMIN,
        (*_OF_AN_INVOICE, document_letters.AdminDocumentLettersState.load),
    ),
    Screen(
        "/admin/invoices/[invoice]/take",
        "Take a payment",
        take_payment.take_page,
        _ADMIN,
        (*_OF_AN_INVOICE, charging.AdminChargeState.load),
    ),
    Screen(
        "/admin/drafts/[invoice]",
        "Draft",
        draft_page.draft_page,
        _ADMIN,
        (draft.AdminDraftState.load,),
    ),
    Screen(
        "/admin/new-invoice",
        "New invoice",
        new_invoice.new_invoice_page,
        _ADMIN,
        (new_invoice.AdminNewInvoiceState.load,),
    ),
    Screen(
        "/admin/take-payment",
        "Take a payment",
        take_payment.choose_page,
        _ADMIN,
        (take_payment.AdminTakePaymentState.load,),
    ),
    Screen(
        "/admin/requests",
        "Credit Requests",
        requests.requests_page,
        _ADMIN,
        (requests.AdminRequestsState.load,),
    ),
    Screen(
        "/admin/requests/[request]",
        title_of(request.AdminRequestState.title, "Credit Request"),
        request_screen.request_page,
        _ADMIN,
        (
            request.AdminRequestState.load,
            pay_link.AdminPayLinkState.load,
            document_letters.AdminDocumentLettersState.load,
        ),
    ),
    Screen(
        "/admin/new-request",
        "New Credit Request",
        new_request.new_request_page,
        _ADMIN,
        (new_request.AdminNewRequestState.load,),
    ),
    *PAYMENT_SCREENS,
    Screen(
        "/admin/customers",
        "Customers",
        customers.customers_page,
        _ADMIN,
        (customers.AdminCustomersState.load,),
    ),
    Screen(
        "/admin/partners",
        "Partners",
        partners.partners_page,
        _ADMIN,
        (partners.AdminPartnersState.load,),
    ),
    Screen(
        "/admin/activity",
        "Activity",
        activity.activity_page,
        _ADMIN,
        (activity.AdminActivityState.load,),
    ),
    Screen(
        "/admin/customers/[party]",
        title_of(party.AdminCustomerState.name, "Customer"),
        customer_page.customer_page,
        _ADMIN,
        customer_page.LOADED,
    ),
    Screen(
        "/admin/partners/[party]",
        title_of(party.AdminPartnerState.name, "Partner"),
        party.partner_page,
        _ADMIN,
        (party.AdminPartnerState.load,),
    ),
    Screen(
        "/admin/users",
        "Users",
        users.users_page,
        _ADMIN,
        (users.AdminUsersState.load, alarms.AdminAlarmsState.load),
    ),
    *SETTINGS_SCREENS,
    Screen("/step-up", "Your password", step_up.step_up_page, _ADMIN, (step_up.StepUpState.load,)),
    Screen(
        "/admin/letters",
        "Letters",
        letters_screen.letters_page,
        _ADMIN,
        (letters.AdminLettersState.load,),
    ),
    Screen("/admin/profile", "Profile", profile.profile_page, _ADMIN, (profile.ProfileState.load,)),
)
