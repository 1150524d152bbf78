"""What both texts say before anything runs: names, parameters, stages."""
