def nested(a, b, name: str = "run"):
    total = a + b
    return {"name": name, "sum": total, "parts": [a, (a * b, b)], "two": 2}
