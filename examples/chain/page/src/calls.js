import { addresses } from './addresses.js'

async function json(url, options) {
  const response = await fetch(url, options)
  if (!response.ok) throw new Error(`${url} answered ${response.status}`)
  return response.json()
}

/** Same origin; the regex target `/^\/internal-api\//` matches its path. */
export const today = () => json('/internal-api/today')

/** Another origin, a target by its full name: the browser sends a preflight first. `baggage` is the page's own. */
export function order(tea) {
  return json(`${addresses.api}/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', baggage: 'tenant=acme;tier=gold' },
    body: JSON.stringify({ tea }),
  })
}

/** An origin that is no target: it must receive neither header. It responds with the headers it received. */
export const askStranger = () => json(`${addresses.stranger}/hello`)
