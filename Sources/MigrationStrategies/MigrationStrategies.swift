// MigrationStrategies
