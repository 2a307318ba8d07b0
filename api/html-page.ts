/** Pages that the Worker itself shows, outside the workspace: self-contained, without scripts, in no frame. `title` and `body` are HTML. */
export function htmlPage(status: number, title: string, body: string): Response {
  const html = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Weir</title>
<style>
  :root { color-scheme: light dark }
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 34rem; margin: 20vh auto 0; padding: 0 1.5rem }
  h1 { font-size: 1.25rem }
  code { font: 0.9em ui-monospace, monospace; padding: 0.1em 0.35em; border-radius: 4px; background: light-dark(#0001, #fff2) }
  pre { padding: 0.75rem 1rem; border-radius: 4px; overflow-x: auto; background: light-dark(#0001, #fff2) }
  pre code { padding: 0; background: none }
</style>
<main>
  <h1>${title}</h1>
  ${body}
</main>
</html>`
  return new Response(html, {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    },
  })
}
