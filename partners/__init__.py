"""What people run: the command line, the jobs and the store that ties them together.

Nothing is imported here: `partners --help` must answer at once.
"""
