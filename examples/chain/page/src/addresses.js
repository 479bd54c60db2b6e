/** The addresses of the other services. The server writes them into the page, because the ports vary. */
export const addresses = JSON.parse(document.getElementById('addresses').textContent)
