"""THE PROGRAM: reads stacks/<stack>.yaml, builds its steps and exports its outputs.

Both engines run this file: `pulumi up`, and `ultrastack plan` offline. What is built stands in stacks/, how it is built
in components/; the language between them is ultrastack/language/.
"""

from pathlib import Path

from ultrastack.language.program import run

run(Path(__file__).resolve().parent)
