"""What does a Pulumi program ask for, heard without a cloud, a credential or an engine process?"""

from .capture import capture as capture
from .failure import ProgramFailed as ProgramFailed
from .run import run as run
