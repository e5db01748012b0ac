"""The roster of a group case as CSV: read whole, or refused with the line and the column of every mistake."""

import csv
import io
import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from identity import id_number

MOST_PEOPLE = 2000
COLUMNS: dict[str, tuple[str, ...]] = {
    "name": ("姓名", "name"),
    "id_number": ("身份证号", "公民身份号码", "身份证号码", "id_number"),
    "phone": ("电话", "联系电话", "手机", "phone"),
    "amount_fen": ("金额", "请求金额", "金额（元）", "金额(元)", "amount"),
    "consent": ("同意", "consent"),
    "representative": ("代表", "代表人", "representative"),
}
_YES = {"是", "同意", "√", "✓", "1", "yes", "y", "true"}
_NO = {"", "否", "不同意", "×", "0", "no", "n", "false"}
_PLAIN = re.compile(r"[^\x00-\x1f\x7f\u2028-\u202e\u2066-\u2069]*")
_WORDS = {
    "empty": ("没有数据行", "there are no rows"),
    "no_name_column": ("第一行须有“姓名”一列", "the first line needs a column `name`"),
    "unknown_column": ("不认识的列", "unknown column"),
    "column_twice": ("列名重复", "a column is there twice"),
    "too_many_cells": ("单元格比列多", "more cells than columns"),
    "too_many_people": (f"最多 {MOST_PEOPLE} 人", f"{MOST_PEOPLE} people at most"),
    "name_missing": ("缺姓名", "the name is missing"),
    "name_wrong": ("姓名过长或者含有不可见字符", "the name is too long or has invisible characters"),
    "id_number_wrong": ("身份证号不正确", "the identity number is not valid"),
    "id_number_twice": ("身份证号与前面的行重复", "the identity number is there twice"),
    "phone_wrong": ("电话不正确", "the phone number is not valid"),
    "amount_wrong": (
        "金额须为不小于 0 的数，最多两位小数",
        "the amount must be a number with two decimals at most",
    ),
    "yes_or_no": ("请填“是”或者“否”", "yes or no is needed"),
    "unreadable": ("不是 CSV 格式", "this is not CSV"),
}


class RosterProblem(msgspec.Struct, frozen=True):
    """What is wrong where: line and column count from 1 as a table program shows them; column 0: the line."""

    line: int
    column: int
    heading: str
    word: str
    zh: str
    en: str


def read_roster(text: str, today: date) -> tuple[list[dict[str, Any]], list[RosterProblem]]:
    """The people, or what is wrong; amounts in fen."""
    try:
        lines = [
            (number, cells)
            for number, cells in enumerate(
                csv.reader(io.StringIO(text.lstrip("\ufeff")), strict=True), start=1
            )
            if any(cell.strip() for cell in cells)
        ]
    except csv.Error:
        return [], [_problem(1, 0, "", "unreadable")]
    if not lines:
        return [], [_problem(1, 0, "", "empty")]
    head, *rows = lines
    fields, problems = _headings(*head)
    if problems:
        return [], problems
    if not rows or len(rows) > MOST_PEOPLE:
        return [], [_problem(1, 0, "", "empty" if not rows else "too_many_people")]
    people, seen = [], set()
    for number, cells in rows:
        person, found = _person(number, cells, fields, head[1], today)
        given = person.get("id_number", "")
        if given and given in seen:
            found.append(_at(number, fields, head[1], "id_number", "id_number_twice"))
        seen.add(given)
        people.append(person)
        problems += found
    return ([], problems) if problems else (people, [])


def _headings(line: int, cells: list[str]) -> tuple[list[str], list[RosterProblem]]:
    known = {name.lower(): field for field, names in COLUMNS.items() for name in names}
    fields: list[str] = []
    problems: list[RosterProblem] = []
    for column, cell in enumerate(cells, start=1):
        field = known.get(cell.strip().lower(), "")
        if not field:
            problems.append(_problem(line, column, cell.strip()[:40], "unknown_column"))
        elif field in fields:
            problems.append(_problem(line, column, cell.strip(), "column_twice"))
        fields.append(field)
    if "name" not in fields:
        problems.append(_problem(line, 0, "", "no_name_column"))
    return fields, problems


def _person(
    line: int, cells: list[str], fields: list[str], heads: list[str], today: date
) -> tuple[dict[str, Any], list[RosterProblem]]:
    if len(cells) > len(fields):
        return {}, [_problem(line, len(fields) + 1, "", "too_many_cells")]
    given = dict(zip(fields, (cell.strip() for cell in cells), strict=False))
    person: dict[str, Any] = {}
    words: dict[str, str] = {}
    for field in fields:
        value, word = _READERS[field](given.get(field, ""), today)
        person[field] = value
        if word:
            words[field] = word
    return person, [_at(line, fields, heads, field, word) for field, word in words.items()]


def _name(text: str, _: date) -> tuple[str, str]:
    if not text:
        return "", "name_missing"
    return text, "" if len(text) <= 100 and _PLAIN.fullmatch(text) else "name_wrong"


def _number(text: str, today: date) -> tuple[str, str]:
    number = id_number.normalise(text)
    return number, "" if not number or id_number.is_valid(number, today) else "id_number_wrong"


def _phone(text: str, _: date) -> tuple[str, str]:
    return text, "" if re.fullmatch(r"[0-9+() -]{0,30}", text) else "phone_wrong"


def _amount(text: str, _: date) -> tuple[int | None, str]:
    plain = (
        text.replace(",", "")
        .replace("，", "")
        .removeprefix("¥")
        .removeprefix("￥")
        .removesuffix("元")
        .strip()
    )
    if not plain:
        return None, ""
    try:
        fen = Decimal(plain) * 100
    except InvalidOperation:
        return None, "amount_wrong"
    if not fen.is_finite() or fen < 0 or fen > 10**14 or fen != fen.to_integral_value():
        return None, "amount_wrong"
    return int(fen), ""


def _yes(text: str, _: date) -> tuple[bool, str]:
    plain = text.lower()
    return plain in _YES, "" if plain in _YES | _NO else "yes_or_no"


_READERS: dict[str, Any] = {
    "name": _name,
    "id_number": _number,
    "phone": _phone,
    "amount_fen": _amount,
    "consent": _yes,
    "representative": _yes,
}


def _at(line: int, fields: list[str], heads: list[str], field: str, word: str) -> RosterProblem:
    column = fields.index(field)
    return _problem(line, column + 1, heads[column].strip(), word)


def _problem(line: int, column: int, heading: str, word: str) -> RosterProblem:
    return RosterProblem(line, column, heading, word, *_WORDS[word])
