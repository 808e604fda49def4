"""Salesforce's APIs over HTTP in front of an org: one file for each resource."""

from crm_sync.sandbox.http.app import build_app

__all__ = ["build_app"]
