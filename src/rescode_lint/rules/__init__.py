"""The rules: one file each, in a folder a family. A new file here is a new rule; nothing else has to change."""
