// Checks the built site in a real Chromium: browse.mjs SITE
// Each page at two widths: no error in the console, no missing resource, nothing wider than the screen, every internal link and
// anchor has a target. Search finds a page, and the dark mode is dark, at both widths.
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { extname, join, resolve } from "node:path";
import { startChromium } from "../../examples/chain/drive/chromium.mjs";

const WIDTHS = [1280, 390];
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".png": "image/png", ".json": "application/json" };
const site = resolve(process.argv[2]);
// Of other generators' pages only the first is opened; their links are checked as files.
const pages = readdirSync(site, { recursive: true })
  .filter((path) => path.endsWith(".html") && path !== "404.html" && !/^reference\/(c|ruby|rust)\//.test(path))
  .concat("reference/c/tracehop_8h.html", "reference/ruby/index.html", "reference/rust/tracehop_core/index.html")
  .sort();
const own = (path) => !/^reference\/(c|ruby|rust)\//.test(path);

const failures = [];
let passed = 0;
function check(what, right) {
  if (right) passed += 1;
  else failures.push(what);
}

const server = createServer(async (request, response) => {
  const path = join(site, decodeURIComponent(new URL(request.url, "http://site").pathname));
  try {
    const body = await readFile(path);
    response.writeHead(200, { "content-type": TYPES[extname(path)] ?? "application/octet-stream" }).end(body);
  } catch {
    response.writeHead(404).end();
  }
});
await new Promise((done) => server.listen(0, "127.0.0.1", done));
const origin = `http://127.0.0.1:${server.address().port}`;

const anchors = new Map();
/** The ids and names of a file. */
function anchorsOf(file) {
  if (!anchors.has(file)) {
    const found = readFileSync(file, "utf8").matchAll(/\s(?:id|name)="?([^"\s>]+)/g);
    anchors.set(file, new Set([...found].map((each) => each[1].replaceAll("&#39;", "'"))));
  }
  return anchors.get(file);
}

/** True if a link of a page leads to a file of the site, and to an anchor in it. */
function leadsSomewhere(page, href) {
  if (!URL.canParse(href, `${origin}/${page}`)) return false;
  const url = new URL(href, `${origin}/${page}`);
  if (url.origin !== origin) return true;
  let file = join(site, decodeURIComponent(url.pathname));
  if (existsSync(file) && statSync(file).isDirectory()) file = join(file, "index.html");
  if (!existsSync(file)) return false;
  // A script creates the anchors of rustdoc's source pages.
  const anchor = url.pathname.includes("/rust/src/") ? "" : decodeURIComponent(url.hash.slice(1));
  return !anchor || !file.endsWith(".html") || anchorsOf(file).has(anchor);
}

const browser = await startChromium();
const context = await browser.newContext();
// The theme requests the repository's stars; there is no other external request.
await context.route((url) => url.origin !== origin, (route) =>
  route.request().url().startsWith("https://api.github.com/") ? route.fulfill({ json: {} }) : route.abort(),
);
const page = await context.newPage();
let viewed = "";
const problem = (what) => failures.push(`${viewed}: ${what}`);
page.on("pageerror", (error) => problem(error.message));
page.on("console", (message) => message.type() === "error" && problem(message.text()));
page.on("response", (response) => response.status() >= 400 && problem(`${response.status()} ${response.url()}`));

for (const path of pages) {
  viewed = path;
  await page.setViewportSize({ width: WIDTHS[0], height: 900 });
  await page.goto(`${origin}/${path}`);
  const links = await page.$$eval("a[href]", (all) => all.map((each) => each.getAttribute("href")));
  for (const link of new Set(links)) {
    if (!/^(javascript|mailto):/.test(link)) check(`${path}: ${link} leads nowhere`, leadsSomewhere(path, link));
  }
  for (const width of own(path) ? WIDTHS : []) {
    await page.setViewportSize({ width, height: 900 });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    check(`${path}: ${wide} pixels wide on a screen of ${width}`, wide <= width);
  }
}

for (const width of WIDTHS) {
  viewed = `index.html at ${width}`;
  await page.setViewportSize({ width, height: 900 });
  await page.goto(`${origin}/index.html`);
  if (width < 900) await page.click('label[for="__search"].md-header__button');
  await page.locator("input[data-md-component=search-query]").pressSequentially("celery");
  const found = page.locator('.md-search-result__link[href*="celery.html"]').first();
  check(`${viewed}: search finds no page about celery`, await found.waitFor({ timeout: 20_000 }).then(() => true, () => false));
  await page.keyboard.press("Escape");

  await page.goto(`${origin}/index.html`);
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const before = await background();
  await page.click('form[data-md-component=palette] label:not([hidden])');
  await page.waitForFunction((light) => getComputedStyle(document.body).backgroundColor !== light, before, { timeout: 10_000 }).catch(() => {});
  const after = await background();
  check(`${viewed}: the toggle of the dark mode changes nothing`, before !== after);
  await page.evaluate(() => localStorage.clear());
}
await browser.close();
server.close();
for (const failure of failures) console.error(failure);
console.log(`site: ${pages.length} pages at ${WIDTHS.join(" and ")} pixels, ${passed} checks hold, ${failures.length} do not`);
process.exitCode = failures.length > 0 ? 1 : 0;
