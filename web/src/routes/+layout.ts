/** The workspace is a single-page application behind a sign-in: nothing is rendered on a server. */
export const ssr = false
export const prerender = false
