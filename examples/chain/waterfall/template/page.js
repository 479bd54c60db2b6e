const traces = document.getElementById('traces')
const details = document.getElementById('details')
let selected = location.hash.slice(1)

/** The end of the longest chain in the first trace: what a person should see before choosing. */
function deepest() {
  const rows = [...document.querySelectorAll('.trace:first-child .row')]
  const depth = (row) => Number(row.dataset.depth)
  return rows.reduce((found, row) => (found && depth(found) >= depth(row) ? found : row), null)
}

/** Shows the details of the span that was chosen. */
function show() {
  const row = document.querySelector(`.row[data-span="${CSS.escape(selected)}"]`) ?? deepest()
  document.querySelector('.row.chosen')?.classList.remove('chosen')
  if (!row) return
  row.classList.add('chosen')
  const template = document.querySelector(`[data-details="${row.dataset.span}"]`)
  details.replaceChildren(template.content.cloneNode(true))
}

document.addEventListener('click', (event) => {
  const span = event.target.closest('[data-span]')?.dataset.span
  if (!span) return
  selected = span
  history.replaceState(null, '', `#${span}`)
  show()
})

{% if live %}
let last = ''
setInterval(async () => {
  const answer = await fetch('/traces/part').catch(() => null)
  document.body.classList.toggle('gone', !answer?.ok)
  const html = answer?.ok ? await answer.text() : last
  if (html === last) return
  last = html
  traces.innerHTML = html
  show()
}, 1000)
{% endif %}
show()
