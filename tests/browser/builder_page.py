"""What the tests of the builder's page do and look at."""

from playwright.sync_api import Locator, Page, expect

PASTE = """([input, text]) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  const init = { bubbles: true, cancelable: true, clipboardData };
  input.dispatchEvent(new ClipboardEvent("paste", init));
}"""
DROP = """([target, name, bytes]) => {
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([new Uint8Array(bytes)], name, { type: "application/pdf" }));
  for (const type of ["dragover", "drop"]) {
    const init = { bubbles: true, cancelable: true, dataTransfer };
    target.dispatchEvent(new DragEvent(type, init));
  }
}"""
# One key on the row at hand: milliseconds of the handler with the page laid out anew.
TIMED = """(init) => {
  const start = performance.now();
  document.activeElement.dispatchEvent(
    new KeyboardEvent("keydown", { bubbles: true, cancelable: true, ...init }),
  );
  document.querySelector("[data-tree]").getBoundingClientRect();
  return performance.now() - start;
}"""
TREE = """async (url) => {
  const { program } = await (await fetch(url)).json();
  return program.lessons.map((lesson) => [lesson.title, lesson.topics.map((topic) => topic.title)]);
}"""
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def open_builder(page: Page, address: str) -> None:
    """Open the builder and wait until it has saved whatever it had to."""
    page.goto(address)
    await_saved(page)


def await_saved(page: Page, *, seconds: int = 30) -> None:
    """Wait for the word that everything is saved."""
    expect(page.locator("[data-state]")).to_have_attribute(
        "data-kind", "good", timeout=seconds * 1000
    )


def stored_tree(page: Page, address: str) -> list[list]:
    """Return what the server has: titles of lessons, each with the titles of its topics."""
    await_saved(page)
    return page.evaluate(TREE, f"{address}tree")


def row_of(page: Page, title: str) -> Locator:
    """Return the row with this title."""
    text = page.locator(f'[data-field="title"]:text-is("{title}")')
    return page.locator("[data-row]").filter(has=text)


def focused_title(page: Page) -> str:
    """Return the title of the row that has the focus."""
    return page.evaluate("document.activeElement.querySelector('[data-field=title]')?.textContent")


def type_lines(page: Page, *titles: str) -> None:
    """Type titles, each ended by Enter, and leave the line."""
    for title in titles:
        page.keyboard.type(title)
        page.keyboard.press("Enter")
    page.keyboard.press("Escape")


def drag_row(page: Page, title: str, target: Locator, share: float) -> None:
    """Drag a row by its handle to a place in another row: share 0 is its top, 1 its bottom."""
    handle = row_of(page, title).locator("[data-handle]").bounding_box()
    box = target.bounding_box()
    page.mouse.move(handle["x"] + 8, handle["y"] + 12)
    page.mouse.down()
    page.mouse.move(handle["x"] + 20, handle["y"] + 20, steps=3)
    page.mouse.move(box["x"] + 120, box["y"] + box["height"] * share, steps=6)
    expect(page.locator(".b-line")).to_be_visible()
    page.wait_for_timeout(60)
    page.mouse.up()


def watched(page: Page) -> Page:
    """Remember script errors and refused resources of a page."""
    page.problems = []
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.on(
        "console",
        lambda message: page.problems.append(message.text) if message.type == "error" else None,
    )
    return page


def rename_row(page: Page, title: str, new: str) -> None:
    """Rename a row by the keyboard."""
    row_of(page, title).focus()
    page.keyboard.press("Enter")
    page.locator("[data-edit]").fill(new)
    page.keyboard.press("Enter")


def add_lessons(page: Page, count: int, *, topics: int, first: int = 0) -> None:
    """Add lessons `Урок 0` and so on, each with topics `Тема 0.0` and so on, by pasting.

    Those before `first` are there already.
    """
    for lesson in range(first, count):
        page.locator('.b-bar [data-act="addLesson"]').click()
        type_lines(page, f"Урок {lesson}")
        page.keyboard.press("Shift+N")
        lines = "\n".join(f"Тема {lesson}.{number}" for number in range(topics))
        page.evaluate(PASTE, [page.query_selector("[data-new-title]"), lines])
        page.keyboard.press("Escape")
    expect(page.locator('.b-node[data-kind="topic"]')).to_have_count(count * topics)
    # Each topic is an act of its own for the server.
    await_saved(page, seconds=120)


def acts_by_keyboard(page: Page, title: str) -> dict[str, float]:
    """Do each act by its key, from a topic of `Урок 1` on; return the milliseconds of each."""
    row_of(page, title).focus()
    spent = {}
    for name, init in {
        "move": {"key": "ArrowUp", "altKey": True},
        "into the next lesson": {"key": "ArrowRight", "altKey": True},
        "duplicate": {"key": "d", "code": "KeyD", "ctrlKey": True},
        "delete": {"key": "Delete"},
        "undo": {"key": "z", "code": "KeyZ", "ctrlKey": True},
        "rename": {"key": "F2"},
        "save a title": {"key": "Enter"},
        "new line": {"key": "n", "code": "KeyN"},
    }.items():
        spent[name] = page.evaluate(TIMED, init)
        if name == "rename":
            page.locator("[data-edit]").fill("Новое имя")
    page.locator("[data-new-title]").fill("Ещё тема")
    spent["add"] = page.evaluate(TIMED, {"key": "Enter"})
    await_saved(page)
    return spent
