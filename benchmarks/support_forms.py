"""The forms that `support.py` tries: one program each.

The text between the rulers is a chapter; a form is its name, then its body, whose last
line returns the result. What stands above `---` in a form is outside of the function.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Form:
    """A form with a program that uses it.

    Attributes:
        before: definitions in front of the function.
        body: that of the function; `shown` is all of it but the last line.
    """

    name: str
    before: str
    body: str

    @property
    def shown(self) -> str:
        lines = self.body.splitlines()
        shown = lines if len(lines) == 1 else lines[:-1]
        return "\n".join([*filter(None, self.before.splitlines()), *shown])


@dataclass(frozen=True)
class Chapter:
    """Forms of one kind."""

    name: str
    forms: tuple[Form, ...]


def _forms(text: str) -> Iterator[Form]:
    for block in text.strip("\n").split("\n\n"):
        name, _, program = block.partition("\n")
        before, found, body = program.partition("\n---\n")
        if not found:
            before, body = "", program
        yield Form(name, before, body)


_STAGES = """
assignment, several targets
a = b = x * y
return a + b**2

unpacking, swaps
a, b = x * y, x + y
a, b = b, a
return a * b**2

a starred target
a, *rest = x, y, x * y
return a * rest[0] + rest[1]

augmented assignment
a = x
a *= y + a
return a

a name overwritten
a = x * y
a = a**2 + x
return a

walrus
a = (b := x * y) + b**2
return a * b

conditional expression
a = math.log(x) if x > 0 else y
return a

chained comparison, and, or, not
a = x * y if 0 < x < 1 and not y > 0 else x
return a

f-string in an assert or error
assert x > 0, f"{x} is not positive"
return x * y

del
a = x * y
del a
return x

global
global scale
scale = x
return x * y

try
try:
    a = x * y
except ValueError:
    a = x
return a

try whose handlers raise, finally
try:
    a = x / y
except ZeroDivisionError:
    raise ValueError("y is zero")
return a

with
with np.errstate(all="ignore"):
    a = x * y
return a

yield
yield x * y
"""

_FLOW = """
for over range
s = 0.0
for i in range(n):
    s += x**i * y
return s

range with bounds and step
s = 0.0
for i in range(n, -1, -2):
    s = s * x + i * y
return s

for over an array
s = 1.0
for a in v:
    s *= a + x
return s

rows of a matrix
s = x
for row in A:
    s = math.tanh(s + row @ v)
return s

zip, enumerate, reversed
s = x
for i, (a, row) in enumerate(zip(reversed(v), A)):
    s = s * a + i * row[i]
return s

dict items
s = x
for key, a in {"one": x, "two": y}.items():
    s = s * a + 1
return s

loops in loops
s = 0.0
for i in range(n):
    for j in range(i):
        s += A[i, j] * v[j] * s
return s + x

while
a = x
while a < 3:
    a = a * 1.7 + y**2
return a

while True with break
a, k = x, 0
while True:
    a = a**2 + y
    k += 1
    if k > n:
        break
return a

if, elif, else
if x > 1:
    a = x * y
elif x > 0.5:
    a = x**2
else:
    a = y
return a

break
s = x
for a in v:
    if a < 0:
        break
    s *= a
return s

continue
s = x
for a in v:
    if a < 0:
        continue
    s *= a
return s

for with else
s = x
for a in v:
    if a > 2:
        break
    s *= a
else:
    s += y
return s

early return
if x > y:
    return x * y
return x - y

return in a loop
s = x
for a in v:
    s = s * 1.5 + a
    if s > 2:
        return s**2
return s

match on constants
match n:
    case 1 | 2:
        a = x * y
    case 3:
        a = x**2 * y
    case _:
        a = y
return a

raise in a guard
if n < 0:
    raise ValueError("n")
return x * y

loop variable used after its loop
s = x
for i in range(n):
    s += v[i]
return s * v[i]

comprehension
s = [x * a for a in v if a > 0]
return s[0] * s[1]

sum of a generator
s = sum(a * x for a in v)
return s

max, min, math.prod of a generator
s = max(a * x for a in v) * math.prod(a + y for a in v)
return s

itertools: product, combinations, permutations
s = 0.0
for i, j in itertools.combinations(range(4), 2):
    s += (v[i] - v[j]) ** 2 * x
return s

itertools: accumulate, chain, pairwise, islice, starmap, count
s = y
for a in itertools.accumulate(v, lambda p, q: p * x + q):
    s += a**2
