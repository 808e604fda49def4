"""The jobs that people and schedules run: mirror, decide, write back, and the whole of it."""
