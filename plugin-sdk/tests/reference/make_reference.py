"""Writes reference.csv: what TA-Lib and plain NumPy say about bars.csv.

    pip install numpy pandas TA-Lib
    python make_reference.py

bars.csv holds BTCUSDT one-minute bars (5 and 6 December 2024, UTC) from
privet1x/crypto-trading-bot (MIT); a session is a UTC day. Open interest and implied volatility are
simulated here. Indicators that TA-Lib lacks are written below from their definitions, each as a loop
over whole arrays, independently of the streaming code.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import talib

HERE = Path(__file__).parent


def supertrend(high, low, close, period, multiplier):
    atr = talib.ATR(high, low, close, period)
    middle = (high + low) / 2
    upper, lower = middle + multiplier * atr, middle - multiplier * atr
    line, trend = np.full(len(close), np.nan), np.full(len(close), np.nan)
    for i in range(period, len(close)):
        if i == period:
            trend[i] = 1 if close[i] > middle[i] else -1
        else:
            if not (upper[i] < upper[i - 1] or close[i - 1] > upper[i - 1]):
                upper[i] = upper[i - 1]
            if not (lower[i] > lower[i - 1] or close[i - 1] < lower[i - 1]):
                lower[i] = lower[i - 1]
            if trend[i - 1] > 0:
                trend[i] = -1 if close[i] < lower[i] else 1
            else:
                trend[i] = 1 if close[i] > upper[i] else -1
        line[i] = lower[i] if trend[i] > 0 else upper[i]
    return line, trend


def vwap(bars):
    price, deviation = [], []
    typical = (bars.high + bars.low + bars.close) / 3
    for i in range(len(bars)):
        rows = (bars.session == bars.session[i]) & (bars.index <= i)
        weight, value = bars.volume[rows], typical[rows]
        mean = np.average(value, weights=weight)
        price.append(mean)
        deviation.append(np.sqrt(np.average((value - mean) ** 2, weights=weight)))
    return price, deviation


def opening_range(bars, minutes):
    upper, lower = np.full(len(bars), np.nan), np.full(len(bars), np.nan)
    for session, rows in bars.groupby("session"):
        start = rows[rows.minute < minutes]
        if len(start):
            after = rows.index[rows.minute >= minutes]
            upper[after], lower[after] = start.high.max(), start.low.min()
    return upper, lower


def change_in_usual_units(values, span, memory):
    change = np.log(values).diff(span)
    return change / np.sqrt((change**2).rolling(memory).mean())


def main():
    bars = pd.read_csv(HERE / "bars.csv")
    at = pd.to_datetime(bars.timestamp)
    bars["session"] = (at.dt.normalize() - at.dt.normalize()[0]).dt.days
    bars["minute"] = at.dt.hour * 60 + at.dt.minute

    random = np.random.default_rng(20241205)
    n = len(bars)
    bars["open_interest"] = np.round(80_000 * np.exp(np.cumsum(random.normal(0, 4e-4, n))))
    bars["implied_volatility"] = np.round(0.55 * np.exp(np.cumsum(random.normal(0, 0.01, n))), 6)

    out = bars.drop(columns="timestamp").copy()
    high, low, close, volume = (bars[c].to_numpy() for c in ("high", "low", "close", "volume"))
    out["sma_20"] = talib.SMA(close, 20)
    out["ema_12"] = talib.EMA(close, 12)
    out["macd_line"], out["macd_signal"], out["macd_histogram"] = talib.MACD(close, 12, 26, 9)
    out["rsi_14"] = talib.RSI(close, 14)
    out["bollinger_upper"], out["bollinger_middle"], out["bollinger_lower"] = talib.BBANDS(close, 20, 2, 2)
    out["true_range"] = talib.TRANGE(high, low, close)
    out["atr_14"] = talib.ATR(high, low, close, 14)
    out["adx_14"] = talib.ADX(high, low, close, 14)
    out["plus_di_14"] = talib.PLUS_DI(high, low, close, 14)
    out["minus_di_14"] = talib.MINUS_DI(high, low, close, 14)
    out["stochastic_k"], out["stochastic_d"] = talib.STOCH(high, low, close, 14, 3, 0, 3, 0)
    out["obv"] = talib.OBV(close, volume)
    out["donchian_upper"], out["donchian_lower"] = talib.MAX(high, 20), talib.MIN(low, 20)
    out["supertrend_line"], out["supertrend_trend"] = supertrend(high, low, close, 10, 3.0)
    out["vwap_price"], out["vwap_deviation"] = vwap(bars)
    out["opening_upper"], out["opening_lower"] = opening_range(bars, 15)
    out["build_up_price"] = change_in_usual_units(bars.close, 5, 60)
    out["build_up_interest"] = change_in_usual_units(bars.open_interest, 5, 60)
    iv = np.log(bars.implied_volatility)
    out["iv_deviations"] = (iv - iv.rolling(60).mean()) / iv.rolling(60).std(ddof=0)
    out.to_csv(HERE / "reference.csv", index=False, float_format="%.13g")


if __name__ == "__main__":
    main()
