/** The page somebody sees whose sign-in link does not work. Self-contained: the workspace's own pages need a session. */
export function signInPage(status: 400 | 410, title: string, why: string): Response {
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
</style>
<main>
  <h1>${title}</h1>
  <p>${why}</p>
  <p>For a new one, run <code>weir server status</code> on the machine where the control plane runs, and open the link that it prints.</p>
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
