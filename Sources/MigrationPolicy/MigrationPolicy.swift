// MigrationPolicy
