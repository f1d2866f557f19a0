"""Many runs: on one machine's cores, in pairs, put together in tables."""
