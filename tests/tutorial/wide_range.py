"""Flags bars whose range is several times the median of the symbol's last 100."""

from collections import defaultdict, deque
from math import isnan
from statistics import median

from wit_world import exports
from wit_world.imports.types import Evidence, Family, Finding, Manifest, Severity, WarmUp

WINDOW, TIMES = 100, 4.0

ranges = defaultdict(lambda: deque(maxlen=WINDOW))


class MarketDetection(exports.MarketDetection):
    def describe(self):
        return Manifest(
            name="wide-range", version="0.1.0", family=Family.MARKET, reads=["high", "low"], also_reads=[],
            emits=["WIDE_RANGE"], warm_up=WarmUp(rows=WINDOW, sessions=0), settings_schema='{"type":"object"}',
        )

    def configure(self, settings):
        pass

    def forget(self, streams):
        for stream in streams:
            ranges.pop(stream, None)

    def evaluate(self, batch):
        findings = []
        for row, (stream, high, low) in enumerate(zip(batch.stream, batch.high, batch.low)):
            if isnan(high) or isnan(low):
                continue
            past, now = ranges[stream], high - low
            usual = median(past) if len(past) == WINDOW else now
            past.append(now)
            if now >= TIMES * usual > 0:
                findings.append(Finding(
                    row=row, kind="WIDE_RANGE", severity=Severity.LOW, score=0.6, observed=now, expected=usual,
                    message=f"A range {now / usual:.1f} times the usual", evidence=[Evidence("times", now / usual)],
                ))
        return findings
