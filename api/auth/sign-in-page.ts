import { htmlPage } from '../html-page.ts'

/** The page somebody sees whose sign-in link does not work. Self-contained: the workspace's own pages need a session. */
export const signInPage = (status: 400 | 410, title: string, why: string): Response =>
  htmlPage(
    status,
    title,
    `<p>${why}</p>
  <p>For a new one, run <code>weir server status</code> on the machine where the control plane runs, and open the link that it prints.</p>`,
  )
