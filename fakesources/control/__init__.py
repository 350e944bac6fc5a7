"""The control plane of a running server: what stands under /_fakesources, a table of rows like every other.

It holds one fake, from outside: `operations` are the rows, `actions`, `watching` and `arranging` do what they say,
`guard` decides who may, `plane` leads from a Request to a Reply. No API sees it, and no journal.
"""
