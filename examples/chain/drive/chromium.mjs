import { chromium } from 'playwright-core'

// Debian's Chromium, quiet and alone: a new profile each time, and nothing that calls home.
const args = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--no-proxy-server',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Starts headless Chromium, or ends this program with one sentence about why it would not start. */
export async function startChromium() {
  const asRoot = process.getuid?.() === 0
  try {
    return await chromium.launch({
      executablePath: process.env.CHAIN_CHROMIUM,
      chromiumSandbox: !asRoot,
      args,
    })
  } catch (failure) {
    const why = failure.message.split('\n')[0]
    console.error(`The browser ${process.env.CHAIN_CHROMIUM} did not start: ${why}`)
    process.exit(3)
  }
}
