"""Talks to the CRM: profiles of orgs, a Salesforce session, the mirror and the outbox.

It knows no lifecycle rule. What it offers is imported from its rooms: `crm_sync.profiles`,
`crm_sync.salesforce`, `crm_sync.mirror`, `crm_sync.outbox`, `crm_sync.errors`.
"""

__all__: list[str] = []
