/* The preview of an article: dark colours, copying, and renewing itself when the file is saved. */
"use strict";

(() => {
  const PAGE = [25, 25, 25];  // WeChat's dark page, #191919
  const INK = [25, 25, 25];  // the letters of its light page
  const READABLE = 4.5;  // WCAG's contrast for text
  const EVERY = 1000;  // milliseconds between two looks at the file

  // Colours ------------------------------------------------------------------------------------------------------

  function rgb(text) {  // "rgb(1, 2, 3)", as browsers write every opaque colour; null for a transparent one
    const parts = (text.match(/[\d.]+/g) || []).map(Number);
    return text.startsWith("rgb") && parts.length >= 3 && (parts.length < 4 || parts[3] > 0.05) ? parts.slice(0, 3) : null;
  }

  function css(colour) {
    return `rgb(${colour.map(Math.round).join(", ")})`;
  }

  function luminance(colour) {
    const [r, g, b] = colour.map((part) => part / 255).map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }

  function contrast(one, other) {
    const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  }

  function hsl(colour) {
    const [r, g, b] = colour.map((part) => part / 255);
    const most = Math.max(r, g, b), least = Math.min(r, g, b), span = most - least, light = (most + least) / 2;
    if (!span) return [0, 0, light];
    const hue = most === r ? ((g - b) / span + 6) % 6 : most === g ? (b - r) / span + 2 : (r - g) / span + 4;
    return [hue * 60, span / (1 - Math.abs(2 * light - 1)), light];
  }

  function withLight(colour, light, fade = 1) {  // the same hue; fade: how much of the saturation stays
    const [hue, saturation] = hsl(colour), reach = fade * saturation * Math.min(light, 1 - light);
    return [0, 8, 4].map((turn) => {
      const place = (turn + hue / 30) % 12;
      return 255 * (light - reach * Math.max(-1, Math.min(place - 3, 9 - place, 1)));
    });
  }

  function darkGround(colour) {  // white becomes the page, pale a little lighter than it, what is dark stays
    const light = hsl(colour)[2];
    return withLight(colour, Math.min(light, 0.098 + (1 - light) * 0.9, 0.45), light > 0.85 ? 0.5 : 1);
  }

  function darkText(colour, ground) {  // lightness inverted where that reads better, and lifted until it can be read
    const inverted = withLight(colour, 1 - hsl(colour)[2]);
    let found = contrast(inverted, ground) > contrast(colour, ground) ? inverted : colour;
    const step = luminance(ground) < 0.18 ? 0.02 : -0.02;
    for (let light = hsl(found)[2]; contrast(found, ground) < READABLE && light > 0 && light < 1; light += step) {
      found = withLight(found, Math.min(1, Math.max(0, light + step)));
    }
    return found;
  }

  function told(style, computed, name) {  // an own colour of an element's style; one that it inherits is not its own
    return style[name] && !/inherit|currentcolor/i.test(style[name]) ? rgb(computed[name]) : null;
  }

  function darken(element, ground, text, kept) {  // ground: the dark colour behind; text: the colour on the light page
    const { style } = element, computed = element.ownerDocument.defaultView.getComputedStyle(element);
    const own = told(style, computed, "backgroundColor"), colour = told(style, computed, "color");
    const edges = ["Top", "Right", "Bottom", "Left"].map((side) => `border${side}Color`);
    const lines = edges.map((name) => [name, told(style, computed, name)]).filter(([, edge]) => edge);
    if (own || colour || lines.length) kept.set(element, element.getAttribute("style"));
    if (own) style.backgroundColor = css((ground = darkGround(own)));
    for (const [name, edge] of lines) style[name] = css(darkGround(edge));
    text = colour || text;
    if (own || colour) style.color = css(darkText(text, ground));
    for (const child of element.children) darken(child, ground, text, kept);
  }

  function parsed(html) {
    return new DOMParser().parseFromString(html, "text/html");
  }

  // One preview ----------------------------------------------------------------------------------------------------

  function start(root) {
    const frame = root.querySelector(".wxp-frame");
    const kept = new Map();  // element → its style before it was darkened
    let source = frame.srcdoc;
    const page = () => frame.contentDocument;
    const article = () => page()?.getElementById("article");

    function light() {
      for (const [element, style] of kept) element.setAttribute("style", style);
      kept.clear();
    }

    function paint() {
      if (!article()) return;
      const dark = root.dataset.mode === "dark";
      light();
      page().documentElement.classList.toggle("dark", dark);
      if (dark) darken(article(), PAGE, INK, kept);
      fit();
    }

    function fit() {  // without the frame of a phone the page scrolls, not the article in it
      const framed = getComputedStyle(root.querySelector(".wxp-head")).display !== "none";
      frame.style.height = framed || !article() ? "" : `${page().documentElement.offsetHeight}px`;
    }

    function mode(wanted) {
      root.dataset.mode = wanted;
      for (const button of root.querySelectorAll("[data-mode]")) button.setAttribute("aria-pressed", String(button.dataset.mode === wanted));
      paint();
    }

    function original() {  // as it goes out, whatever is shown just now
      return parsed(source).getElementById("article").innerHTML;
    }

    root.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      if (button.dataset.mode) mode(button.dataset.mode);
      else if (button.dataset.copy !== undefined) answered(button, copy(button.dataset.copy));
      else if (button.dataset.copyArticle !== undefined) answered(button, copy(article().innerText, original()));
    });
    frame.addEventListener("load", paint);
    new ResizeObserver(fit).observe(root);
    if (article()) paint();

    function renew(fresh) {
      for (const part of root.querySelectorAll("[data-part]")) {
        part.innerHTML = fresh.querySelector(`[data-part="${part.dataset.part}"]`).innerHTML;
      }
      source = fresh.querySelector(".wxp-frame").getAttribute("srcdoc");
      kept.clear();
      page().body.innerHTML = parsed(source).body.innerHTML;  // in its place, so that the reader stays where they are
      root.dataset.version = fresh.dataset.version;
      paint();
      for (const image of page().images) image.addEventListener("load", fit, { once: true });
    }

    if (root.dataset.poll) follow(root, renew);
  }

  // Renewing -------------------------------------------------------------------------------------------------------

  async function follow(root, renew) {
    const say = (text) => {
      const live = root.querySelector(".wxp-live");
      live.hidden = !text;
      live.textContent = text;
    };
    for (;;) {
      await new Promise((done) => setTimeout(done, EVERY));
      if (document.hidden) continue;
      try {
        const answer = await fetch(root.dataset.poll, { headers: { "If-None-Match": `"${root.dataset.version}"` }, cache: "no-store" });
        if (answer.status === 404) say("文件不在了，等它回来");
        else if (!answer.ok && answer.status !== 304) say("刷新不了，请看终端里的提示");
        else say("");
        if (answer.status !== 200) continue;
        const whole = parsed(await (await fetch(location.href, { cache: "no-store" })).text());
        const fresh = whole.querySelector(".wxp");
        if (fresh) renew(fresh);
        document.title = whole.title;
      } catch {
        say("预览已停止，重新运行 wxops preview 后会接上");
      }
    }
  }

  // Copying --------------------------------------------------------------------------------------------------------

  async function copy(text, html) {
    const kinds = { "text/plain": text, ...(html === undefined ? {} : { "text/html": html }) };
    try {
      const blobs = Object.entries(kinds).map(([kind, value]) => [kind, new Blob([value], { type: kind })]);
      await navigator.clipboard.write([new ClipboardItem(Object.fromEntries(blobs))]);
      return true;
    } catch {  // an older browser, a page that is not secure, or no permission
      return copyByCommand(kinds);
    }
  }

  function copyByCommand(kinds) {
    const area = document.createElement("textarea");  // some browsers copy only where something is selected
    area.value = kinds["text/plain"];
    area.style.cssText = "position:fixed;opacity:0";
    document.body.append(area);
    area.select();
    const fill = (event) => {
      for (const [kind, value] of Object.entries(kinds)) event.clipboardData.setData(kind, value);
      event.preventDefault();
    };
    document.addEventListener("copy", fill, { once: true });
    const done = document.execCommand("copy");
    document.removeEventListener("copy", fill);
    area.remove();
    return done;
  }

  async function answered(button, work) {
    const before = button.dataset.before || button.textContent;
    button.dataset.before = before;
    button.textContent = (await work) ? "已复制" : "复制不了";
    setTimeout(() => (button.textContent = before), 2000);
  }

  for (const root of document.querySelectorAll(".wxp")) start(root);
})();
