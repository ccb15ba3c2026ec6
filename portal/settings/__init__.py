"""Settings; every difference between deployments comes from the environment."""
