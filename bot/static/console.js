// Comfort only: every page works without this file.
"use strict";

const MB = 1024 * 1024;
const sized = (bytes) => (bytes < MB ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / MB).toFixed(1)} MB`);

// what was chosen, and that it is too large before it is sent
for (const input of document.querySelectorAll("input[type=file]")) {
  const told = input.form.querySelector(`[data-chosen="${input.name}"]`);
  const limit = Number(input.form.dataset.limit) * MB;
  const tell = () => {
    const files = [...input.files];
    const size = files.reduce((sum, file) => sum + file.size, 0);
    const name = files.length === 1 ? files[0].name : `${files.length} 个文件`;
    const large = size > limit;
    told.textContent = files.length ? `已选 ${name}，${sized(size)}${large ? "，太大了，交不上来" : ""}` : "";
    told.classList.toggle("bad", large);
    input.setCustomValidity(large ? `太大了，一次最多 ${input.form.dataset.limit} MB。` : "");
    if (files.length && input.name !== "cover") clear(input.name === "file" ? "folder" : "file");
  };
  input.addEventListener("change", tell);
  if (input.files.length) tell(); // chosen before this script was here, or kept by the browser
}

// a file and a folder exclude each other
function clear(name) {
  const other = document.querySelector(`input[name="${name}"]`);
  if (other?.value) {
    other.value = "";
    other.dispatchEvent(new Event("change"));
  }
}

for (const place of document.querySelectorAll("[data-drop]")) {
  const input = place.querySelector("input[type=file]");
  place.addEventListener("dragover", (event) => {
    event.preventDefault();
    place.classList.add("over");
  });
  place.addEventListener("dragleave", () => place.classList.remove("over"));
  place.addEventListener("drop", (event) => {
    event.preventDefault();
    place.classList.remove("over");
    if (event.dataTransfer.files.length === 1) {
      input.files = event.dataTransfer.files;
      input.dispatchEvent(new Event("change"));
    }
  });
}

// a press is enough: a second one would hand in twice
for (const form of document.querySelectorAll("form")) {
  form.addEventListener("submit", () => {
    const buttons = [...form.querySelectorAll("button:not([type=button])")];
    const close = (closed) => buttons.forEach((button) => (button.disabled = closed));
    setTimeout(() => close(true));
    addEventListener("pageshow", () => close(false), { once: true });
  });
}

// pictures mostly come from one hand
for (const button of document.querySelectorAll("[data-same]")) {
  const rows = [...button.form.querySelectorAll("fieldset.picture")];
  button.hidden = rows.length < 2;
  button.addEventListener("click", () => {
    const first = [...rows[0].querySelectorAll(".field input")];
    for (const row of rows.slice(1)) {
      row.querySelectorAll(".field input").forEach((input, place) => (input.value ||= first[place].value));
    }
  });
}
