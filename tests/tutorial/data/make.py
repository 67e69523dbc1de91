"""Writes market.csv and labels.csv: four sessions of one-minute bars in which twelve bars were stretched.

A bar is a random walk of twenty steps; its size clusters and is larger near open and close, and one bar in fifty
is busy without being an anomaly. A stretched bar has a wick of three to nine times its range on one side, so its
close tells nothing. Run: python3 make.py
"""

import datetime
import math
import random

SESSIONS, MINUTES, STEPS = 4, 250, 20
OPEN = datetime.datetime(2024, 3, 4, 9, 30, tzinfo=datetime.timezone.utc)

random.seed(7)
stretched = set(random.sample(range(120, SESSIONS * MINUTES), 12))
price, size = 250.0, 1.0
bars, labels = [], []
for number in range(SESSIONS * MINUTES):
    session, minute = divmod(number, MINUTES)
    at = OPEN + datetime.timedelta(days=session, minutes=minute)
    if minute == 0:
        price *= math.exp(random.gauss(0, 0.006))
    size = math.exp(0.97 * math.log(size) + random.gauss(0, 0.06))
    day = 0.8 + 0.9 * (2 * minute / MINUTES - 1) ** 2
    busy = 2.5 if random.random() < 0.02 else 1.0
    path = [price]
    for _ in range(STEPS):
        path.append(path[-1] * math.exp(random.gauss(0, 0.0001 * size * day * busy)))
    high, low, price = max(path), min(path), path[-1]
    if number in stretched:
        wick = (high - low) * random.uniform(3, 9)
        high, low = (high + wick, low) if random.random() < 0.5 else (high, low - wick)
        labels.append((at, at + datetime.timedelta(minutes=1)))
    bars.append((at, high, low, price))

with open("market.csv", "w") as out:
    out.write("timestamp,symbol,high,low,close\n")
    for at, *prices in bars:
        out.write(f"{at:%Y-%m-%dT%H:%M:%SZ},DEMO,{','.join(f'{price:.3f}' for price in prices)}\n")
with open("labels.csv", "w") as out:
    out.write("start,end,family,subject,kind\n")
    for start, end in labels:
        out.write(f"{start:%Y-%m-%dT%H:%M:%SZ},{end:%Y-%m-%dT%H:%M:%SZ},market,DEMO,RANGE_EXPANSION\n")
