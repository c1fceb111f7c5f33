"""`python -m master.cli`, which is `tgrag`."""

import sys

from master.cli.command_line import main

sys.exit(main())
