// Two families answer one query side by side; a click on an image tells what it is and why.
// `BESIDE`, which the page loads before this: systems, queries, and the images that they show.
const byId = (id) => document.getElementById(id);
const words = (texts) => new Set(texts.join(" ").toLowerCase().match(/[a-z]{4,}/g));

function fill(select, names, chosen) {
  names.forEach((name, i) => select.add(new Option(name, i, i === chosen, i === chosen)));
  select.addEventListener("change", show);
}

function show() {
  const query = BESIDE.queries[byId("asked").value];
  byId("query").replaceChildren(...query.texts.map((text) => {
    const line = document.createElement("li");
    line.textContent = text;
    return line;
  }));
  byId("about").textContent = "Click on an image.";
  ["left", "right"].forEach((side) => {
    const system = byId(side).value;
    byId(`${side}-place`).textContent = `The true image is at rank ${query.place[system]}.`;
    byId(`${side}-tiles`).replaceChildren(...query.best[system].map(([image, score], i) => {
      const tile = document.createElement("button");
      const isTrue = image === query.truth;
      tile.className = isTrue ? "tile true" : "tile";
      tile.innerHTML = `<img class="dark-light" src="beside/${image}.webp" alt="" loading="lazy">`;
      tile.append(`${isTrue ? "✓ " : ""}${i + 1} · ${score.toFixed(3)}`);
      tile.firstChild.alt = BESIDE.texts[image][0];
      tile.addEventListener("click", () => about(tile, query, image));
      return tile;
    }));
  });
}

function about(tile, query, image) {
  document.querySelectorAll(".tile.chosen").forEach((old) => old.classList.remove("chosen"));
  tile.classList.add("chosen");
  const own = words(BESIDE.texts[image]);
  const shared = [...words(query.texts)].filter((word) => own.has(word));
  const ranks = BESIDE.systems.map((name, i) => `${name}: ${query.ranks[image][i]}`);
  const lines = [
    image === query.truth ? "This is the image that the query describes." : "Another image.",
    `People wrote of it: ${BESIDE.texts[image].join(" ")}`,
    `Words that it shares with the query: ${shared.join(", ") || "none"}.`,
    `Its rank for this query: ${ranks.join("; ")}.`,
  ];
  byId("about").replaceChildren(...lines.map((text) => {
    const line = document.createElement("p");
    line.textContent = text;
    return line;
  }));
}

fill(byId("asked"), BESIDE.queries.map((query) => query.texts[0]), 0);
["left", "right"].forEach((side, i) => {
  fill(byId(side), BESIDE.systems, i * (BESIDE.systems.length - 1));
});
show();
