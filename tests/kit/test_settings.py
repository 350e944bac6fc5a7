"""Options of an API of one's own, which `set` gives, and the choice of a fake's APIs."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import pytest

from fakesources import FakeSources, options
from fakesources.apis.registry import load
from fakesources.core.contract.settings import Settings
from fakesources.core.text.options import option, parse_integer
from fakesources.kit import Api


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopSettings(Settings):
    page_size: int = option(20, "rows of a page", "NUMBER", parse_integer)
    greeting: str = option("hello", "text of a greeting", "TEXT", str)


def shop(name: str = "shop") -> Api:
    """Return an API with options of its own."""
    api = Api(name, host=f"{name}.example", settings=ShopSettings())

    @api.get("/options", responses={200: dict[str, Any]})
    def show(call: Any) -> Any:
        """Show nothing."""
        return {}

    return api


def settings(given: Any) -> Any:
    return FakeSources(apis=[shop()], set=given).services["shop"].settings


@pytest.mark.parametrize(
    ("given", "page_size", "greeting"),
    [
        (None, 20, "hello"),
        ({"shop.page_size": 5}, 5, "hello"),
        ({"shop.page_size": "7", "shop.greeting": "7"}, 7, "7"),
    ],
    ids=["the defaults", "a value", "texts"],
)
def test_an_option_is_set_by_a_value_or_by_a_text(given: Any, page_size: int, greeting: str) -> None:
    found = settings(given)

    assert (found.page_size, found.greeting) == (page_size, greeting)


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"shpo.page_size": 5}, "set: expected options of shop, got 'shpo.page_size'; did you mean 'shop'?"),
        ({"shop.page_siez": 5}, "set: expected an option of shop, got 'page_siez'; did you mean 'page_size'?"),
        ({"shop.colour": 5}, "set: expected an option of shop, got 'colour'"),
        ({"shop.page_size": "many"}, "set: shop.page_size: expected an integer, got 'many'"),
        ({"shop.page_size": 1.5}, "set: shop.page_size: expected an integer, got 1.5"),
        ({"shop.edition": "2"}, "shop: expected an edition"),
    ],
)
def test_an_option_that_does_not_exist_is_an_error(given: Any, text: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011  # the text is compared below
        settings(given)

    assert str(caught.value).startswith(text)


def test_options_of_the_built_in_apis_are_their_own() -> None:
    with pytest.raises(ValueError, match=r"^set: expected options of none"):
        FakeSources(set={"curator.manual_posts": True})


@pytest.mark.parametrize(
    ("text", "found"), [("shop.a=1", {"shop.a": "1"}), ("shop.a=1, shop.b = x=y ", {"shop.a": "1", "shop.b": "x=y"})]
)
def test_options_are_read_from_a_text(text: str, found: Any) -> None:
    assert options.ALL["set"].read(text) == found


@pytest.mark.parametrize("text", ["shop.a", "shop=1", ".a=1", "shop.=1", "=1"])
def test_a_text_of_no_option_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"expected API\.OPTION=VALUE"):
        options.ALL["set"].read(text)


def test_a_fake_has_at_least_one_api() -> None:
    with pytest.raises(ValueError, match=r"^apis: expected at least one API, got none$"):
        FakeSources(apis=[])


def test_apis_have_different_names() -> None:
    with pytest.raises(ValueError, match=r"^apis: expected APIs of different names, got two named 'shop'$"):
        FakeSources(apis=[shop(), shop()])


def test_an_installed_api_has_the_name_of_its_entry_point(monkeypatch: pytest.MonkeyPatch) -> None:
    module: Any = ModuleType("a_shop_of_the_tests")
    module.SHOP = shop("bazaar")
    monkeypatch.setitem(sys.modules, module.__name__, module)

    with pytest.raises(ValueError, match=r"^apis: expected an Api named 'shop' at '.*', got one named 'bazaar'$"):
        load("a_shop_of_the_tests:SHOP", "shop")
