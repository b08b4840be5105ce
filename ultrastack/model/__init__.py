"""The words of the toolkit as frozen plain data: place, problem, step, graph, plan. Imports no other room, no pulumi."""
