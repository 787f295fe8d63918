"""The rules of a workshop: pure Python without clock, chance, HTML or SQL.

A command and a workshop go in, events or a refusal come out; events are folded into the next workshop.
"""
