"use strict";
const table = document.getElementById("anomalies");
const body = table.tBodies[0];
const filters = document.getElementById("filters");
const rows = Array.from(body.rows);

function filter() {
  const wanted = new FormData(filters);
  const text = wanted.get("text").toLowerCase();
  const matches = (row, name) => !wanted.get(name) || row.dataset[name] === wanted.get(name);
  let shown = 0;
  for (const row of rows) {
    const fits = matches(row, "family") && matches(row, "truth") && row.textContent.toLowerCase().includes(text);
    row.hidden = !fits;
    shown += fits;
  }
  document.getElementById("shown").textContent = shown === rows.length ? "" : `${shown} of ${rows.length} shown`;
}

function key(row, column) {
  const cell = row.cells[column];
  return cell.dataset.v === undefined ? cell.textContent : Number(cell.dataset.v);
}

function sort(head) {
  const down = head.getAttribute("aria-sort") === "ascending";
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", down ? "descending" : "ascending");
  const column = head.cellIndex;
  const order = (a, b) => {
    const [x, y] = [key(a, column), key(b, column)];
    if (typeof x !== typeof y) return typeof x === "number" ? -1 : 1;
    const less = x < y ? -1 : x > y ? 1 : 0;
    return down ? -less : less;
  };
  body.append(...rows.sort(order));
}

filters.addEventListener("input", filter);
filters.addEventListener("submit", (event) => event.preventDefault());
for (const button of table.tHead.querySelectorAll("button")) {
  button.addEventListener("click", () => sort(button.closest("th")));
}
filter();
