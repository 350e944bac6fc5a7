"""Traffic that somebody recorded, in the layouts people record it in. Knows no API: entries come out, places named."""
