// Runs before the first paint, so that a dark workspace never flashes light. A file of its own: no inline script is needed for it.
try {
  const chosen = localStorage.getItem('weir-theme')
  const dark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.dataset.theme = dark ? 'dark' : 'light'
} catch {
  document.documentElement.dataset.theme = 'light'
}
