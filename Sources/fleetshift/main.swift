print("fleetshift")
