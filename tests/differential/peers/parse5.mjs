// The values of the first sentry-trace and baggage tags of a page, as a browser's parser finds them: a line of JSON for a line.
import { createInterface } from "node:readline";
import { parse } from "parse5";

// The content of a template is no child of it, so it is not found, as in a browser.
function* elements(node) {
  yield node;
  for (const child of node.childNodes ?? []) yield* elements(child);
}

const attribute = (node, name) => node.attrs.find((each) => each.name === name)?.value;

function first(all, name) {
  const found = all.find((node) => node.tagName === "meta" && attribute(node, "name") === name);
  return (found && attribute(found, "content")) || null;
}

for await (const line of createInterface({ input: process.stdin })) {
  const all = [...elements(parse(JSON.parse(line).value))];
  console.log(JSON.stringify([first(all, "sentry-trace"), first(all, "baggage")]));
}