for p, q in itertools.pairwise(v):
    s += p * q
return s

functools.reduce
s = functools.reduce(lambda p, q: p * x + q, v)
return s

np.ndindex, np.ndenumerate, divmod
s = 0.0
for i, j in np.ndindex(A.shape):
    s += A[i, j] * x
for k in range(12):
    s += A[divmod(k, 4)] * y
return s

a generator of the user's own
def pairs(items):
    for i in range(len(items) - 1):
        yield items[i], items[i + 1]
s = 0.0
for p, q in pairs(v):
    s += p * q * x
return s + sum(p for p, q in pairs(v))

any and all as conditions
a = x * y if any(v > 1) else x
return a

comprehension in a comprehension
rows = [[a * b for b in v] for a in v]
return rows[1][2] * x

dict comprehension
d = {k: x * v[k] for k in range(2)}
return d[0] * d[1]

walrus in a condition
s = x
while (r := s * y) > -4:
    s = s * 1.5
return s * r

None up to some point
best = None
for value in v:
    if best is None or value > best:
        best = value
return best * x
"""

_MEMORY = """
elements
z = np.zeros(4)
for i in range(4):
    z[i] = v[i] * x
return z @ v

slices that overlap
v[1:-1] = 0.5 * (v[:-2] + v[2:])
return np.sum(v**2)

columns
S = np.zeros((3, 5))
for k in range(4):
    S[:, k + 1] = np.tanh(S[:, k] * x + A[:, k])
return S

augmented elements
for i in range(3):
    v[i] += v[i + 1] * x
return np.sum(v**2)

masks
v[v < 0] = 0
return np.sum(v**2 * x)

integer arrays
v[np.array([0, 2])] = x * v[np.array([1, 3])]
return np.sum(v**2)

np.add.at with repeated indices
np.add.at(v, np.array([0, 0, 2]), x)
return np.sum(v**2)

out=
z = np.empty(4)
np.multiply(v, x, out=z)
return np.sum(z**2)

out= and where=
z = np.divide(x, v, out=np.zeros_like(v), where=v > 0)
return np.sum(z * v**3)

slices under names
inner, pair = np.s_[1:-1], slice(0, 2)
z = np.zeros(4)
z[inner] = v[pair] * x
return np.sum(z[inner] * v[inner])

fill
z = np.empty(3)
z.fill(x)
return z * y

np.fill_diagonal, np.copyto, np.putmask
z = A[:, :2] * x
np.fill_diagonal(z, y)
np.copyto(z, y * y, where=z < 0)
return np.sum(z**2)

np.put, np.put_along_axis
z = A * x
np.put_along_axis(z, np.argsort(A, axis=1)[:, :1], y, axis=1)
np.put(v, [0, 2], y)
return np.sum(z**2) * np.sum(v**2)

sort in place
v.sort()
return v * np.arange(4)

views
row = A[1]
row *= x
return np.sum(A**2)

other names
w = v
w[0] = x * y
return np.sum(v**2)

writing through flat
A.flat[::4] = x * y
return np.sum(A**2)

writing through a row of a new array
B = np.zeros((2, 2))
row = B.reshape(-1)
row[1:] = v[:3] * x
return np.sum(B**2)

writing through a row of a parameter
A.reshape(-1)[3] = x * y
return np.sum(A**2)

a swap of elements
v[0], v[2] = v[2], v[0]
return v * np.arange(4)

buffers swapped in a loop
a, b = v.copy(), np.zeros(4)
for _ in range(n):
    b[1:] = a[:-1] * x
    a, b = b, a
return np.sum(a**2)

a list of tuples of places
s = 0.0
edges = [(0, 1), (1, 2)]
for a, b in edges:
    s += v[a] * v[b] * x
return s

list append
s = []
for a in v:
    s.append(a * x)
return np.array(s)

list pop
s = [x, y, x * y]
a = s.pop()
return a * s[0]

elements of a list
s = [x, y]
s[0] = s[0] * s[1]
return s[0] + s[1]

lists of lists
s = [[0.0] * 3 for _ in range(2)]
for i in range(2):
    for j in range(3):
        s[i][j] = x * v[j] + s[i - 1][j]
return s[1][0] * s[0][2]

