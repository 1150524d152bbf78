"""A script with remarks everywhere."""

# inputs
rate = 0.1  # per year

years = 4  #  with two spaces
amount = 100.0  # {{ not a template }} {% nor this %}

# the stages
growth = (1 + rate) ** years  # (1 + r)^n
final = amount * growth  # "quoted" \ backslash
