/* The lists of a station: their rows move by Alt with the arrow keys, photos show themselves folded. */

const HANDLE = "[data-st-handle]";

/** Make the handles of stored rows reachable by the keyboard; unfold drags them by the mouse. */
function prepare(group) {
  const words = group.querySelector("[data-st-words]")?.dataset;
  if (!words) return;
  for (const handle of group.querySelectorAll("[x-sort\\:handle]")) {
    handle.dataset.stHandle = "";
    handle.tabIndex = 0;
    handle.setAttribute("role", "button");
    handle.setAttribute("aria-label", words.stMove);
    handle.title = words.stMove;
  }
  group.addEventListener("keydown", (event) => onKey(event, group, words));
}

function onKey(event, group, words) {
  const direction = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (!direction || !event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const handle = event.target.closest(HANDLE);
  if (!handle) return;
  event.preventDefault();
  const row = handle.closest(".form-group.original");
  const neighbour = direction < 0 ? row.previousElementSibling : row.nextElementSibling;
  if (!neighbour?.matches(".form-group.original")) return;
  // The neighbour is moved, because an element that is moved loses the focus.
  if (direction < 0) row.after(neighbour);
  else row.before(neighbour);
  const rows = number(row.parentElement);
  row.scrollIntoView({ block: "nearest" });
  const place = rows.indexOf(row) + 1;
  announce(group, words.stMoved.replace("{place}", place).replace("{total}", rows.length));
}

/** Write the places of the stored rows of one list into their fields; return the rows. */
function number(list) {
  const field = list.closest("[data-ordering-field]").dataset.orderingField;
  const rows = [...list.children].filter((row) => row.matches(".form-group.original"));
  rows.forEach((row, place) => {
    // The first one is the row's own: those of a list inside come behind it.
    const input = row.querySelector(`input[name$="-${field}"]`);
    input.value = place;
    for (const type of ["input", "change"]) {
      input.dispatchEvent(new Event(type, { bubbles: true }));
    }
  });
  return rows;
}

function announce(group, text) {
  let place = group.querySelector(".st-announce");
  if (!place) {
    place = document.createElement("p");
    place.className = "st-announce";
    place.setAttribute("aria-live", "polite");
    group.append(place);
  }
  place.textContent = text;
}

/** Show the picture of each folded row in its heading. */
function showThumbnails(group) {
  for (const row of group.querySelectorAll(".form-group.original")) {
    const picture = row.querySelector("[data-thumbnail] img, .direct-upload img");
    const title = row.querySelector("h3 strong");
    if (!picture?.getAttribute("src") || !title) continue;
    const small = document.createElement("img");
    small.className = "st-thumb";
    small.alt = "";
    small.loading = "lazy";
    small.width = 48;
    small.height = 36;
    small.src = picture.getAttribute("src");
    title.before(small);
  }
}

function start() {
  for (const group of document.querySelectorAll("[data-inline-type]")) prepare(group);
  const photos = document.getElementById("photos-group");
  if (photos) showThumbnails(photos);
}

start();
