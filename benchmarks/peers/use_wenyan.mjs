// Wenyan's core as its command line calls it: default theme, highlighted code, links as footnotes.
import { main } from "./measure.mjs";

const OPTIONS = { theme: "default", highlight: "solarized-light", macStyle: true, footnote: true };

main(async () => {
  const { prepareRenderContext } = await import("@wenyan-md/core/wrapper");
  return async (text) =>
    (await prepareRenderContext(text, OPTIONS, async (content) => ({ content }))).gzhContent.content;
});
