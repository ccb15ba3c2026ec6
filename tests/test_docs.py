"""Documents that are generated are current."""

import importlib.util
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_the_data_model_page_shows_the_models_as_they_are():
    path = ROOT / "scripts" / "data_model.py"
    spec = importlib.util.spec_from_file_location("data_model", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    page = module.PAGE.read_text("utf-8")

    assert module.render(page) == page
