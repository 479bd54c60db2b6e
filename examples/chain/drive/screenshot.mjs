// Takes a screenshot of a page: screenshot.mjs FILE.html FILE.png
import { pathToFileURL } from 'node:url'
import { startChromium } from './chromium.mjs'

const [html, png] = process.argv.slice(2)
const browser = await startChromium()
const page = await browser.newPage({ viewport: { width: 1400, height: 900 }, deviceScaleFactor: 2 })
await page.goto(pathToFileURL(html).href)
await page.evaluate(() => document.fonts.ready)
await page.screenshot({ path: png, fullPage: true })
await browser.close()
