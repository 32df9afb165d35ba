// FleetReports
