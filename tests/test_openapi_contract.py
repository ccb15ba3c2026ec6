"""The API contract: committed, complete, valid, served offline, and true of every answer."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
import yaml
from django.test import Client
from django.utils import translation
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from portal.docs import contract_yaml
from tests import recorded
from tests.recorded import EXAMPLES, ExampleRows, send

# On the other database test_client_contract.py sends the same requests.
pytestmark = pytest.mark.embedded

COMMITTED = Path(__file__).parents[1] / "docs" / "contracts" / "openapi.yaml"
CONTRACT: dict[str, Any] = yaml.safe_load(COMMITTED.read_text("utf-8"))
OPERATIONS = [
    pytest.param(path, method, operation, id=f"{method.upper()} {path}")
    for path, methods in CONTRACT["paths"].items()
    for method, operation in methods.items()
]


def _pointer(*parts: str) -> str:
    return "/".join(part.replace("~", "~0").replace("/", "~1") for part in parts)


def registry_of(contract: dict[str, Any]) -> Registry:
    """Return what resolves the references of a contract."""
    resource = Resource.from_contents(contract, default_specification=DRAFT202012)
    return Registry().with_resource("urn:contract", resource)


REGISTRY = registry_of(CONTRACT)


def errors_of(value: Any, *pointer: str, registry: Registry = REGISTRY) -> list[str]:
    """Return what of a value does not fit the schema at a place of the contract."""
    schema = {"$ref": f"urn:contract#/{_pointer(*pointer)}"}
    checker = Draft202012Validator.FORMAT_CHECKER
    validator = Draft202012Validator(schema, registry=registry, format_checker=checker)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]


def path_of(example: dict[str, Any]) -> str:
    """Return the contract's path of a recorded one: the names of its arguments differ."""
    wanted = re.sub(r"{\w+}", "{}", example["path"].rstrip("/"))
    found = [path for path in CONTRACT["paths"] if re.sub(r"{\w+}", "{}", path) == wanted]
    assert len(found) == 1, wanted
    return found[0]


def _name(example: dict[str, Any]) -> str:
    return f"{example['method']} {example['path']}"


def test_the_committed_contract_is_the_generated_one():
    assert COMMITTED.read_bytes() == contract_yaml(), "run `make openapi`"


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_contract_does_not_depend_on_the_language(language):
    with translation.override(language):
        schema = SchemaGenerator().get_schema(request=None, public=True)

    assert OpenApiYamlRenderer().render(schema, renderer_context={}) == COMMITTED.read_bytes()


def test_the_contract_is_valid_openapi_3_1():
    validate(CONTRACT)

    assert CONTRACT["openapi"].startswith("3.1")


def test_every_recorded_endpoint_is_described():
    recorded_ones = {(path_of(example), example["method"].lower()) for example in EXAMPLES}
    described = {
        (path, method) for path, methods in CONTRACT["paths"].items() for method in methods
    }

    assert recorded_ones <= described


@pytest.mark.parametrize("example", EXAMPLES, ids=_name)
def test_the_documented_examples_are_those_of_the_client(example):
    operation = CONTRACT["paths"][path_of(example)][example["method"].lower()]
    answer = operation["responses"][str(example["status"])]
    sent = operation.get("requestBody", {})

    for documented in _examples_of(answer):
        _assert_same(documented, example["response"])
    for documented in _examples_of(sent):
        _assert_same(documented, example["request"])
    for error in example.get("errors", []):
        for documented in _examples_of(operation["responses"][str(error["status"])]):
            text = error["response"]["error"]
            assert documented["error"].rstrip(".") == text.rstrip(".")


def _examples_of(body: dict[str, Any]) -> list[Any]:
    media = body.get("content", {}).get("application/json", {})
    return [example["value"] for example in media.get("examples", {}).values()]


def _assert_same(documented: Any, recorded_value: Any, where: str = "$") -> None:
    """Compare an example with the recorded one: the contract may know more keys, never fewer.

    It shows the first rows of a list, and addresses of its own.
    """
    if isinstance(recorded_value, dict):
        assert set(recorded_value) <= set(documented), where
        for key, value in recorded_value.items():
            _assert_same(documented[key], value, f"{where}.{key}")
    elif isinstance(recorded_value, list):
        assert len(documented) <= len(recorded_value), where
        assert bool(documented) == bool(recorded_value), where
        for index, value in enumerate(documented):
            _assert_same(value, recorded_value[index], f"{where}[{index}]")
    elif str(recorded_value).startswith("http"):
        assert documented.startswith("/"), where
    else:
        assert documented == recorded_value, where


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS)
def test_an_operation_says_everything(path, method, operation):
    assert operation["summary"]
    assert operation["description"]
    assert operation["tags"][0] in {tag["name"] for tag in CONTRACT["tags"]}
    assert operation["security"]
    assert _has_an_example(operation)
    errors = {s: r for s, r in operation["responses"].items() if s >= "400"}
    assert errors or path == "/health"
    for status, response in errors.items():
        schema = response["content"]["application/json"]["schema"]["$ref"]
        expected = "AbsentResponse" if (path, status) == ("/files/exists", "404") else "Error"
        assert schema == f"#/components/schemas/{expected}"


def _has_an_example(operation: dict[str, Any]) -> bool:
    contents = [response.get("content", {}) for response in operation["responses"].values()]
    contents.append(operation.get("requestBody", {}).get("content", {}))
    named = any("examples" in media for content in contents for media in content.values())
    return named or any("example" in row for row in operation.get("parameters", []))


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS)
def test_the_examples_fit_their_schemas(path, method, operation):
    bodies = [("requestBody", operation.get("requestBody", {}))]
    bodies += [(f"responses/{status}", row) for status, row in operation["responses"].items()]

    for place, body in bodies:
        for kind, media in body.get("content", {}).items():
            for example in media.get("examples", {}).values():
                where = ("paths", path, method, *place.split("/"), "content", kind, "schema")
                assert errors_of(example["value"], *where) == []


@pytest.fixture
def example_rows(db: None) -> ExampleRows:
    """Store the rows of the examples."""
    return recorded.build()


@pytest.mark.django_db
@pytest.mark.parametrize("example", EXAMPLES, ids=_name)
def test_the_answer_to_a_stranger_without_a_body_fits_the_contract(example_rows, example):
    _assert_described(example, send(Client(), example, body=b""))


def _assert_described(example: dict[str, Any], response: Any) -> None:
    path, method = path_of(example), example["method"].lower()
    responses = CONTRACT["paths"][path][method]["responses"]
    status = str(response.status_code)
    assert status in responses, response.content
    content = responses[status]["content"]
    kind = response["Content-Type"].partition(";")[0]
    if kind not in content:
        assert "*/*" in content
        return
    where = ("paths", path, method, "responses", status, "content", kind, "schema")
    assert errors_of(response.json(), *where) == []


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["/docs", "/docs/", "/api/docs", "/api/docs/"])
def test_the_docs_load_everything_from_the_portal(page):
    response = Client().get(page)
    html = response.content.decode()

    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/html")
    script = Client().get(urljoin(page, "?script=")).content.decode()
    assert set(re.findall(r"(?:src|href)=\"(.{1,9})", html)) == {"/static/d", '?script="'}
    assert not re.findall(r"https?://", html + script)
    address = re.search(r'"((?:\.\./)?openapi\.yaml)"', script)
    assert address
    contract = Client().get(urljoin(page, address[1]))
    assert contract.status_code == 200
    assert contract["Content-Type"] == "application/yaml"
    assert contract.content == COMMITTED.read_bytes()
