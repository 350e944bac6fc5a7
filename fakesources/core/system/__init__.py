"""Operating system and interpreter: files, forked processes, time, memory."""
