"""The OpenAPI document: complete, and a sound OpenAPI 3.1 document."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from room_server import api
from room_server.api.openapi import document
from tests.support.desk_server import desk_server

DOCUMENT: dict[str, Any] = json.loads(json.dumps(document(api.ROUTES)))


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


async def test_every_route_of_the_application_is_in_the_document(tmp_path: Path) -> None:
    async with desk_server(tmp_path) as server:
        registered = {
            (route.method.lower(), resource.canonical)
            for resource in server.client.server.app.router.resources()  # type: ignore[attr-defined]
            for route in resource
            if resource.canonical.startswith("/api/") and route.method != "HEAD"
        }
        told = (await server.anonymous().get("/api/openapi.json")).json
    assert registered
    assert registered == {(method, path) for path, method, _ in operations() if path.startswith("/api/")}
    assert told == DOCUMENT


def test_it_is_an_openapi_3_1_document() -> None:
    assert re.fullmatch(r"3\.1\.\d+", DOCUMENT["openapi"])
    assert {"title", "version"} <= set(DOCUMENT["info"])
    assert set(DOCUMENT) <= {"openapi", "info", "paths", "webhooks", "components"}
    for path, method, operation in operations():
        assert path.startswith("/")
        assert method in {"get", "post", "put", "patch", "delete"}
        assert operation["responses"], path
        for status, response in operation["responses"].items():
            assert re.fullmatch(r"[1-5]\d\d", status)
            assert response["description"]


def test_every_reference_leads_somewhere() -> None:
    found = set(references(DOCUMENT))
    assert found
    for reference in found:
        assert reference.startswith("#/components/schemas/")
        assert reference.rsplit("/", 1)[1] in DOCUMENT["components"]["schemas"], reference


def test_every_schema_is_used_and_has_a_type() -> None:
    names = {reference.rsplit("/", 1)[1] for reference in references(DOCUMENT)}
    assert names == set(DOCUMENT["components"]["schemas"])
    for schema in DOCUMENT["components"]["schemas"].values():
        assert "type" in schema or "enum" in schema or "anyOf" in schema


def test_operation_ids_are_unique_names() -> None:
    identifiers = [operation["operationId"] for _, _, operation in operations()]
    assert len(set(identifiers)) == len(identifiers)
    assert all(re.fullmatch(r"[a-z]+[A-Za-z]*", identifier) for identifier in identifiers)


def test_path_parameters_are_those_of_the_path() -> None:
    for path, _, operation in operations():
        declared = {p["name"] for p in operation["parameters"] if p["in"] == "path"}
        assert declared == set(re.findall(r"{(\w+)}", path))
        assert all(p["required"] for p in operation["parameters"] if p["in"] == "path")


def test_security_is_declared_and_known() -> None:
    schemes = set(DOCUMENT["components"]["securitySchemes"])
    by_path = {(method, path): operation["security"] for path, method, operation in operations()}
    assert {name for security in by_path.values() for need in security for name in need} == schemes
    assert by_path["post", "/api/login"] == []
    assert by_path["get", "/api/sittings/{sitting}/journal"] == [{"staff": []}]
    assert by_path["get", "/api/sittings/{sitting}/minutes"] == [{"staff": []}, {"ticket": []}]


def test_changing_calls_of_staff_need_the_csrf_header() -> None:
    for path, method, operation in operations():
        names = {p["name"] for p in operation["parameters"]}
        changing = method != "get" and {"staff": []} in operation["security"]
        assert ("X-CSRF" in names) is bool(changing), path


async def test_the_page_for_people_needs_nothing_from_elsewhere(tmp_path: Path) -> None:
    async with desk_server(tmp_path) as server:
        page = await server.anonymous().get("/api/docs")
        style = await server.anonymous().get("/api/docs.css")
    text = page.body.decode()
    assert page.headers["Content-Type"].startswith("text/html")
    assert style.headers["Content-Type"].startswith("text/css")
    assert not re.search(r"<script|style=|https?://|<style", text)
    for route in api.ROUTES:
        assert f"{route.method} {route.path}" in text


@pytest.mark.parametrize("name", ["HearingView", "MinutesLine", "Refusal", "Entry"])
def test_the_shapes_of_the_contract_are_described(name: str) -> None:
    assert DOCUMENT["components"]["schemas"][name]["properties"]
