"""The Spellman STX..ETX family of X-ray generators."""
