"""The control plane of a running server: HTTP operations under /_fakesources for state, journal, faults and clock.

One module per resource declares its operations and their handlers; `api` joins them to an `Api`, which the engine's
router and validation serve; `access` authorizes requests; `app` leads from a Request to a Response. The control plane
is not part of the faked APIs, and its own requests are not in the journal.
"""

ROOT = "/_fakesources"
"""Path of the control plane, which no faked API uses."""
