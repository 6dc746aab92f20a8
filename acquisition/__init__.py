"""From raw detector frames to a corrected image with its exposure index and its picture."""
