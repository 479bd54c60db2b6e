import * as Sentry from '@sentry/vue'
import { addresses } from './addresses.js'

/** Sets up the Sentry SDK as documented, except for `tunnel`, which sends envelopes to the demo's collector. */
export function startTracing(app, router) {
  Sentry.init({
    app,
    dsn: addresses.dsn,
    tunnel: '/collector/envelope',
    release: 'shop-page@1.4.0',
    environment: 'demo',
    integrations: [Sentry.browserTracingIntegration({ router })],
    tracesSampleRate: 1.0,
    tracePropagationTargets: [addresses.api, /^\/internal-api\//],
  })
}

/** Runs a click's work in a new span, so that its requests have a parent. */
export function traced(name, work) {
  return Sentry.startSpan({ name, op: 'ui.action.click' }, work)
}
