"""How fast: everything as ratios of two things measured in the same run, never as seconds alone."""
