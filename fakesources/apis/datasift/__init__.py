"""DataSift's Managed Sources REST API (`/source/*`), v1.6, in two editions."""

from .api import API
from .handles import DataSift
from .settings import DataSiftSettings
from .state import Identity, LogEntry, Resource, Source

__all__ = ["API", "DataSift", "DataSiftSettings", "Identity", "LogEntry", "Resource", "Source"]
