// marked with juice and a style sheet of ten plain rules: the least that a Node renderer with inline styles does.
import { main } from "./measure.mjs";

const CSS = `
  section { font-size: 16px; line-height: 1.75; color: #333 }
  p { margin: 0 0 1em; color: #333 }
  h1, h2 { margin: 1.6em 0 .8em; font-size: 18px; color: #b22 }
  h3, h4 { margin: 1.4em 0 .6em; font-size: 16px; color: #b22 }
  ul, ol { margin: 0 0 1em; padding-left: 1.5em }
  li { color: #333 }
  blockquote { margin: 0 0 1em; padding: 10px 14px; background: #faf3f2; color: #555 }
  pre { padding: 12px; background: #f6f6f6; color: #333; white-space: pre-wrap }
  th, td { padding: 6px; border: 1px solid #dcc; color: #333 }
  img { max-width: 100% }`;

main(async () => {
  const { marked } = await import("marked");
  const { default: juice } = await import("juice");
  return (text) => juice.inlineContent(`<section>${marked.parse(text)}</section>`, CSS);
});
