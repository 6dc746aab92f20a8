"""From an order to a finished visit."""
