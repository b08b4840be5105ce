"""From a project and a stack's name to a Plan; read plan.py first."""
