"""The installation on this machine: state folder, key file, templates, account, free disk space."""
