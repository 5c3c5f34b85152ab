"""The log as others read it: consumers with their own offsets, and the worker that keeps them going."""
