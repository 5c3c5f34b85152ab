"""The doors of files: /files gives and takes whole ones, /uploads takes them in parts."""
