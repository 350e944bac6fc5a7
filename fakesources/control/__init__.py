"""The control plane of a running server: everything under /_fakesources, rows like those of an API.

One module per resource holds its rows and their handlers; `api` joins them to an `Api`, so that the engine's router and
validation serve it; `access` decides who may use it; `plane` leads from a Request to a Reply. No API sees it, and no journal.
"""
