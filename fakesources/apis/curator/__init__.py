"""Curator.io's API (sources, feeds and posts), v1, in two editions."""

from .api import API
from .handles import Curator
from .settings import CuratorSettings
from .state import Feed, Post, Source

__all__ = ["API", "Curator", "CuratorSettings", "Feed", "Post", "Source"]
