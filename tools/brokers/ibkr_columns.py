"""What Interactive Brokers calls its columns, in XML attributes and in CSV headings alike."""

from __future__ import annotations

from collections.abc import Mapping

from tools.brokers.table import Table

POSITION = {
    "account": ("accountid", "clientaccountid"),
    "currency": ("currency", "currencyprimary"),
    "category": ("assetcategory", "asset category", "assetclass"),
    "symbol": ("symbol",),
    "name": ("description",),
    "shares": ("position", "quantity"),
    "price": ("markprice", "close price"),
    "basis": ("costbasismoney", "cost basis"),
    "value": ("positionvalue", "value"),
    "opened": ("opendatetime", "open"),
    "held_from": ("holdingperioddatetime",),
    "level": ("levelofdetail", "datadiscriminator"),
}
TRADE = {
    "account": ("accountid", "clientaccountid"),
    "currency": ("currency", "currencyprimary"),
    "category": ("assetcategory", "asset category", "assetclass"),
    "symbol": ("symbol",),
    "isin": ("isin",),
    "name": ("description",),
    "on": ("tradedate", "date/time", "datetime"),
    "shares": ("quantity",),
    "price": ("tradeprice", "t. price"),
    "fees": ("ibcommission", "comm/fee", "comm in usd"),
    "amount": ("netcash",),
    "proceeds": ("proceeds",),
    "money": ("trademoney",),
    "basis": ("cost", "costbasis", "basis"),
    "gain": ("fifopnlrealized", "realized p/l"),
    "side": ("buysell", "buy/sell"),
    "open_close": ("opencloseindicator", "open/closeindicator"),
    "codes": ("notes", "notes/codes", "code"),
    "opened": ("opendatetime",),
    "level": ("levelofdetail", "datadiscriminator"),
}
CASH = {
    "account": ("accountid", "clientaccountid"),
    "currency": ("currency", "currencyprimary"),
    "amount": ("endingcash", "total"),
    "what": ("currency summary",),
}
MOVE = {
    "account": ("accountid", "clientaccountid"),
    "currency": ("currency", "currencyprimary"),
    "symbol": ("symbol",),
    "on": ("datetime", "date/time", "date", "reportdate", "report date"),
    "kind": ("type",),
    "words": ("description", "actiondescription"),
    "direction": ("direction",),
    "shares": ("quantity", "qty"),
    "amount": ("amount", "proceeds"),
}


def table(columns: Mapping[str, tuple[str, ...]], *needed: str) -> Table:
    """Return a declaration whose rows the book keeps."""
    return Table(columns, frozenset(needed), lambda row: None)
