"""python -m ultrastack.cli: the command without its console script."""

import sys

from . import main

sys.exit(main())
