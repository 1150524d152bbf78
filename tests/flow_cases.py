"""All cases of imperative programs, by name."""

from __future__ import annotations

from flow_case import FlowCase
from flow_cases_again import AGAIN
from flow_cases_aliases import ALIASES
from flow_cases_aside import ASIDE
from flow_cases_attributes import ATTRIBUTES
from flow_cases_bounds import BOUNDS
from flow_cases_branches import BRANCHES
from flow_cases_calls import CALLS
from flow_cases_calls_writing import CALLS_WRITING
from flow_cases_carried import CARRIED
from flow_cases_carried_items import CARRIED_ITEMS
from flow_cases_carried_lists import CARRIED_LISTS
from flow_cases_chosen import CHOSEN
from flow_cases_columns import COLUMNS
from flow_cases_conditions import CONDITIONS
from flow_cases_copies import COPIES
from flow_cases_defaults import DEFAULTS
from flow_cases_dicts import DICTS
from flow_cases_elements import ELEMENTS
from flow_cases_exchanged import EXCHANGED
from flow_cases_expressions import EXPRESSIONS
from flow_cases_for import FOR
from flow_cases_gathered import GATHERED
from flow_cases_generators import GENERATORS
from flow_cases_groups import GROUPS
from flow_cases_inside import INSIDE
from flow_cases_items import ITEMS
from flow_cases_iterators import ITERATORS
from flow_cases_jumps import JUMPS
from flow_cases_kept import KEPT
from flow_cases_keyed import KEYED
from flow_cases_keywords import KEYWORDS
from flow_cases_layouts import LAYOUTS
from flow_cases_lifted import LIFTED
from flow_cases_lists import LISTS
from flow_cases_matrices import MATRICES
from flow_cases_models import MODELS
from flow_cases_named_slices import NAMED_SLICES
from flow_cases_nasty import NASTY
from flow_cases_nested import NESTED
from flow_cases_operators import OPERATORS
from flow_cases_optional import OPTIONAL
from flow_cases_ordered import ORDERED
from flow_cases_outer import OUTER
from flow_cases_outputs import OUTPUTS
from flow_cases_parts import PARTS
from flow_cases_places import PLACES
from flow_cases_protocols import PROTOCOLS
from flow_cases_queues import QUEUES
from flow_cases_recurrences import RECURRENCES
from flow_cases_recursion import RECURSION
from flow_cases_refused import REFUSED
from flow_cases_rows import ROWS
from flow_cases_searched import SEARCHED
from flow_cases_slices import SLICES
from flow_cases_softmaxes import SOFTMAXES
from flow_cases_stacks import STACKS
from flow_cases_strange import STRANGE
from flow_cases_swapped_lists import SWAPPED_LISTS
from flow_cases_swaps import SWAPS
from flow_cases_tables import TABLES
from flow_cases_textbook import TEXTBOOK
from flow_cases_texts import TEXTS
from flow_cases_unpacking import UNPACKING
from flow_cases_users import USERS
from flow_cases_windows import WINDOWS
from flow_cases_without_axes import WITHOUT_AXES

ALL: tuple[FlowCase, ...] = (
    *(*ROWS, *COPIES, *BOUNDS, *SOFTMAXES, *RECURSION, *CHOSEN, *ORDERED, *QUEUES),
    *GROUPS,
    *(*ATTRIBUTES, *PROTOCOLS, *AGAIN, *MATRICES, *SEARCHED, *COLUMNS, *INSIDE),
    *(*FOR, *NESTED, *JUMPS, *BRANCHES, *EXPRESSIONS, *LIFTED),
    *(
        *ELEMENTS,
        *SLICES,
        *ALIASES,
        *LISTS,
        *SWAPS,
        *EXCHANGED,
        *WINDOWS,
        *DICTS,
        *TABLES,
    ),
    *(*RECURRENCES, *MODELS, *NASTY),
    *(*PARTS, *PLACES, *ITEMS, *LAYOUTS, *OPTIONAL, *OUTPUTS, *SWAPPED_LISTS, *TEXTS),
    *(*OUTER, *ITERATORS, *GATHERED, *GENERATORS, *OPERATORS, *NAMED_SLICES, *ASIDE),
    *(*DEFAULTS, *STACKS, *TEXTBOOK, *KEYED),
    *(
        *CALLS,
        *CALLS_WRITING,
        *KEPT,
        *KEYWORDS,
        *REFUSED,
        *USERS,
        *WITHOUT_AXES,
        *CONDITIONS,
        *UNPACKING,
        *STRANGE,
        *(*CARRIED, *CARRIED_LISTS, *CARRIED_ITEMS),
    ),
)
FLOW_CASES: dict[str, FlowCase] = {case.name: case for case in ALL}
