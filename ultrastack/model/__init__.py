"""The words of the toolkit as frozen plain data: place, problem, step, graph, plan. Imports nothing of ours and never pulumi."""