rows that are swapped, and get others in their place
s = [[x, y], [y, x * y], [1.0, x]]
for i in range(2):
    s[i], s[i + 1] = s[i + 1], s[i]
    s[i] = [a - x * b for a, b in zip(s[i], s[-1])]
return s[0][0] * s[1][1] + s[2][0]

columns
s = [[x, y], [y, x * y]]
total = 0.0
for column in zip(*s):
    total += max(column) * column[0]
return total

lists that grow in a list
s = [[], []]
for i, a in enumerate(v):
    s[i % 2].append(a * x)
return sum(s[0]) * sum(s[1]) * y

lists in a dict
s = {}
for i, a in enumerate(v):
    s.setdefault(i % 2, []).append(a * x)
total = 0.0
for items in s.values():
    total += sum(items) ** 2 * y
return total

rows that are built
s = [[x]]
for i in range(n):
    row = []
    for a in s[-1]:
        row.append(a * y + x)
    s.append(row)
return s[-1][0] * s[0][0]

a state of arrays in a tuple
s = (v * x, v + y)
for i in range(n):
    h, c = s
    s = (np.tanh(c + h), c * y)
return np.sum(s[0] * s[1])

layers in a list of tuples
a = v[:3]
layers = [(A[:, 1:], v[1:]), (A[:, :3] * x, v[:3])]
for i, (W, b) in enumerate(layers):
    a = np.tanh(W @ a + b) if i < len(layers) - 1 else W @ a + b
return np.sum(a * y)

tuples that are appended
s = [(v, x)]
for i in range(n):
    h, c = s[-1]
    s.append((np.tanh(h * c), c * y))
return sum(np.sum(h) * c for h, c in s)

loops over rows
s = 0.0
for row in [[x, y], [y, x * y]]:
    for a in row:
        s = s * 0.5 + a
return s

copies and parts of lists
s = [a * x for a in v]
p, q = s[1:], s[::-1] + [y]
s[0] = p[0] * q[-1]
return s[0] * p[0] + q[0]

sorted
s = sorted([a * x for a in v])
return s[0] * s[-1]

extend and insert
s = [x]
s.extend([y, x * y])
s.insert(0, s[-1] * x)
return s[0] + s[2]

elements of a dict
d = {"a": x, "b": y}
d["a"] = d["a"] * d["b"]
return d["a"] + d["b"]

a dict under computed keys
d = {(0, 0): x}
for i in range(3):
    d[i + 1, 0] = d[i, 0] * v[i] + d.get((i - 1, 0), y)
return sum(value for value in d.values())

defaultdict
from collections import defaultdict
---
d = defaultdict(float)
for i, a in enumerate(v):
    d[i % 2] += a * x
return d[0] * d[1]

the last items of a list
s = [v * x, v + y]
for i in range(n):
    a, b = s[-2:]
    s.append(a * b)
return s[-1]

sort by a key, in place
s = [a * x for a in v]
s.sort(key=abs)
return s[0] * s[-1]

np.stack of a list
s = [v * x, v + y]
return np.stack(s)
"""

_CALLS = """
a function of the file
def g(a, b=2.0):
    return a * b
---
return g(x, y) + g(x, b=x) + g(y)

a function inside
def g(a):
    return a * x
return g(y)

a function inside that changes what is outside
total = x
def add(a):
    nonlocal total
    total += a * y
add(x)
add(total)
return total

lambda
g = lambda a: a**2 * x
return g(y)

recursion
def power(a, k):
    return 1.0 if k == 0 else a * power(a, k - 1)
---
return power(x, n) * y

recursion over lists
def halves(a):
    if len(a) <= 1:
        return a
    return halves(a[1::2]) + [p * 2.0 for p in halves(a[::2])]
---
s = halves([a * y for a in v])
return s[0] * s[-1]

recursion of a function inside
def go(i):
    return x if i == len(v) else v[i] * go(i + 1) + y
return go(0)

recursion over parts of arrays
def halves(a):
    if len(a) == 1:
        return a
    return np.concatenate([halves(a[::2]) * 2.0, halves(a[1::2])])
---
return np.sum(halves(v * x) ** 2)

a function of a dict, by what is computed
ACT = {"tanh": np.tanh, "square": lambda a: a * a}
---
total = 0.0
for word in ("tanh", "square", "tanh"):
    total += np.sum(ACT[word](v * x))
return total

a function of two
g = math.sin if x > y else math.cos
return g(x) * y

sorted by a key
return sorted(v, key=lambda a: a * a * x)[1] * y

