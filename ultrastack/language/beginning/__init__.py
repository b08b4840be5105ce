"""What does someone write who begins a stack, and what comes before its first `up`? Only `ultrastack new` asks."""
