def energy_of_the_system(first_displacement, second_displacement, spring_constant):
    """Names so long that lines have to be broken."""
    potential_energy_of_both_springs = (
        spring_constant * first_displacement**2 / 2
        + spring_constant * (second_displacement - first_displacement) ** 2 / 2
    )  # Hooke
    anharmonic_correction = first_displacement**3 * second_displacement * spring_constant - second_displacement**4
    return potential_energy_of_both_springs * anharmonic_correction + first_displacement
