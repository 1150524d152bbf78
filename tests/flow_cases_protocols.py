"""What syntax calls of objects: `for`, `with`, properties that are bound."""

from __future__ import annotations

import numpy as np
from flow_case import case

X = np.array([0.5, -1.2, 0.8, 0.3])
M = np.array([[0.5, -1.2, 0.8], [0.3, 1.1, -0.4], [0.9, -0.2, 0.6]])

PROTOCOLS = (
    case(
        "objects that are gone through",
        """
        class Path:
            def __init__(self, x, y):
                self.points = [x, y, x * y]

            def __iter__(self):
                return iter(self.points)

            def __len__(self):
                return len(self.points)

        class Bag:
            def __init__(self, a, b):
                self.a = a
                self.b = b

            def __iter__(self):
                for v in (self.a, self.b):
                    yield v * 2

        def f(x: float, y: float):
            p = Path(x, y)
            b = Bag(x, y)
            s = 0.0
            for i, v in enumerate(p):
                s += (i + 1) * v**2
            for u, v in zip(p, b):
                s += u * v
            s += sum(v**3 for v in b) + sum(p)
            one, two = b
            return s + one * two**2 + len(p)
        """,
        x=0.4,
        y=0.9,
    ),
    case(
        "a network that is gone through",
        """
        class Layer:
            def __init__(self, w):
                self.w = w

            def __call__(self, x):
                return np.tanh(self.w * x)

        class Net:
            def __init__(self, *layers):
                self.layers = list(layers)

            def __iter__(self):
                return iter(self.layers)

        def f(x: "4", w: float):
            net = Net(Layer(w), Layer(2 * w))
            for layer in net:
                x = layer(x)
            for layer in reversed(list(net)):
                x = layer(x)
            return np.sum(x)
        """,
        x=X,
        w=0.7,
    ),
    case(
        "contexts that change an object, and put it back",
        """
        import contextlib

        class Layer:
            def __init__(self, w):
                self.w = w
                self.train = True

            def __call__(self, x):
                y = np.tanh(self.w * x)
                if self.train:
                    y = 2 * y
                return y

        class testing:
            def __init__(self, layer):
                self.layer = layer

            def __enter__(self):
                self.was = self.layer.train
                self.layer.train = False

            def __exit__(self, *error):
                self.layer.train = self.was
                return False

        @contextlib.contextmanager
        def shifted(layer, d):
            old = layer.w
            layer.w = old + d
            try:
                yield layer.w
            finally:
                layer.w = old

        def f(w: float, x: float, d: float):
            layer = Layer(w)
            a = layer(x)
            with testing(layer), shifted(layer, d) as v:
                b = layer(x) * v
            with shifted(layer, 2 * d):
                with testing(layer):
                    return a + 3 * b + 5 * layer(x) ** 2
        """,
        w=0.4,
        x=0.9,
        d=0.2,
    ),
    case(
        "a context in a loop",
        """
        class Total:
            def __init__(self):
                self.value = 0.0

            def __enter__(self):
                return self

            def __exit__(self, kind, error, trace):
                self.value = 0.5 * self.value

            def add(self, v):
                self.value = self.value + v

        def f(x: "4", k: float):
            s = 0.0
            for i in range(4):
                with Total() as total:
                    total.add(k * x[i])
                    total.add(x[i] ** 2)
                s += total.value**2
            return s
        """,
        x=X,
        k=0.9,
    ),
    case(
        "a jump out of a context",
        """
        class Total:
            def __enter__(self):
                return self

            def __exit__(self, kind, error, trace):
                pass

        def f(x: float):
            for i in range(4):
                with Total():
                    if x > 3:
                        break
                    x = x * 2
            return x
        """,
        "refused:BG010",
        x=0.9,
    ),
    case(
        "a context that may hide an error",
        """
        class Quiet:
            def __enter__(self):
                return self

            def __exit__(self, kind, error, trace):
                return kind is not None

        def f(x: float):
            y = x
            with Quiet():
                y = math.sqrt(x)
            return y * x
        """,
        "refused:BG010",
        x=0.9,
    ),
    case(
        "a property that is bound, and added to",
        """
        class Oven:
            def __init__(self, celsius):
                self.celsius = celsius

            @property
            def celsius(self):
                return self._kelvin - 273.15

            @celsius.setter
            def celsius(self, value):
                self._kelvin = value + 273.15

        def f(c: float, power: float, k: float):
            oven = Oven(c)
            for _ in range(3):
                oven.celsius = oven.celsius + power - k * (oven.celsius - 20.0)
            oven.celsius += power**2
            return oven.celsius**2
        """,
        c=21.5,
        power=3.0,
        k=0.1,
    ),
    case(
        "an attribute that is given, and changed before it is read",
        """
        class Net:
            def __init__(self, gain):
                self.gain = gain

            def doubled(self, g):
                self.gain = self.gain * 2.0
                return g + self.gain**2

        class Kept:
            def __init__(self, old):
                self.old = old

        def added(net, g):
            net.gain *= 3.0
            return g * net.gain

        def f(x: float):
            net = Net(x)
            a = net.doubled(net.gain)
            b = added(net, net.gain)
            kept = Kept(net.gain)
            net.gain = net.gain**2
            return a + 10 * b + kept.old * net.gain + net.gain * net.doubled(1.0)
        """,
        x=0.7,
    ),
    case(
        "a record with a field that its constructor does not take, replaced",
        """
        from dataclasses import dataclass, field, replace

        @dataclass
        class P:
            x: float
            y: float = 2.0
            z: float = field(default=3.0)
            w: float = field(init=False)

            def __post_init__(self):
                self.y = self.y * self.x
                self.w = self.x + self.z

        def f(x: float):
            p = P(x)
            q = replace(p, x=2 * x)
            return p.y * q.y + q.z + q.w
        """,
        x=1.3,
    ),
    case(
        "what properties and items give, and what is read of it",
        """
        class V:
            def __init__(self, x, y):
                self.x, self.y = x, y

            @property
            def half(self):
                return V(0.5 * self.x, 0.5 * self.y)

            @property
            def square(self):
                return self.x**2 + self.y**2

            def scaled(self, k):
                return V(k * self.x, k * self.y)

        class Path:
            def __init__(self, a, b):
                self.ps = [a, b]

            def __getitem__(self, i):
                return self.ps[i]

            @property
            def first(self):
                return self.ps[0]

            @property
            def xs(self):
                return [p.x for p in self.ps]

        def f(a: float, b: float):
            v = V(a, b)
            p = Path(v, v.half.scaled(b))
            last = p.first.half.half.y + p.xs[1] + p[0].scaled(3.0).x
            return v.half.x + v.half.square * p[1].y + last
        """,
        a=0.4,
        b=0.7,
    ),
    case(
        "a list that a record begins with, and objects that are put into it",
        """
        from dataclasses import dataclass, field

        @dataclass
        class Position:
            weight: float
            mu: float

        @dataclass
        class Portfolio:
            positions: list = field(default_factory=list)
            rho: float = 0.2

            def add(self, p):
                self.positions.append(p)

            def value(self):
                v = 0.0
                for i, a in enumerate(self.positions):
                    for j, b in enumerate(self.positions):
                        v += a.weight * b.weight * (a.mu if i == j else self.rho)
                return v

        def f(w: float, m: float, rho: float):
            p = Portfolio(rho=rho)
            p.add(Position(w, m))
            p.add(Position(1 - w, m**2))
            return p.value()
        """,
        w=0.4,
        m=0.7,
        rho=0.3,
    ),
    case(
        "what a generator expression gives, taken apart",
        """
        def f(x: "3, 3", a: "3, 3", b: "3, 3"):
            q, k = (x @ w for w in (a, b))
            return np.sum(np.tanh(q @ k.T))
        """,
        x=M,
        a=M + 0.3,
        b=M.T,
    ),
    case(
        "a chain of joints, whose matrices are properties",
        """
        class Joint:
            def __init__(self, length, theta):
                self.length = length
                self.theta = theta

            @property
            def matrix(self):
                c, s = np.cos(self.theta), np.sin(self.theta)
                return np.array(
                    [
                        [c, -s, self.length * c],
                        [s, c, self.length * s],
                        [0.0, 0.0, 1.0],
                    ]
                )

        class Arm:
            def __init__(self, joints):
                self.joints = joints

            def __len__(self):
                return len(self.joints)

            def __getitem__(self, i):
                return self.joints[i]

            def end(self):
                T = np.eye(3)
                for joint in self.joints:
                    T = T @ joint.matrix
                return T[:2, 2]

        def f(first: float, second: float, a: float, b: float):
            arm = Arm([Joint(first, a), Joint(second, b)])
            spent = sum(joint.theta**2 for joint in arm.joints)
            return np.sum(arm.end() ** 2) + spent + 0.1 * len(arm) + arm[1].length
        """,
        first=1.0,
        second=0.7,
        a=0.3,
        b=0.6,
    ),
    case(
        "fields that a class below states again stay where they are",
        """
        from dataclasses import dataclass

        @dataclass
        class Base:
            a: float
            k: float = 1.0
            m: float = 2.0

        @dataclass
        class Below(Base):
            n: float = 5.0
            k: float = 3.0

        class Plain(Base):
            k = 4.0

        def f(x: float, y: float):
            p = Below(x, y, 0.5)
            q = Below(x)
            r = Plain(x)
            s = p.a + 10 * p.k + 100 * p.m * p.k + 1000 * p.n * p.a
            return s + q.k * q.a + r.k * r.a**2
        """,
        x=0.4,
        y=0.7,
    ),
)
