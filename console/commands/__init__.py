"""The commands of `boneage`, by who uses them: visits, readings, service."""
