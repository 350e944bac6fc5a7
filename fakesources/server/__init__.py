"""Live server: an application behind a socket, on asyncio and httptools (llhttp, the parser of Node.js)."""
