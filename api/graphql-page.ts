import { htmlPage } from './html-page.ts'

/** Whether somebody opens /graphql in a browser, rather than asks it something. */
export const isBrowsing = (request: Request): boolean =>
  request.method === 'GET' && (request.headers.get('accept') ?? '').includes('text/html') && !new URL(request.url).searchParams.has('query')

/** What they see: how it is called. The same for everybody, whoever they are. `url`: of the control plane, without a slash at its end. */
export const graphqlPage = (url: string): Response =>
  htmlPage(
    200,
    'The GraphQL API',
    `<p>This address takes queries, not visits: <code>POST</code> with an API key.</p>
  <pre tabindex="0"><code>curl -s ${asText(url)}/graphql \\
  -H "authorization: Bearer $WEIR_API_KEY" \\
  -H 'content-type: application/json' \\
  -d '{ "query": "{ viewer { actor permissions } }" }'</code></pre>
  <p>Or <code>weir api '{ viewer { actor permissions } }'</code>, which sends the key of your profile. The schema describes itself: any GraphQL client reads it
  from here with the same header. More: <code>docs/graphql.md</code>.</p>`,
  )

const asText = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
