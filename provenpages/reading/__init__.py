"""Reading: pages, their blocks, and what their authors say of these."""
