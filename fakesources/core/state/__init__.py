"""State of a fake: snapshots, state files, and the handles through which tests read and change rows."""
