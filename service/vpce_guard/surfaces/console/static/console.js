// Two things that HTML cannot do alone: read a file that is dropped or chosen, and lead the reader to what was found.
"use strict";

async function take(file, area) {
  area.value = await file.text();
  area.focus();
}

document.addEventListener("change", (event) => {
  const name = event.target.dataset?.fills;
  const file = event.target.files?.[0];
  const area = name && document.getElementById(name);
  if (file && area) take(file, area);
});

for (const kind of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    const area = event.target.closest?.("textarea[data-drop]");
    if (!area || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    area.classList.toggle("over", kind === "dragover");
    if (kind === "drop" && event.dataTransfer.files[0]) take(event.dataTransfer.files[0], area);
  });
}

document.addEventListener("htmx:after:swap", () => {
  const found = document.querySelector("[data-found]");
  if (found) {
    found.focus({ preventScroll: true });
    found.scrollIntoView({ block: "start" });
  }
});
