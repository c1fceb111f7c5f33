"""Confining a process before it reads untrusted input: Landlock, seccomp, resource limits."""
