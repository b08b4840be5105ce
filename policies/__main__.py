"""THE PACK: `pulumi up --policy-pack policies` runs this file; what it serves is pack.py."""

import gc
import sys
from pathlib import Path

gc.disable()  # while all is loaded: looking through it again and again takes a quarter of the start
sys.path[0] = str(Path(__file__).resolve().parents[1])  # Pulumi put this folder here; the rules are a package

from policies.pack import serve  # noqa: E402

serve()
