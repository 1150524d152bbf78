"""Backward pass of long_lines.py, written by backgen 0.1.0. Do not edit; run `backgen long_lines.py` again.

Source: sha256:f9d8a06e3f1c189d
Checked: 3 of 3 local gradients and the whole gradient proved equal to SymPy's derivatives.
"""


def energy_of_the_system_forward(
    first_displacement, second_displacement, spring_constant
):
    """Run energy_of_the_system; return out and the values that its backward pass needs."""
    # Hooke
    potential_energy_of_both_springs = (
        spring_constant * first_displacement**2 / 2
        + spring_constant * (second_displacement - first_displacement) ** 2 / 2
    )  # (1)
    anharmonic_correction = (
        first_displacement**3 * second_displacement * spring_constant
        - second_displacement**4
    )  # (2)
    out = (
        potential_energy_of_both_springs * anharmonic_correction + first_displacement
    )  # (3)
    return out, (
        first_displacement,
        second_displacement,
        spring_constant,
        potential_energy_of_both_springs,
        anharmonic_correction,
    )


def energy_of_the_system_backward(dout, cache):
    """Return the gradients (dfirst_displacement, dsecond_displacement, dspring_constant) from the upstream gradient dout."""
    (
        first_displacement,
        second_displacement,
        spring_constant,
        potential_energy_of_both_springs,
        anharmonic_correction,
    ) = cache
    # (3) out = potential_energy_of_both_springs * anharmonic_correction + first_displacement
    dpotential_energy_of_both_springs = anharmonic_correction * dout
    danharmonic_correction = potential_energy_of_both_springs * dout
    dfirst_displacement = dout
    # (2) anharmonic_correction = first_displacement**3 * second_displacement * spring_constant - second_displacement**4
    dfirst_displacement += (
        3
        * second_displacement
        * spring_constant
        * first_displacement**2
        * danharmonic_correction
    )
    dsecond_displacement = (
        first_displacement**3 * spring_constant * danharmonic_correction
    )
    dspring_constant = (
        first_displacement**3 * second_displacement * danharmonic_correction
    )
    dsecond_displacement -= 4 * second_displacement**3 * danharmonic_correction
    # (1) potential_energy_of_both_springs = spring_constant * first_displacement**2 / 2 + spring_constant * (second_displ ...
    dspring_constant += first_displacement**2 / 2 * dpotential_energy_of_both_springs
    dfirst_displacement += (
        spring_constant * first_displacement * dpotential_energy_of_both_springs
    )
    dspring_constant += (
        (second_displacement - first_displacement) ** 2
        / 2
        * dpotential_energy_of_both_springs
    )
    dpotential_energy_of_both_springs_raw = (
        spring_constant
        * (second_displacement - first_displacement)
        * dpotential_energy_of_both_springs
    )
    dsecond_displacement += dpotential_energy_of_both_springs_raw
    dfirst_displacement -= dpotential_energy_of_both_springs_raw
    return dfirst_displacement, dsecond_displacement, dspring_constant


def energy_of_the_system_value_and_grad(
    first_displacement, second_displacement, spring_constant
):
    """Return out and its gradients (dfirst_displacement, dsecond_displacement, dspring_constant)."""
    out, cache = energy_of_the_system_forward(
        first_displacement, second_displacement, spring_constant
    )
    return out, energy_of_the_system_backward(1.0, cache)
