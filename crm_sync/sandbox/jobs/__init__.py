"""Bulk API 2.0: jobs that run beside the requests, and their files beside the org's own."""

from crm_sync.sandbox.jobs.job import Job, JobState
from crm_sync.sandbox.jobs.jobs import Jobs
from crm_sync.sandbox.jobs.result_file import Page, ResultFile

__all__ = ["Job", "JobState", "Jobs", "Page", "ResultFile"]
