import { chromium } from 'playwright-core'

// Debian's Chromium with a new profile each time and without background requests.
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
