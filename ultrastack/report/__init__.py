"""A plan in one format or another: plan in, text out; formats only print, they decide nothing."""
