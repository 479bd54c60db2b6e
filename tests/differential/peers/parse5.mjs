// Writes for each line of JSON, a page, the values of its first sentry-trace and baggage tags as a browser's parser finds them.
import { createInterface } from "node:readline";
import { html, Parser } from "parse5";

const { NS, TAG_ID } = html;
const isHtml = (node) => node.namespaceURI === NS.HTML;
const INTEGRATION_POINTS = ["TITLE", "DESC", "FOREIGN_OBJECT", "MI", "MO", "MN", "MS", "MTEXT", "ANNOTATION_XML"].map((name) => TAG_ID[name]);

const ROWS = [TAG_ID.TBODY, TAG_ID.THEAD, TAG_ID.TFOOT];
const TABLE_SCOPE = [TAG_ID.HTML, TAG_ID.TABLE, TAG_ID.TEMPLATE];

// Five steps as the standard and Chromium take them: an element of SVG or MathML is none of HTML with its name, an end tag that
// reaches it from HTML does not end it, CDATA is CDATA directly inside of an integration point too, text is read before what
// follows it, and a template bounds the scope of a table.
class Browser extends Parser {
  constructor(...given) {
    super(...given);
    this.openElements.hasInTableScope = (tagID) => this.isInTable([tagID]);
    this.openElements.hasTableBodyContextInTableScope = () => this.isInTable(ROWS);
    const tokenizer = this.tokenizer;
    const declaration = tokenizer._stateMarkupDeclarationOpen;
    tokenizer._stateMarkupDeclarationOpen = (character) => {
      tokenizer._emitCurrentCharacterToken(null);
      const inForeignNode = tokenizer.inForeignNode;
      tokenizer.inForeignNode = this.currentNotInHTML;
      declaration.call(tokenizer, character);
      tokenizer.inForeignNode = inForeignNode;
    };
  }

  _insertElement(token, namespace) {
    const isKnown = namespace === NS.HTML || INTEGRATION_POINTS.includes(token.tagID);
    super._insertElement(isKnown ? token : { ...token, tagID: TAG_ID.UNKNOWN }, namespace);
  }

  onEndTag(token) {
    if (!this.endsForeign(token)) super.onEndTag(token);
  }

  isInTable(wanted) {
    const { items, tagIDs, stackTop } = this.openElements;
    const open = tagIDs.slice(0, stackTop + 1).filter((_, at) => isHtml(items[at]));
    return wanted.includes(open.findLast((tagID) => wanted.includes(tagID) || TABLE_SCOPE.includes(tagID)));
  }

  // True if parse5 would end an element of SVG or MathML through one of HTML, which the standard ignores.
  endsForeign(token) {
    const { items, tagIDs, stackTop } = this.openElements;
    let isInsideHtml = false;
    for (let at = stackTop; at > 0; at--) {
      isInsideHtml ||= isHtml(items[at]);
      if (items[at].tagName.toLowerCase() === token.tagName) return isInsideHtml && !isHtml(items[at]);
      if (isInsideHtml && this._isSpecialElement(items[at], tagIDs[at])) return false;
    }
    return false;
  }
}

// The content of a template is not its child, so it is not found, as in a browser.
function* elements(node) {
  yield node;
  for (const child of node.childNodes ?? []) yield* elements(child);
}

const attribute = (node, name) => node.attrs.find((each) => each.name === name)?.value;

const offset = (node) => node.sourceCodeLocation.startOffset;

function first(all, name) {
  // The first in the text, because the parser moves a tag directly inside a table before the table.
  const tags = all.filter((node) => node.tagName === "meta" && attribute(node, "name") === name);
  const [found] = tags.sort((one, other) => offset(one) - offset(other));
  return (found && attribute(found, "content")) || null;
}

for await (const line of createInterface({ input: process.stdin })) {
  const page = Browser.parse(JSON.parse(line).value, { sourceCodeLocationInfo: true });
  const all = [...elements(page)];
  console.log(JSON.stringify([first(all, "sentry-trace"), first(all, "baggage")]));
}
