"""Readers of recorded traffic: HAR, VCR cassettes and JSON lines become entries. They depend on no API."""
