import * as Sentry from '@sentry/vue'
import { addresses } from './addresses.js'

/** The official SDK as its documentation sets it up; only `tunnel` differs: envelopes go to the demo's collector. */
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

/** Runs a click's work inside a span of its own, so that the requests it makes have a parent. */
export function traced(name, work) {
  return Sentry.startSpan({ name, op: 'ui.action.click' }, work)
}
