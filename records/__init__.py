"""Everything worth keeping: the exposure journal, the visits and their files."""
