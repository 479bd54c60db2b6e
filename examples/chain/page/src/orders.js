import { ref } from 'vue'
import { order } from './calls.js'
import { traced } from './tracing.js'

export const orders = ref([])
export const answer = ref(null)
export const busy = ref(false)

/** One click: a span, a request to the Python backend, and through it one to the Ruby service. */
export async function placeOrder(tea) {
  busy.value = true
  try {
    answer.value = await traced(`Order ${tea}`, () => order(tea))
    orders.value.push(answer.value)
  } catch (failure) {
    answer.value = { failure: failure.message }
  } finally {
    busy.value = false
  }
}
