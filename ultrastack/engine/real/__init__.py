"""How is the user's own pulumi CLI run, and what did it do?"""
