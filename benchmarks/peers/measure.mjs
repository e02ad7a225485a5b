// What every Node renderer is measured with, as measure.py does it for Python:
// `warm FOLDER` renders all articles in one process, `one FILE` prints one.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const EVERY = 100; // articles between two looks at the memory

export async function main(make) {
  const [mode, path] = process.argv.slice(2);
  const render = await make();
  if (mode === "one") return console.log(await render(readFileSync(path, "utf8")));
  const names = readdirSync(path).filter((name) => name.endsWith(".md")).sort();
  console.log(JSON.stringify(await warm(render, names.map((name) => readFileSync(join(path, name), "utf8")))));
}

// CPU seconds, HTML lengths in code points, the memory in MB after every hundred articles, and its peak.
async function warm(render, texts) {
  for (const text of texts.slice(0, 10)) await render(text);
  const lengths = [];
  const memory = [inMemory("VmRSS")];
  let cpu = 0;
  for (let at = 0; at < texts.length; at += EVERY) {
    const started = process.cpuUsage();
    const made = [];
    for (const text of texts.slice(at, at + EVERY)) made.push(await render(text));
    const used = process.cpuUsage(started);
    cpu += (used.user + used.system) / 1e6;
    lengths.push(...made.map((html) => [...html].length));
    memory.push(inMemory("VmRSS"));
  }
  return { cpu, lengths, memory, peak: inMemory("VmHWM") };
}

function inMemory(name) {
  const line = readFileSync("/proc/self/status", "utf8").split("\n").find((text) => text.startsWith(`${name}:`));
  return Number(line.split(/\s+/)[1]) / 1024;
}
