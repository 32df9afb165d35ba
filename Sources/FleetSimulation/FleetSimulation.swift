// FleetSimulation
