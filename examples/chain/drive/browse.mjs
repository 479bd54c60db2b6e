// Plays a visitor in a real Chromium, and prints as JSON what the browser sent and showed.
import { baggageHeaderToDynamicSamplingContext, extractTraceparentData } from '@sentry/core'
import { startChromium } from './chromium.mjs'

const origin = process.env.CHAIN_PAGE
const ARRIVAL_MS = 20_000
const traceHeaders = ['sentry-trace', 'baggage']

const browser = await startChromium()
const page = await browser.newPage()
const requests = []
const problems = []
let step = 'load'

page.on('request', (request) => requests.push({ step, request }))
page.on('pageerror', (error) => problems.push(error.message))
page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))

/** Waits until the collector has a span of the browser for which `wanted` returns true. */
async function arrived(wanted) {
  const deadline = Date.now() + ARRIVAL_MS
  while (Date.now() < deadline) {
    const spans = await (await fetch(`${origin}/collector/spans.json`)).json()
    if (spans.some((span) => span.service === 'page' && wanted(span))) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

/** Clicks and waits until the page shows the response to `path`. */
async function click(name, target, path) {
  step = name
  const answer = page.waitForResponse((response) => response.url().endsWith(path) && response.request().method() !== 'OPTIONS')
  await page.click(`[data-test="${target}"]`)
  await (await answer).finished()
}

/** One request of the browser; the Sentry SDK's own functions parse its headers. */
async function observed({ step, request }) {
  const headers = await request.allHeaders()
  const response = await request.response()
  const json = response?.headers()['content-type']?.includes('json')
  return {
    step,
    method: request.method(),
    url: request.url(),
    status: response?.status() ?? null,
    headers: Object.fromEntries(traceHeaders.map((name) => [name, headers[name]]).filter(([, value]) => value)),
    position: extractTraceparentData(headers['sentry-trace']) ?? null,
    members: baggageHeaderToDynamicSamplingContext(headers.baggage) ?? {},
    answer: json ? await response.json() : null,
  }
}

const meta = (name) => page.getAttribute(`meta[name="${name}"]`, 'content')

await page.goto(origin)
await page.waitForFunction(() => document.querySelector('[data-test="greeting"]').textContent.includes('Fresh'))
const tags = Object.fromEntries(await Promise.all(traceHeaders.map(async (name) => [name, await meta(name)])))

await click('order', 'order-assam', '/orders')
const shown = await page.textContent('[data-test="answer"]')
await click('stranger', 'stranger', '/hello')

await arrived((span) => span.op === 'pageload')
await click('after', 'order-darjeeling', '/orders')

step = 'navigate'
const greeting = page.waitForResponse((response) => response.url().endsWith('/internal-api/today'))
await page.click('[data-test="to-orders"]')
await (await greeting).finished()
await click('again', 'order-again', '/orders')
await arrived((span) => span.op === 'navigation')

const seen = await Promise.all(requests.map(observed))
for (const { position } of seen.filter((request) => request.position)) {
  await arrived((span) => span.span_id === position.parentSpanId)
}
console.log(JSON.stringify({ browser: browser.version(), tags, shown, requests: seen, problems }))
await browser.close()
