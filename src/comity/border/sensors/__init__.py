"""Sensors in: the OGC SensorThings API 1.1 (18-088), observations of their own store, sealed in batches."""
