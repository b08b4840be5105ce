// What the page can do beyond being read: filter and sort the changes, switch light and dark. It adds no text as HTML.
"use strict";

const $ = (id) => document.getElementById(id);
document.documentElement.classList.add("js");

// ---- light and dark: remembered as long as the page is open

const dark = matchMedia("(prefers-color-scheme: dark)");
const isDark = () => (document.documentElement.dataset.theme ?? (dark.matches ? "dark" : "light")) === "dark";
const nameTheme = () => { $("theme").textContent = isDark() ? "Light" : "Dark"; };
$("theme").hidden = false;
$("theme").addEventListener("click", () => {
  document.documentElement.dataset.theme = isDark() ? "light" : "dark";
  nameTheme();
});
dark.addEventListener("change", nameTheme);
nameTheme();

// ---- what is folded away is printed, too

const unfolded = [];
addEventListener("beforeprint", () => {
  for (const one of document.querySelectorAll("details:not([open])")) { one.open = true; unfolded.push(one); }
});
addEventListener("afterprint", () => { for (const one of unfolded.splice(0)) one.open = false; });

// ---- changes

const tables = [...document.querySelectorAll("table.changes")];
const changes = tables.flatMap((table, at) => [...table.tBodies].map((body, order) => ({ body, order, table: at, ...body.dataset })));
const words = (change) => (change.words ??= change.body.textContent.toLowerCase());

// A table that is laid out as cards is still a table.
for (const table of tables) {
  table.setAttribute("role", "table");
  for (const one of table.querySelectorAll("thead, tbody")) one.setAttribute("role", "rowgroup");
  for (const one of table.rows) {
    one.setAttribute("role", "row");
    for (const cell of one.cells) cell.setAttribute("role", cell.tagName === "TD" ? "cell" : cell.scope === "col" ? "columnheader" : "rowheader");
  }
}

const number = (count, word) => `${count.toLocaleString("en")} ${word}${count === 1 ? "" : "s"}`;

function filter() {
  const wanted = $("words").value.toLowerCase().split(/\s+/).filter(Boolean);
  const asked = ["kind", "harm", "step"].map((name) => [name, $(name).value]).filter(([, value]) => value);
  const shown = tables.map(() => 0);
  for (const change of changes) {
    const fits = asked.every(([name, value]) => change[name] === value || (value === "none" && name === "harm" && !change.harm));
    change.body.hidden = !(fits && wanted.every((word) => words(change).includes(word)));
    shown[change.table] += !change.body.hidden;
  }
  tables.forEach((table, at) => { table.nextElementSibling.hidden = shown[at] > 0; });
  const all = shown.reduce((sum, one) => sum + one, 0);
  $("count").textContent = wanted.length || asked.length ? `${all.toLocaleString("en")} of ${number(changes.length, "row")}` : number(changes.length, "row");
}

function offer(name, values) {
  for (const [value, text] of values) $(name).append(new Option(text, value));
}

const text = (change, selector) => change.body.querySelector(selector)?.textContent ?? "";
const collate = new Intl.Collator("en", { numeric: true }).compare;
const KEYS = [
  (change, table) => table.dataset.kinds.split("|").indexOf(change.kind),
  (change) => text(change, "th"),
  (change) => text(change, ".type"),
  (change) => change.step,
  (change, table) => { const at = table.dataset.harms.split("|").indexOf(change.harm); return at < 0 ? 99 : at; },
];

function sort(table, column, down) {
  const found = changes.filter((change) => tables[change.table] === table).map((change) => [KEYS[column](change, table), change]);
  const compare = typeof found[0][0] === "number" ? (a, b) => a - b : collate;
  found.sort(([a, one], [b, other]) => (down ? -1 : 1) * compare(a, b) || one.order - other.order);
  table.append(...found.map(([, change]) => change.body));
}

function sortable(table) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const one of heads) one.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      sort(table, column, down);
    });
    head.replaceChildren(button);
  });
}

if (changes.length) {
  const known = (name) => [...new Set(changes.map((change) => change[name]))].filter(Boolean);
  const inOrder = (name, list) => tables[0].dataset[list].split("|").filter((one) => known(name).includes(one)).map((one) => [one, one]);
  offer("kind", inOrder("kind", "kinds"));
  offer("harm", [...inOrder("harm", "harms"), ["none", "none known"]]);
  offer("step", known("step").sort(collate).map((one) => [one, one]));
  for (const name of ["words", "kind", "harm", "step"]) $(name).addEventListener("input", filter);
  tables.forEach(sortable);
  document.querySelector(".tools").hidden = false;
  filter();
  addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, select, textarea");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      $("words").focus();
    } else if (event.key === "Escape" && event.target === $("words")) {
      $("words").value = "";
      filter();
    }
  });
}
