/** Where this page's neighbours live: the server writes it into the page, because the ports are free ones. */
export const addresses = JSON.parse(document.getElementById('addresses').textContent)
