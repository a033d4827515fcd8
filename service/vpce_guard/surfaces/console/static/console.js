// What HTML cannot do alone: read a file that is dropped or chosen, lead the reader to what was found, and put an editor in
// the place of a text area that asks for one.
"use strict";

async function take(file, area) {
  area.value = await file.text();
  area.focus();
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("change", (event) => {
  const name = event.target.dataset?.fills;
  const file = event.target.files?.[0];
  const area = name && document.getElementById(name);
  if (file && area) take(file, area);
});

for (const kind of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    const place = event.target.closest?.("[data-drop]");
    if (!place || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    place.classList.toggle("over", kind === "dragover");
    const [file] = event.dataTransfer.files;
    if (kind === "drop" && file) take(file, document.getElementById(place.dataset.drop));
  });
}

let isEditing = false;

// The editor is loaded when its text area is used for the first time; from then on each page that is swapped in has it.
async function edit() {
  const area = document.querySelector("textarea[data-editor]");
  if (!area || !("adoptedStyleSheets" in document)) return;
  isEditing = true;
  const { mount } = await import(area.dataset.editor);
  await mount(area, area.dataset.codemirror);
}

document.addEventListener("focusin", (event) => {
  if (event.target.matches("textarea[data-editor]")) edit();
});

document.addEventListener("htmx:after:swap", () => {
  if (isEditing) edit();
  const found = document.querySelector("[data-found]");
  if (found) {
    found.focus({ preventScroll: true });
    found.scrollIntoView({ block: "start" });
  }
});
