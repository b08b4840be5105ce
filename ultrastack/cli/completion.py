"""ultrastack completion: what makes the shell complete our words?"""

from __future__ import annotations

import click

from .command import Command

INSTALL = {
    "bash": '# in ~/.bashrc: eval "$(ultrastack completion bash)"',
    "zsh": '# in ~/.zshrc: eval "$(ultrastack completion zsh)"',
    "fish": "# once: ultrastack completion fish > ~/.config/fish/completions/ultrastack.fish",
}


@click.command("completion", cls=Command, short_help="Completion of our words in bash, zsh and fish.")
@click.argument("shell", type=click.Choice(list(INSTALL)))
def command(shell: str) -> None:
    """Print the completion of commands, stacks, steps and components for a shell.

    \b
    bash, zsh: eval "$(ultrastack completion bash)" in your shell's start file
    fish:      ultrastack completion fish > ~/.config/fish/completions/ultrastack.fish
    """
    from click.shell_completion import get_completion_class

    from .group import cli

    completion = get_completion_class(shell)
    assert completion is not None, shell
    click.echo(INSTALL[shell])
    click.echo(completion(cli, {}, "ultrastack", "_ULTRASTACK_COMPLETE").source())
