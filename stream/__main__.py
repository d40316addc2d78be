"""`python -m stream` is `brushfire`."""

import sys

from stream.cli import main

sys.exit(main())
