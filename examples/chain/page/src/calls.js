import { addresses } from './addresses.js'

async function json(url, options) {
  const response = await fetch(url, options)
  if (!response.ok) throw new Error(`${url} answered ${response.status}`)
  return response.json()
}

/** Same origin; the regex target `/^\/internal-api\//` matches its path. */
export const today = () => json('/internal-api/today')

/** Another origin, named in full as a target: the browser asks by preflight first. `baggage` is the page's own. */
export function order(tea) {
  return json(`${addresses.api}/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', baggage: 'tenant=acme;tier=gold' },
    body: JSON.stringify({ tea }),
  })
}

/** An origin that is no target: neither header may go there. It answers with the headers it saw. */
export const askStranger = () => json(`${addresses.stranger}/hello`)
