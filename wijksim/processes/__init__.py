"""What happens in a month. A process is one class with one `step`; researchers can replace or add one."""
