"""What a detector is worth, measured on its own frames after IEC 62220-1-1 and AAPM Report 150."""
