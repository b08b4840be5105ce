"""How is money written?"""

from __future__ import annotations

from decimal import Decimal


def usd(amount: Decimal | float) -> str:
    """$250,000 or $12.50"""
    exact = Decimal(str(amount)).quantize(Decimal("0.01"))
    return f"${exact:,.0f}" if exact == exact.to_integral_value() else f"${exact:,.2f}"
