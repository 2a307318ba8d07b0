import { redirect } from '@sveltejs/kit'

/** The address that the API, the command line and the logs print. */
export const load = ({ params }: { params: { id: string } }) => redirect(307, `/runs/${params.id}`)
