// FleetExperiments
