"""The job queue: runs the jobs that handlers record, in order and across restarts."""
