"""Files with their bytes: where the bytes are, how they come in, and how they are read again in parts."""
