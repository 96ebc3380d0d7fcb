"""`python -m provenpages`: the command line."""

import sys

from provenpages.command_line import main

sys.exit(main())
