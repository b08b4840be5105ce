"""Whose money is it?"""
