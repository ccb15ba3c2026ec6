"""What the apps share: errors, middleware and helpers that know no domain."""