the largest by a key
return max(v, key=abs) * x

a queue
from collections import deque
---
window, total = deque(maxlen=2), 0.0
for a in v:
    window.append(a * x)
    total += window[0] * a
return total

what is zipped, sorted
total, w = 0.0, A[0]
for i, (a, b) in enumerate(sorted(zip(v, w))):
    total += (i + 1) * a * b
return total

getattr
return getattr(math, "sin")(x) * y

a function as an argument
def twice(g, a):
    return g(g(a))
---
return twice(math.sin, x) * y

*args
def g(*args):
    return args[0] * args[1]
---
return g(x, y)

an axis as a parameter
def shares(a, axis=-1):
    e = np.exp(a)
    return e / np.sum(e, axis=axis, keepdims=True)
---
z = shares(A) * shares(A, axis=0)
return np.sum(z * x)

functools.partial
def g(a, b):
    return a * b**2
---
h = functools.partial(g, x)
return h(y)

**config in a call, **kwargs
def g(a, k=1.0, c=0.5):
    return k * a**2 + c
def h(a, **kwargs):
    return g(a, **kwargs) * kwargs.get("c", a)
---
config = {"k": x * y, "c": y}
return g(x, **config) + h(y, k=x)

several results
def g(a, b):
    return a * b, a + b
---
p, q = g(x, y)
return p * q

map
def g(a):
    return a**2
---
s = sum(map(g, [x, y]))
return s

*items in a call
def g(a, b):
    return a * b
---
return g(*[x, y])

an object of a class of the file
class Mul:
    def forward(self, a, b):
        return a * b
---
mul = Mul()
return mul.forward(x, y)

an object with attributes
class Affine:
    def __init__(self, w, b):
        self.w = w
        self.b = b
    def forward(self, a):
        return a * self.w + self.b
---
affine = Affine(x, y)
return affine.forward(x)

a dataclass
@dataclass
class Point:
    a: float
    b: float
---
p = Point(x, y)
return p.a * p.b

optional arguments
def scaled(v, w=None):
    if w is None:
        w = np.ones_like(v)
    return w * v**2
---
return np.sum(scaled(v)) + np.sum(scaled(v, x))

tests of what a value is
if isinstance(v, (list, tuple)):
    v = np.array(v)
if v.ndim == 1:
    v = v[None, :]
return np.sum(v**2 * x)

constants of the file
WEIGHTS, RATE = [0.5, -0.3], {"a": 0.1, "b": 0.2}
---
s = 0.0
for k, w in enumerate(WEIGHTS):
    s += w * RATE["b"] * v[k] ** 2
return s * x

arguments put together
def total(*parts):
    return np.sum(np.hstack(parts + (np.ones(2),)) ** 2)
---
return total(v, v * x)

a named tuple, bound again in a loop
class State(NamedTuple):
    a: float
    b: float
---
s = State(x, y)
for i in range(n):
    s = State(s.b, s.a * s.b)
return s.a

layers in a list
class Scale:
    def __init__(self, w):
        self.w = w
    def __call__(self, a):
        return self.w * a
---
s = x
for layer in [Scale(x), Scale(y)]:
    s = layer(s)
return s

state, a property, a class method
class Spring:
    def __init__(self, k, a):
        self.k, self.a = k, a
    @property
    def force(self):
        return -self.k * self.a
    @classmethod
    def unit(cls, k):
        return cls(k, 1.0)
    def step(self):
        self.a += 0.1 * self.force
---
spring = Spring.unit(x)
for i in range(n):
    spring.step()
return spring.a * y

operators of objects
class Pair:
    def __init__(self, a, b):
        self.a, self.b = a, b
    def __add__(self, other):
        return Pair(self.a + other.a, self.b + other.b)
    def __rmul__(self, k):
        return Pair(k * self.a, k * self.b)
    def product(self):
        return self.a * self.b
---
p, q = Pair(x, y), Pair(y, 1.0)
return (p + 2.0 * q).product()

a named tuple that is returned
Pair = namedtuple("Pair", "a b")
---
p = Pair(x * y, x)
for i in range(n):
    p = p._replace(b=p.a + p.b)
return p
"""

CHAPTERS = tuple(
    Chapter(name, tuple(_forms(text)))
    for name, text in (
        ("Stages", _STAGES),
        ("Control flow", _FLOW),
        ("Memory", _MEMORY),
        ("Calls and objects", _CALLS),
    )
)
