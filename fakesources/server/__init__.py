"""Live server: both APIs behind a socket, on asyncio and httptools (llhttp, the parser of Node.js)."""
