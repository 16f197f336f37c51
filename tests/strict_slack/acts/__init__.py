"""What can happen in a workspace, whoever does it: the change itself and the events it causes."""
