"""What the operating system and the interpreter give: files, forked processes, time, memory."""
